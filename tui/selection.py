"""Which rows are selected: a range that the cursor draws, or rows picked one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.rows import Rows


class Selection:
    """Selected rows by their ids. A range that was begun grows with every move of the cursor; any
    other selection ends with the next move that does not extend it.

    Attributes:
        ids: of the selected rows.
    """

    def __init__(self) -> None:
        self.ids: frozenset[int] = frozenset()
        self._anchor: int | None = None
        self._begun = False
        self._cursor: int | None = None

    def clear(self) -> None:
        """Select nothing."""
        self.ids, self._anchor, self._begun = frozenset(), None, False

    def begin(self, rows: Rows, cursor: int) -> None:
        """Begin a range at the cursor; it lasts until :meth:`clear`."""
        self._begun = True
        self.extend(rows, cursor, cursor)

    def extend(self, rows: Rows, cursor: int, index: int) -> None:
        """Draw the range from where it began, else from the cursor, to a row; the cursor is about
        to go there."""
        start = None if self._anchor is None else rows.index_of(self._anchor)
        start = cursor if start is None else start
        low, high = sorted((start, index))
        self.ids = frozenset(rows.ids[low : high + 1])
        self._anchor, self._cursor = rows.ids[start], rows.ids[index]

    def toggle(self, rows: Rows, cursor: int, index: int) -> None:
        """Add a row, or take it out; the cursor is about to go there. The first one that is added
        takes the current row along."""
        chosen = rows.ids[index]
        before = self.ids or frozenset({rows.ids[cursor]} - {chosen})
        self.ids = before ^ {chosen}
        self._anchor, self._cursor, self._begun = chosen, chosen, False

    def pick_all(self, rows: Rows, cursor: int) -> None:
        """Select every row; the cursor stays where it is."""
        self.clear()
        self.ids, self._cursor = frozenset(rows.ids), rows.ids[cursor]

    def moved(self, rows: Rows, cursor: int) -> bool:
        """The cursor is on a row. Returns whether that changed the selection."""
        before, self._cursor = self._cursor, rows.ids[cursor]
        if not self.ids or before == self._cursor:
            return False
        if self._begun:
            self.extend(rows, cursor, cursor)
        else:
            self.clear()
        return True

    def follow(self, rows: Rows) -> None:
        """The rows are others now: what is not shown is not selected either."""
        self.ids = frozenset(id_ for id_ in self.ids if rows.index_of(id_) is not None)
        if self._anchor is not None and rows.index_of(self._anchor) is None:
            self._anchor, self._begun = None, False
        if not self.ids:
            self.clear()
