"""Showing only the rows of a kind."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from engine.i18n import _
from tui.commands.base import DeskParts
from tui.widgets.engine_status import Chip

if TYPE_CHECKING:
    from tui.filters import Filter


class Filtering(DeskParts):
    """See the module."""

    _left: int | None = None
    """The sentence that was the current one when a filter was chosen that fits no row."""

    def go_to(self, sentence_id: int) -> None:
        session = self.session
        if session is None or sentence_id not in session.project.ids:
            return
        if session.rows.follow((sentence_id,), keep=sentence_id):
            self.table.follow()
        index = session.rows.index_of(sentence_id)
        if index is not None:
            self.table.cursor = index

    def follow_rows(self, changed: Collection[int] = ()) -> bool:
        """Show what has become of the rows, and the current one whether it fits or not.

        Args:
            changed: the sentences that look different now.

        Returns:
            Whether the table was laid out anew.
        """
        session = self.session
        if session is None or not session.rows.follow(changed, keep=self.current_id(session)):
            return False
        self.table.follow()
        return True

    @property
    def filter_chip(self) -> Chip | None:
        """For the header: which of the rows are shown."""
        rows = self.session.rows if self.session else None
        if rows is None or rows.filter is None:
            return None
        said = _("{kind}: {count} of {total}")
        words = said.format(kind=_(rows.filter.name), count=len(rows), total=rows.total)
        return Chip(words, "screen.filter")

    def action_filter(self) -> None:
        from tui.filters import FILTERS
        from tui.screens.filter import FilterPanel

        session = self.opened()
        if session is None:
            return
        rows = [session.project.row(id_) for id_ in session.project.ids]
        counts = [sum(map(kind.fits, rows)) for kind in FILTERS]
        self.app.push_screen(FilterPanel(counts, len(rows), session.rows.filter), self._filter_by)

    def _filter_by(self, number: int | None) -> None:
        from tui.filters import FILTERS

        if number is not None:
            self.show_only(FILTERS[number - 1] if number else None)

    def show_only(self, kind: Filter | None) -> None:
        """Show the rows of a kind, or all; the cursor stays where it is as far as can be."""
        session = self.session
        if session is None:
            return
        here = self.current_id(session)
        self._left = self._left if here is None else here
        session.rows.show_only(kind)
        self.table.follow()
        if here is None and self._left is not None:
            self.go_to(self._left)
        session.rows.follow(keep=self.current_id(session))
        self.show_current()

    def show_all(self) -> None:
        """Let go of the filter, if there is one."""
        if self.session is not None and self.session.rows.filter is not None:
            self.show_only(None)
            self.bar.say(_("All rows are shown."))
