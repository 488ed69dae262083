"""How far a queue has come, how fast, and how long it will still take."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine.events import Progress


class Pace:
    """Counts the work since the queue was last empty.

    Args:
        clock: seconds, monotonic.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Begin anew: an empty queue is about to be filled."""
        self._done = self._total = 0
        self._letters_done = self._letters_total = 0
        self._audio_seconds = 0.0
        self._work_seconds = 0.0
        self._working_since: float | None = None

    def add(self, letters: int) -> None:
        """A sentence has joined the queue."""
        self._total += 1
        self._letters_total += letters

    def remove(self, letters: int) -> None:
        """A sentence has left the queue unspoken."""
        self._total -= 1
        self._letters_total -= letters

    def finish(self, letters: int, audio_seconds: float) -> None:
        """A sentence is done, with so much audio; none where it failed."""
        self._done += 1
        self._letters_done += letters
        self._audio_seconds += audio_seconds

    def working(self, busy: bool) -> None:
        """Whether at least one sentence is being spoken from now on."""
        now = self._clock()
        if self._working_since is not None:
            self._work_seconds += now - self._working_since
        self._working_since = now if busy else None

    def progress(self) -> Progress:
        work = self._work_seconds
        if self._working_since is not None:
            work += self._clock() - self._working_since
        letters_left = self._letters_total - self._letters_done
        time_left = work / self._letters_done * letters_left if self._letters_done else None
        return Progress(self._done, self._total, self._audio_seconds, work, time_left)
