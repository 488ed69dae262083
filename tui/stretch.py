"""Speech faster or slower at its own pitch, as it comes.

The library (Signalsmith Stretch) takes each call for a whole recording and holds the interpreter's
lock meanwhile. So a long or growing recording goes through it in windows that overlap, each short
enough to hold up nobody, and the windows are joined where they sound alike.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

WINDOW = 4.0
"""Seconds of speech in one call at most: some 10 ms of work."""

LEAST = 0.3
"""Seconds of new speech that are worth a call while more is to come."""

LEAD = 0.25
"""Seconds of speech before a join that the next window hears too, to be in its stride there."""

UNSURE = 0.2
"""Seconds at the end of a window that may come out otherwise once more is known. Measured: 0.14
of output at 0.75×, and less at any other speed."""

JOIN = 0.02
"""Seconds over which one window fades into the next."""

SEARCH = 0.01
"""Seconds within which the next window is shifted to where it sounds like the one before: a
period of 50 Hz, half of it to each side."""


class Stretcher:
    """Changes the speed of one recording.

    Args:
        rate: samples per second of what comes and of what goes.
        speed: 2.0 takes half the time.
    """

    def __init__(self, rate: int, speed: float) -> None:
        self._rate = rate
        self._speed = speed
        self._heard = np.zeros(0, np.float32)
        self._first = 0  # place in the recording of the first sample of _heard
        self._given = 0  # samples given out
        self._tail = np.zeros(0, np.float32)  # what would have followed them

    def feed(self, samples: Samples, *, last: bool) -> Samples:
        """Take the next samples; what can be told of the result by now, shape (n,).

        Args:
            last: nothing more will come.
        """
        self._heard = np.concatenate([self._heard, samples])
        window, least = round(WINDOW * self._rate), round((LEAST + UNSURE) * self._rate)
        made: list[Samples] = []
        while True:
            start = max(self._first, self._place(self._given) - round(LEAD * self._rate))
            self._drop(start)
            final = last and len(self._heard) <= window
            new = self._first + len(self._heard) - self._place(self._given)
            if not final and new < least:
                break
            made.append(self._stretch(self._heard[:window], final=final))
            if final:
                break
        return np.concatenate(made) if made else np.zeros(0, np.float32)

    def _place(self, given: int) -> int:
        """Where in the recording an output sample comes from."""
        return round(given * self._speed)

    def _drop(self, start: int) -> None:
        self._heard = self._heard[start - self._first :]
        self._first = start

    def _stretch(self, window: Samples, *, final: bool) -> Samples:
        if not len(window):
            return window
        out = self._process(window)
        begin = self._given - round(self._first / self._speed)
        unsure = 0 if final else round(UNSURE * self._rate / self._speed)
        end = max(begin, len(out) - unsure)
        if len(self._tail):
            begin, end = self._shifted(out, begin, end, final=final)
            joined = _faded(self._tail, out[begin : begin + len(self._tail)])
            given = np.concatenate([joined, out[begin + len(joined) : end]])
        else:
            given = out[begin:end]
        self._given += len(given)
        self._tail = out[end : end + round(JOIN * self._rate)] if not final else given[:0]
        return given

    def _shifted(self, out: Samples, begin: int, end: int, *, final: bool) -> tuple[int, int]:
        """Both places, moved by as much as makes the join smooth. The end of all stays."""
        reach = min(round(SEARCH * self._rate), begin)
        around = out[begin - reach : begin + reach + len(self._tail)]
        if len(around) < len(self._tail) or not around.any():
            return begin, end
        alike = np.correlate(around, self._tail, mode="valid")
        energy = np.convolve(around**2, np.ones(len(self._tail), np.float32), mode="valid")
        shift = int(np.argmax(alike / np.sqrt(energy + 1e-9))) - reach
        return begin + shift, end if final else end + shift

    def _process(self, window: Samples) -> Samples:
        from python_stretch import Signalsmith

        stretch = Signalsmith.Stretch()
        stretch.preset(1, self._rate)
        stretch.setTimeFactor(self._speed)
        made = stretch.process(np.ascontiguousarray(window[np.newaxis]))
        return np.asarray(made, np.float32)[0]


def _faded(before: Samples, after: Samples) -> Samples:
    count = min(len(before), len(after))
    rise = np.linspace(0, 1, count, endpoint=False, dtype=np.float32)
    return (before[:count] * (1 - rise) + after[:count] * rise).astype(np.float32, copy=False)
