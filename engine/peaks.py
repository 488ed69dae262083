"""The lowest and highest samples of a recording, ready to be drawn at any scale."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.audio import Samples

BASE, FACTOR = 32, 4
"""Samples in one entry of the finest level, and entries of it in one of the next. Finer than 32
the samples themselves are looked at, which are few then."""

ENTRIES = 2
"""At least, of a level in one column: a column then begins at most half of its width off."""

_FULL_SCALE = 32768
# Takes are of 16 bits; half the memory of floats.

_Pairs = npt.NDArray[np.int16]


class Peaks:
    """Holds its samples too, in 16 bits. However long it is, a drawing of it costs the same.

    Args:
        samples: float32, mono, full scale at 1.0, shape (n,).
    """

    def __init__(self, samples: Samples) -> None:
        scaled = np.rint(samples * _FULL_SCALE)
        self._samples = np.clip(scaled, -_FULL_SCALE, _FULL_SCALE - 1).astype(np.int16)
        self._levels: list[tuple[int, _Pairs, _Pairs]] = []
        block, low, high = BASE, self._samples, self._samples
        low, high = _reduced(low, high, BASE)
        while len(low) > 1:
            self._levels.append((block, low, high))
            low, high = _reduced(low, high, FACTOR)
            block *= FACTOR

    def __len__(self) -> int:
        return len(self._samples)

    def part(self, first: int, last: int) -> Samples:
        """The samples from one to before another, shape (m,)."""
        return _floats(self._samples[max(0, first) : max(0, last)])

    @property
    def loudest(self) -> float:
        """The largest distance from zero, from 0.0 to 1.0."""
        if not len(self):
            return 0.0
        _block, low, high = self._levels[-1] if self._levels else (1, self._samples, self._samples)
        return max(-int(low.min()), int(high.max())) / _FULL_SCALE

    def columns(self, first: float, last: float, count: int) -> npt.NDArray[np.float32]:
        """The lowest and the highest sample of each of so many columns.

        Args:
            first, last: where the first column begins and the last ends, in samples; between 0
                and the length.

        Returns:
            Shape (count, 2), full scale at 1.0; zeros where there are no samples.
        """
        if not len(self):
            return np.zeros((count, 2), np.float32)
        block, low, high = self._level_for((last - first) / count)
        edges = np.linspace(first, last, count + 1) / block
        places = np.clip(edges.astype(np.intp), 0, len(low) - 1)
        end = min(len(low), max(int(np.ceil(edges[-1])), int(places[-2]) + 1))
        lowest = np.minimum.reduceat(low[:end], places[:-1])
        highest = np.maximum.reduceat(high[:end], places[:-1])
        return _floats(np.stack([lowest, highest], axis=1))

    def _level_for(self, samples: float) -> tuple[int, _Pairs, _Pairs]:
        """The coarsest level of which enough entries lie in so many samples."""
        fitting = (level for level in self._levels[::-1] if level[0] * ENTRIES <= samples)
        return next(fitting, (1, self._samples, self._samples))


def _floats(scaled: _Pairs) -> npt.NDArray[np.float32]:
    floats = scaled.astype(np.float32)
    floats /= _FULL_SCALE
    return floats


def _reduced(low: _Pairs, high: _Pairs, factor: int) -> tuple[_Pairs, _Pairs]:
    if not len(low):
        return low, high
    starts = np.arange(0, len(low), factor)
    return np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)
