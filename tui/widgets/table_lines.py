"""Where the rows of the table and the headings between them stand, line by line."""

from __future__ import annotations

from collections.abc import Sequence

from tui.rows import Rows

HEADING = -1
"""Stands in the list of lines for a section's heading."""


class Lines:
    """The layout of rows as they were when it was made.

    Attributes:
        ids: of the rows, in order.
    """

    def __init__(self, rows: Rows) -> None:
        self.ids: Sequence[int] = rows.ids
        self._lines: list[int] = []
        self._line_of: list[int] = []
        section = ""
        for index in range(len(rows)):
            name = rows.section(index)
            if name and name != section:
                self._lines.append(HEADING)
            section = name
            self._line_of.append(len(self._lines))
            self._lines.append(index)

    def __len__(self) -> int:
        return len(self._lines)

    def at(self, line: int) -> int:
        """The index of the row on a line, or HEADING."""
        return self._lines[line]

    def of(self, index: int) -> int:
        """The line of a row."""
        return self._line_of[index]

    def top_of(self, index: int) -> int:
        """The line of a row, or of the heading right above it."""
        line = self._line_of[index]
        return line - 1 if line and self._lines[line - 1] == HEADING else line

    def near(self, line: int) -> int:
        """The index of the row on a line, or right below the heading there; the first or the last
        row where there is no such line."""
        line = max(0, min(line, len(self._lines) - 1))
        return self._lines[line + 1 if self._lines[line] == HEADING else line]

    def rows_between(self, top: int, height: int) -> range:
        """The indices of the rows on so many lines."""
        shown = [index for index in self._lines[top : top + height] if index != HEADING]
        return range(shown[0], shown[-1] + 1) if shown else range(0)

    def survivor(self, index: int, rows: Rows) -> int | None:
        """Where among other rows the row with this index is now; if it is gone, the nearest of its
        neighbours, those below first. None if none of them is left."""
        for distance in range(len(self.ids)):
            for near in (index + distance, index - distance):
                if 0 <= near < len(self.ids):
                    place = rows.index_of(self.ids[near])
                    if place is not None:
                        return place
        return None
