"""Finding text as it is typed, and going through what was found."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from rich.cells import cell_len

from engine.i18n import _
from tui.commands.filtering import Filtering
from tui.display import fit
from tui.messages import FindEnded, FindStepped, FindTyped
from tui.widgets.engine_status import Chip

if TYPE_CHECKING:
    from tui.search import Search
    from tui.widgets.find_bar import FindBar


QUERY_WIDTH = 16
"""Cells for what is looked for, in the header."""


class Finding(Filtering):
    """See the module."""

    _find_bar: FindBar | None = None
    _search: Search | None = None
    _origin: tuple[int, int] = (0, 0)
    """Where one was when the search began: the row, and the topmost line of the table."""

    async def add_find_bar(self) -> None:
        """Make the line to type in. A first paint need not wait for it."""
        from tui.widgets.find_bar import FindBar

        self._find_bar = FindBar()
        await self.mount(self._find_bar, before=self.bar)

    @property
    def finding(self) -> bool:
        """What is to be found is being typed."""
        return self._find_bar is not None and self._find_bar.open

    @property
    def looked_for(self) -> str:
        """The text that is looked for, or empty."""
        return self._search.query if self._search else ""

    @property
    def search_chip(self) -> Chip | None:
        """For the header: what is looked for, and which of how many matches this one is."""
        search = self._search
        if search is None or not search.query or self.finding:
            return None
        matches = search.matches(self.table.rows.ids)
        place = matches.get(self._here() or 0, "–")
        words = _("“{text}” {place}/{count}")
        text = fit(search.query, min(cell_len(search.query), QUERY_WIDTH))
        said = words.format(text=text, place=place, count=len(matches))
        return Chip(said, "screen.find")

    def action_find(self) -> None:
        from tui.search import Search

        session, bar = self.opened(), self._find_bar
        if session is None or bar is None:
            return
        self._search = self._search or Search(session.project)
        self._origin = (self.table.cursor, self.table.scroll_offset.y)
        self.bar.display = False
        bar.begin(self._search.query)
        self._show_found()

    def on_find_typed(self, event: FindTyped) -> None:
        search = self._search
        if search is None or not self.finding:
            return
        if search.look_for(event.query, self.table.rows.ids):
            start = self._origin[0]
            self._go_to_match(lambda index: (index < start, index))
        else:
            self._go_back()
        self._show_found()

    def on_find_stepped(self, event: FindStepped) -> None:
        self._step(event.by)

    def on_find_ended(self, event: FindEnded) -> None:
        search = self._search
        if search is None or not self.finding:
            return
        if not event.kept:
            self._go_back()
            self.close_find_bar()
            self.forget_search()
            return
        self.close_find_bar()
        if search.query and not search.matches(self.table.rows.ids):
            self.bar.say(_("Nothing says “{text}”.").format(text=search.query))
            self.forget_search()

    def close_find_bar(self) -> None:
        """Back to the table, on the row that is current now."""
        if self._find_bar is not None:
            self._find_bar.end()
        self.bar.display = True
        self.set_focus(self.table)
        self._show_found()

    def forget_found(self, changed: Collection[int]) -> None:
        """These sentences may say something else now."""
        if self._search is not None:
            self._search.forget(changed)

    def forget_search(self) -> None:
        """Look for nothing."""
        if self._search is not None:
            self._search.look_for("", self.table.rows.ids)
            self._show_found()

    def action_find_next(self) -> None:
        self._step(1)

    def action_find_previous(self) -> None:
        self._step(-1)

    def action_let_go(self) -> None:
        """One step back from what was selected or found to all there is."""
        if self.table.selected_count:
            self.let_selection_go()
        elif self._search is not None and self._search.query:
            self.forget_search()
        else:
            self.show_all()

    def _step(self, by: int) -> None:
        search, rows = self._search, self.table.rows
        if search is None or not search.query:
            self.bar.say(_("Nothing is looked for yet: / finds text."))
            return
        if not search.matches(rows.ids):
            self.bar.say(_("Nothing says “{text}”.").format(text=search.query))
            return
        here = self.table.cursor
        self._go_to_match(lambda index: ((index - here) * by <= 0, index * by))
        if (self.table.cursor - here) * by <= 0:
            self.bar.say(_("Once more from the top.") if by > 0 else _("Once more from the end."))

    def _go_to_match(self, order: Callable[[int], tuple[bool, int]]) -> None:
        """To the first of the matching rows in this order of their places."""
        rows = self.table.rows
        matches = self._search.matches(rows.ids) if self._search else {}
        places = [index for id_ in matches if (index := rows.index_of(id_)) is not None]
        self.table.cursor = min(places, key=order)

    def _go_back(self) -> None:
        index, top = self._origin
        self.table.cursor = index
        self.table.scroll_to(y=top, animate=False, force=True)

    def _here(self) -> int | None:
        rows = self.table.rows
        return rows.ids[self.table.cursor] if rows.ids else None

    def _show_found(self) -> None:
        pattern = self._search.pattern if self._search else None
        self.table.found = self.dock.found = pattern
        self.show_current()

    def tell_matches(self) -> None:
        """Which of the matches the current row is, where one types."""
        if self._search is not None and self._find_bar is not None and self.finding:
            matches = self._search.matches(self.table.rows.ids)
            place = matches.get(self._here() or 0, 0)
            self._find_bar.tell(place, len(matches), asked=bool(self._search.query))
