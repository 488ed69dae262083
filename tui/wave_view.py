"""Which part of a take the waveform shows. No I/O."""

from __future__ import annotations

from dataclasses import dataclass

SHORTEST = 0.05
"""Seconds that fill the widget at most closely: a few periods of a voice."""

MARGIN = 0.05
"""Of the part that is shown: how near to its ends a place may lie that is brought into view."""


@dataclass(frozen=True)
class WaveView:
    """A stretch of a take, in seconds.

    Attributes:
        total: length of the take.
    """

    start: float
    end: float
    total: float

    @classmethod
    def whole(cls, total: float) -> WaveView:
        return cls(0.0, total, total)

    @classmethod
    def around(cls, place: float, seconds: float, total: float) -> WaveView:
        """So many seconds, the place in their middle; fewer where the take has fewer."""
        seconds = min(max(seconds, SHORTEST), total)
        start = min(max(0.0, place - seconds / 2), total - seconds)
        return cls(start, start + seconds, total)

    @property
    def seconds(self) -> float:
        return self.end - self.start

    @property
    def is_whole(self) -> bool:
        return self.seconds >= self.total

    def zoomed(self, about: float, times: float) -> WaveView:
        """The same with a place that stays where it is on the screen, or comes to its middle where
        it is not on it.

        Args:
            times: 2.0 shows half as much.
        """
        seconds = min(max(self.seconds / times, SHORTEST), self.total)
        if not self.start <= about <= self.end:
            return self.around(about, seconds, self.total)
        share = (about - self.start) / self.seconds if self.seconds else 0.0
        start = min(max(0.0, about - share * seconds), self.total - seconds)
        return WaveView(start, start + seconds, self.total)

    def showing(self, place: float) -> WaveView:
        """The same, moved as far as it takes to have a place in view."""
        margin = self.seconds * MARGIN
        start = self.start
        if place < start + margin:
            start = place - margin
        elif place > self.end - margin:
            start = place + margin - self.seconds
        start = min(max(0.0, start), self.total - self.seconds)
        return WaveView(start, start + self.seconds, self.total)

    def column_of(self, place: float, columns: int) -> int | None:
        """Which of so many columns shows a place; None where none does. The end of the take is in
        the last."""
        if not self.start <= place <= self.end or not self.seconds:
            return None
        return min(columns - 1, int((place - self.start) / self.seconds * columns))

    def place_of(self, column: float, columns: int) -> float:
        """The seconds at which a column begins, within the take."""
        place = self.start + column / columns * self.seconds
        return min(max(0.0, place), self.total)
