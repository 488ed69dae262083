"""What PortAudio's thread does: from tapes to buffers, with no locks, no waiting, no new arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tui.tape import Tape

Samples = npt.NDArray[np.float32]

RELEASE = 0.005
"""Seconds over which a sound that is stopped dies away: a sudden end would click."""


@dataclass(eq=False)
class Head:
    """Reads a tape. Once it plays, the mixer alone moves it.

    Attributes:
        index: the sample of the tape that is read next.
        after: the head whose place in the sound this one takes over, until it has.
        shift: seconds by which this tape's sound begins later than that one's.
        following: what is read after this tape's end.
        idle: samples of silence since it last read something.
    """

    tape: Tape
    index: int = 0
    after: Head | None = None
    shift: float = 0.0
    following: Head | None = None
    idle: int = 0

    @property
    def seconds(self) -> float:
        """How far in the sound it is."""
        if self.after is not None:
            return max(0.0, self.after.seconds - self.shift)
        return self.tape.seconds_at(self.index)

    @property
    def at_end(self) -> bool:
        return self.tape.complete and self.index >= self.tape.length

    def take_over(self) -> None:
        """Go to where the other head is now."""
        if self.after is not None:
            self.index, self.after = self.tape.index_at(self.seconds), None

    def copy(self, out: Samples) -> int:
        """Read into a buffer what there is; how much."""
        count = max(0, min(len(out), self.tape.length - self.index))
        out[:count] = self.tape.samples[self.index : self.index + count]
        self.index += count
        return count


class Mixer:
    """Fills the buffers of one stream.

    Attributes:
        wanted: what shall be heard; the heads that follow it play in their turn.
        paused: nothing moves and nothing is heard.
        loop: a tape begins again at its end.
        volume: 1.0 leaves the sound as it is.
    """

    def __init__(self, rate: int = 1) -> None:
        self.wanted: Head | None = None
        self.paused = False
        self.loop = False
        self.volume = 1.0
        # Written by fill alone: what was wanted last, and which of the heads after it is reading.
        self._begun: Head | None = None
        self._reading: Head | None = None
        self._gain = 1.0
        self.tune(rate)

    def tune(self, rate: int, frames: int = 0) -> None:
        """Make room for buffers of a stream that is about to begin."""
        self._fall = np.linspace(1, 0, round(RELEASE * rate), dtype=np.float32)
        self._rise = 1 - self._fall
        self._make_room(frames)

    def _make_room(self, frames: int) -> None:
        self._mono = np.zeros(frames, np.float32)
        self._other = np.zeros(max(frames, len(self._fall)), np.float32)
        self._slope = np.arange(1, frames + 1, dtype=np.float32)

    @property
    def head(self) -> Head | None:
        """What plays, or is about to."""
        return self._reading if self._begun is self.wanted else self.wanted

    def clear(self) -> None:
        """Forget everything. For when no stream runs."""
        self.wanted = self._begun = self._reading = None

    def fill(self, out: npt.NDArray[np.float32], frames: int, _time: Any, _status: Any) -> None:
        if frames > len(self._mono):
            self._make_room(frames)
        mono = self._mono[:frames]
        silent = self.paused and self._gain == 0
        wanted = self.wanted
        if wanted is not self._begun:
            self._switch(wanted, mono, silent=silent)
        elif silent:
            self._rest(mono)
        else:
            self._read(mono)
        self._set_level(mono)
        out[:] = mono[:, np.newaxis]

    def _switch(self, wanted: Head | None, mono: Samples, *, silent: bool) -> None:
        """The old dies away while the new rises: the same sound at the same place stays whole."""
        old, count = self._reading, min(len(mono), len(self._fall))
        self._begun = self._reading = wanted
        if wanted is not None:
            wanted.take_over()
        if silent:
            self._rest(mono)
            return
        dying = mono[:count]
        if old is None:
            dying[:] = 0
            self._gain = self._level
        else:
            dying[old.copy(dying) :] = 0
            dying *= self._fall[:count]
        rising = self._other[:count]
        softly = old is not None or (wanted is not None and wanted.index > 0)
        self._read(rising)
        if softly:
            rising *= self._rise[:count]
        dying += rising
        self._read(mono[count:])

    def _rest(self, mono: Samples) -> None:
        mono[:] = 0
        if self._reading is not None:
            self._reading.idle += len(mono)

    def _read(self, out: Samples) -> None:
        """Fill this from what is reading and what follows it, then with silence."""
        while (head := self._reading) is not None and len(out):
            complete = head.tape.complete  # before its length is looked at
            out = out[head.copy(out) :]
            if not len(out):
                head.idle = 0
            elif not complete or not self._go_on(head):
                break
        if len(out):
            self._rest(out)

    def _go_on(self, head: Head) -> bool:
        """To the beginning in a loop, or to what follows; whether there is such."""
        if self.loop and head.tape.length:
            head.index = 0
        elif head.following is not None:
            self._reading = head.following
        else:
            return False
        return True

    @property
    def _level(self) -> float:
        return 0.0 if self.paused else self.volume

    def _set_level(self, mono: Samples) -> None:
        """The volume, moved to evenly over one buffer."""
        before, self._gain = self._gain, self._level
        if before != self._gain:
            gains = self._other[: len(mono)]
            np.multiply(self._slope[: len(mono)], (self._gain - before) / len(mono), out=gains)
            gains += before
            mono *= gains
        elif before != 1:
            mono *= before
