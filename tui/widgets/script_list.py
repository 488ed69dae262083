"""The scripts one may open: those of late with how far they have come, and those of a folder."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from engine.domain import Status
from engine.i18n import _
from engine.recent import Recent, Standing
from tui.ago import ago
from tui.browsing import Entry, shown_path
from tui.display import fit, fit_end, safe
from tui.marks import MARKS

_WHEN, _FIGURES = 13, 20
_GAP = 2
_GLYPHS = {"up": "↑", "folder": "▸", "script": " "}


@dataclass(frozen=True)
class Words:
    """A line that cannot be chosen.

    Attributes:
        heading: it names what follows.
    """

    text: str
    heading: bool = False


@dataclass(frozen=True)
class RecentRow:
    """A script of late; its standing is None until it has been read."""

    recent: Recent
    standing: Standing | None = None


Row = Words | RecentRow | Entry


class ScriptList(OptionList, can_focus=False):
    """Rows with one of them highlighted. The keys are those of whoever it stands under."""

    @dataclass
    class Chosen(Message):
        """A row was clicked."""

        row: RecentRow | Entry

    def __init__(self) -> None:
        super().__init__(compact=True, markup=False)
        self._rows: list[Row] = []
        self._moved = False

    @property
    def row(self) -> RecentRow | Entry | None:
        """The one that is highlighted."""
        row = None if self.highlighted is None else self._rows[self.highlighted]
        return None if isinstance(row, Words) else row

    def show(self, rows: Sequence[Row], *, keep: bool) -> None:
        """List other rows.

        Args:
            keep: where the user has moved to a row that is still there, stay on it; else the
                first that is worth opening is highlighted.
        """
        before = self.row if keep and self._moved else None
        self._rows = list(rows)
        self._draw()
        keys = [_key(row) for row in rows]
        if before is not None and _key(before) in keys:
            self.highlighted = keys.index(_key(before))
        else:
            self._moved = False
            self.highlighted = next((n for n, row in enumerate(rows) if _worth(row)), None)
            self.scroll_to(y=0, animate=False)

    def tell(self, row: RecentRow) -> None:
        """Show what has been learnt of a script that is listed."""
        for index, shown in enumerate(self._rows):
            if _key(shown) == _key(row):
                self._rows[index] = row
                width = self.scrollable_content_region.width
                self.replace_option_prompt_at_index(index, _drawn(row, width, time.time()))

    def move(self, by: int) -> None:
        """Highlight a row further down or up."""
        self._moved = True
        step = self.action_cursor_down if by > 0 else self.action_cursor_up
        page = self.action_page_down if by > 0 else self.action_page_up
        (step if abs(by) == 1 else page)()

    def on_resize(self) -> None:
        highlighted = self.highlighted
        self._draw()
        self.highlighted = highlighted

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        row = self.row
        if row is not None:
            self._moved = True
            self.post_message(self.Chosen(row))

    def _draw(self) -> None:
        width = self.scrollable_content_region.width
        now = time.time()
        self.set_options(
            Option(_drawn(row, width, now), disabled=isinstance(row, Words)) for row in self._rows
        )


def _key(row: Row) -> object:
    return row.recent.script if isinstance(row, RecentRow) else row


def _worth(row: Row) -> bool:
    """Whether a newcomer to the list would choose this row first."""
    if isinstance(row, RecentRow):
        return row.standing is None or row.standing.there
    return isinstance(row, Entry) and row.kind != "up"


def _drawn(row: Row, width: int, now: float) -> Content:
    if isinstance(row, Words):
        style = "bold $text-primary" if row.heading else "$foreground-muted"
        return Content.styled(
            fit(f" {row.text}" if row.heading else f"   {row.text}", width), style
        )
    if isinstance(row, Entry):
        return _entry(row, width)
    return _recent(row, width, now)


def _entry(entry: Entry, width: int) -> Content:
    name = ".." if entry.kind == "up" else entry.path.name or str(entry.path)
    quiet = "$foreground-muted"
    shown = Content.assemble((f" {_GLYPHS[entry.kind]} ", quiet), (safe(name), ""))
    return shown.truncate(width, ellipsis=True)


def _recent(row: RecentRow, width: int, now: float) -> Content:
    script, standing = row.recent.script, row.standing
    gone = standing is not None and not standing.there
    room = max(0, width - _WHEN - _FIGURES - 3 - 2 * _GAP)
    name = room * 3 // 5
    return Content.assemble(
        "   ",
        (fit(script.name, name), "$foreground-muted" if gone else "bold"),
        (" " * _GAP + fit_end(shown_path(script.parent), room - name), "$foreground-muted"),
        " " * _GAP,
        _figures(standing),
        (fit(ago(row.recent.opened, now), _WHEN), "$foreground-muted"),
    )


def _figures(standing: Standing | None) -> Content:
    if standing is None:
        words, style = "…", "$foreground-muted"
    elif not standing.there:
        words, style = _("the script is gone"), "$text-error"
    elif standing.error:
        words, style = _("cannot be read"), "$text-warning"
    elif not standing.total:
        words, style = _("not begun"), "$foreground-muted"
    else:
        words = _("{count} of {total} accepted").format(
            count=standing.accepted, total=standing.total
        )
        done = standing.accepted == standing.total
        style = "$text-success" if done else ""
        words = f"{MARKS[Status.ACCEPTED].glyph} {words}" if done else words
    return Content.styled(fit(words, _FIGURES), style)
