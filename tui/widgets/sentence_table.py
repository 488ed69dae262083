"""The script as a table: moving about in it and selecting, by keys and by the mouse."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import BindingType

from tui.actions import TABLE_ACTIONS
from tui.keys import is_composed_hangul
from tui.messages import HangulTyped, RowOpened, SelectionChanged
from tui.rows import Rows
from tui.widgets.table_view import TableView


class SentenceTable(TableView, can_focus=True):
    """Rows of sentences with a cursor that is always on a row, never on a heading."""

    BINDINGS: ClassVar[list[BindingType]] = [action.binding() for action in TABLE_ACTIONS]

    # Moving

    def action_move(self, by: int) -> None:
        self.cursor += by

    def action_move_to_top(self) -> None:
        self.cursor = 0

    def action_move_to_end(self) -> None:
        self.cursor = len(self._rows) - 1

    def action_page(self, by: int) -> None:
        if self._rows:
            line = self._lines.of(self.cursor) + by * max(1, self.size.height - 1)
            self.cursor = self._lines.near(line)

    # Selecting

    @property
    def selected(self) -> list[int]:
        """The ids of the selected rows, in order."""
        chosen = self._selection.ids
        return [id_ for id_ in self._rows.ids if id_ in chosen] if chosen else []

    @property
    def selected_count(self) -> int:
        return len(self._selection.ids)

    def clear_selection(self) -> None:
        """Select nothing."""
        if self._selection.ids:
            self._selection.clear()
            self._selection_changed()

    def show(self, rows: Rows) -> None:
        self._selection.clear()
        super().show(rows)

    def follow(self) -> None:
        self._selection.follow(self._rows)
        super().follow()

    def watch_cursor(self, before: int, cursor: int) -> None:
        if self._rows and self._selection.moved(self._rows, cursor):
            self._selection_changed()
        super().watch_cursor(before, cursor)

    def action_select(self) -> None:
        if self._selection.ids:
            self._selection.clear()
        elif self._rows:
            self._selection.begin(self._rows, self.cursor)
        self._selection_changed()

    def action_extend(self, by: int) -> None:
        self._extend_to(self.cursor + by)

    def action_select_all(self) -> None:
        if self._rows:
            self._selection.pick_all(self._rows, self.cursor)
            self._selection_changed()

    def _extend_to(self, index: int) -> None:
        if self._rows:
            index = self.validate_cursor(index)
            self._selection.extend(self._rows, self.cursor, index)
            self.cursor = index
            self._selection_changed()

    def _toggle(self, index: int) -> None:
        self._selection.toggle(self._rows, self.cursor, index)
        self.cursor = index
        self._selection_changed()

    def _selection_changed(self) -> None:
        self.refresh()
        self.post_message(SelectionChanged())

    # Mouse and input methods

    def on_click(self, event: events.Click) -> None:
        index = event.style.meta.get("row")
        if index is None:
            return
        self.focus()
        if event.shift:
            self._extend_to(index)
        elif event.ctrl or event.meta:
            self._toggle(index)
        else:
            self.cursor = index
            if event.chain == 2:
                self.post_message(RowOpened(index))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hover = event.style.meta.get("row")

    def on_leave(self) -> None:
        self.hover = None

    def on_key(self, event: events.Key) -> None:
        if is_composed_hangul(event.character):
            self.post_message(HangulTyped())
