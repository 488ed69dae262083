"""Sound on its way to the device: as it was recorded, and as it is played."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tui.stretch import Stretcher

if TYPE_CHECKING:
    import soxr

Samples = npt.NDArray[np.float32]

SLICE = 4.0
"""Seconds that go from a sound onto a tape at once."""


class Reel:
    """Samples that may still grow. One thread writes, others may read at any time."""

    def __init__(self) -> None:
        self._room = np.zeros(0, np.float32)
        self.length = 0
        self.complete = False
        """Nothing more will come. Who reads both reads this before the length."""

    @property
    def samples(self) -> Samples:
        length = self.length  # the room may be replaced between the two, but it only grows
        return self._room[:length]

    def add(self, samples: Samples, *, last: bool) -> None:
        end = self.length + len(samples)
        if end > len(self._room):
            room = np.zeros(end if last else 2 * end, np.float32)
            room[: self.length] = self.samples
            self._room = room
        self._room[self.length : end] = samples
        self.length = end
        self.complete = self.complete or last


class Sound(Reel):
    """A recording, mono, at its own rate.

    Args:
        samples: what there is of it, shape (n,).
        rate: samples per second.
        complete: false while more will come.
    """

    def __init__(self, samples: Samples, rate: int, *, complete: bool = True) -> None:
        super().__init__()
        self.rate = rate
        self.add(samples, last=complete)

    @property
    def seconds(self) -> float:
        return self.length / self.rate


class Tape(Reel):
    """A sound at the rate of the device and the speed that is wanted.

    Args:
        rate: samples per second of the tape.
        speed: seconds of the sound in one second of the tape.
    """

    def __init__(self, sound: Sound, rate: int, speed: float) -> None:
        super().__init__()
        self.sound = sound
        self.rate = rate
        self.speed = speed
        self._taken = 0
        self._stretcher = None if speed == 1 else Stretcher(sound.rate, speed)
        self._resampler = self._make_resampler()

    def _make_resampler(self) -> soxr.ResampleStream | None:
        if self.rate == self.sound.rate:
            return None
        import soxr

        return soxr.ResampleStream(self.sound.rate, self.rate, 1, dtype="float32")

    def index_at(self, seconds: float) -> int:
        """The sample of the tape at a place in the sound."""
        return max(0, round(seconds * self.rate / self.speed))

    def seconds_at(self, index: float) -> float:
        """The place in the sound of a sample of the tape."""
        return index * self.speed / self.rate

    def record(self) -> bool:
        """Take the next few seconds of the sound. False where there is nothing to take now."""
        if self.complete:
            return False
        complete = self.sound.complete
        piece = self.sound.samples[self._taken :][: round(SLICE * self.sound.rate)]
        self._taken += len(piece)
        last = complete and self._taken == self.sound.length
        if not len(piece) and not last:
            return False
        if self._stretcher:
            piece = self._stretcher.feed(piece, last=last)
        if self._resampler:
            piece = self._resampler.resample_chunk(piece, last=last)
        self.add(piece, last=last)
        return True
