"""Rows under their headings, drawn. Only what is on screen is, so length costs nothing."""

from __future__ import annotations

import re
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from engine.domain import Status
from tui.messages import RowFocused
from tui.rows import Rows
from tui.selection import Selection
from tui.widgets.row_paint import Columns, RowState, paint_empty, paint_heading, paint_row
from tui.widgets.table_lines import HEADING, Lines

_PREFIX = "sentence-table--"


class TableView(ScrollView):
    """Draws rows and marks some: the current one, which plays, which are selected."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"{_PREFIX}{name}"
        for name in (
            *("row", "cursor", "hover", "bar", "quiet", "conflict", "heading", "rule", "unspoken"),
            *(
                "playing",
                "heard",
                "selected",
                "found",
                "status-draft",
                "status-queued",
                "status-speaking",
            ),
            *("status-ready", "status-flagged", "status-accepted", "status-stale"),
            *("status-rejected", "status-failed", "status-unspoken"),
        )
    }

    cursor: reactive[int] = reactive(0, repaint=False)
    """Index of the current row."""

    hover: reactive[int | None] = reactive(None, repaint=False)
    """Index of the row under the mouse."""

    found: reactive[re.Pattern[str] | None] = reactive(None)
    """What is looked for, to be marked in the texts."""

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self._rows = rows
        self._lines = Lines(rows)
        self._playing: tuple[int, float] | None = None
        self._beat = 0
        self._selection = Selection()
        self.virtual_size = Size(0, len(self._lines))

    @property
    def rows(self) -> Rows:
        return self._rows

    def show(self, rows: Rows) -> None:
        """Draw other rows, keeping the cursor where it is as far as there are rows."""
        self._rows = rows
        self._lay_out()
        self.cursor = self.validate_cursor(self.cursor)

    def follow(self) -> None:
        """Lay the rows out anew, because there are others now or another order.

        The cursor stays on its sentence, or else goes to the nearest that is left; that sentence
        stays where it is on the screen, as does the topmost one where the cursor is off it.
        """
        before, top, cursor = self._lines, self.scroll_offset.y, self.cursor
        playing = self._playing
        self._lay_out()
        if playing:
            index = self._rows.index_of(before.ids[playing[0]])
            self._playing = None if index is None else (index, playing[1])
        if not before.ids or not self._rows:
            self.cursor = 0
            self.scroll_to(y=0, animate=False, force=True)
            self.post_message(RowFocused(0))
            return
        held = cursor if 0 <= before.of(cursor) - top < self.size.height else before.near(top)
        below = before.of(held) - top
        self.cursor = before.survivor(cursor, self._rows) or 0
        held_now = before.survivor(held, self._rows) or 0
        self.scroll_to(y=self._lines.of(held_now) - below, animate=False, force=True)
        if held == cursor:
            self._bring_into_view()
        if self.cursor == cursor and before.ids[cursor] != self._rows.ids[cursor]:
            self.post_message(RowFocused(cursor))

    def refresh_row(self, index: int) -> None:
        """Draw one row again, if it is on screen."""
        line = self._lines.of(index) - self.scroll_offset.y
        if 0 <= line < self.size.height:
            self.refresh(Region(0, line, self.size.width, 1))

    def show_playing(self, index: int | None, seconds: float = 0.0) -> None:
        """Mark the row that plays and how much of it has been heard, or none."""
        before, self._playing = self._playing, None if index is None else (index, seconds)
        if before and before[0] != index and before[0] < len(self._rows):
            self.refresh_row(before[0])
        if index is not None:
            self.refresh_row(index)

    def tick(self) -> None:
        """Turn the spinner of the rows that are being spoken."""
        self._beat += 1
        for index in self.visible_rows():
            if self._rows.view(index).status is Status.SPEAKING:
                self.refresh_row(index)

    def visible_rows(self) -> range:
        """The indices of the rows on screen."""
        return self._lines.rows_between(self.scroll_offset.y, self.size.height)

    # Drawing

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        line = y + self.scroll_offset.y
        if line >= len(self._lines):
            words = self._rows.empty if y == 1 and not self._lines else ""
            return Strip(paint_empty(words, width, self._style))
        columns = Columns.of(width, self._rows.total)
        index = self._lines.at(line)
        if index == HEADING:
            section = self._rows.section(self._lines.at(line + 1))
            segments = paint_heading(section, columns, width, self._style)
        else:
            segments = self._paint(index, columns)
            segments = Segment.apply_style(segments, None, Style(meta={"row": index}))
        return Strip(segments).adjust_cell_length(width, self._style("row"))

    def _paint(self, index: int, columns: Columns) -> list[Segment]:
        playing = self._playing
        state = RowState(
            cursor=index == self.cursor,
            hover=index == self.hover,
            beat=self._beat,
            played=playing[1] if playing and playing[0] == index else None,
            found=self.found,
            selected=self._rows.ids[index] in self._selection.ids,
        )
        return paint_row(self._rows.view(index), columns, state, self._style)

    def _style(self, *names: str) -> Style:
        return self.get_visual_style(*(_PREFIX + name for name in names)).rich_style

    def _lay_out(self) -> None:
        self._lines = Lines(self._rows)
        self.virtual_size = Size(0, len(self._lines))
        self.hover = None
        self.refresh()

    # The cursor

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self._rows) - 1))

    def watch_cursor(self, before: int, cursor: int) -> None:
        if not self._rows:
            return
        self.refresh_row(self.validate_cursor(before))
        self.refresh_row(cursor)
        self._bring_into_view()
        self.post_message(RowFocused(cursor))

    def watch_hover(self, before: int | None, hover: int | None) -> None:
        for index in (before, hover):
            if index is not None and index < len(self._rows):
                self.refresh_row(index)

    def _bring_into_view(self) -> None:
        if not self.size.height:
            return  # on_resize comes back to it
        line, first = self._lines.of(self.cursor), self._lines.top_of(self.cursor)
        self.scroll_to_region(
            Region(0, first, 1, line - first + 1), animate=False, force=True, x_axis=False
        )

    def on_resize(self) -> None:
        if self._rows:
            self._bring_into_view()
