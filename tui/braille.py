"""Pictures of dots in text: two columns and four rows of them in each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ACROSS, DOWN = 2, 4
"""Dots of one cell."""

BLANK = 0x2800
"""The character without dots; each dot adds its bit. Source: the Unicode chart of U+2800."""

BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Of the dots of a cell, row by row."""

LEFT = sum(row[0] for row in BITS)
RIGHT = sum(row[1] for row in BITS)
"""A column of dots from the top of a cell to its bottom."""


def wave(columns: npt.NDArray[np.float32], lines: int) -> npt.NDArray[np.intp]:
    """The characters of a waveform, one column of dots for each pair of numbers.

    Args:
        columns: shape (2 n, 2), the lowest and the highest of each, from -1.0 to 1.0.
        lines: of text.

    Returns:
        Code points of shape (lines, n).
    """
    import numpy as np

    rows = lines * DOWN
    # Silence is one row of dots, just above the middle.
    scaled = (1 - columns) / 2 * rows
    top = np.clip(np.ceil(scaled[:, 1]).astype(np.intp) - 1, 0, rows - 1)
    bottom = np.clip(np.floor(scaled[:, 0] - 1e-3).astype(np.intp), top, rows - 1)
    place = np.arange(rows)[:, None]
    dots = (place >= top) & (place <= bottom)
    cells = dots.reshape(lines, DOWN, -1, ACROSS).transpose(0, 2, 1, 3)
    return BLANK + (cells * np.array(BITS)).sum(axis=(2, 3))
