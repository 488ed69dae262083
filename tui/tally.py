"""The project in figures, kept up to date row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from engine.domain import EXPORTABLE, Status


@dataclass(frozen=True)
class Figures:
    """What has been done.

    Attributes:
        counts: spoken rows by status; the queue's doings left aside.
        seconds: of audio kept.
    """

    counts: dict[Status, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        """Rows whose take could be exported as it is."""
        return sum(self.count(status) for status in EXPORTABLE - {Status.STALE})

    def count(self, *statuses: Status) -> int:
        return sum(self.counts.get(status, 0) for status in statuses)


@dataclass(frozen=True)
class Standing:
    """One row's share in the figures: None for a row that is not spoken."""

    status: Status | None
    seconds: float = 0.0


class Tally:
    """Counts each row once, whatever happens to it."""

    def __init__(self, standing_of: Callable[[int], Standing]) -> None:
        self._standing_of = standing_of
        self._known: dict[int, Standing] = {}
        self._counts: Counter[Status] = Counter()
        self._seconds = 0.0

    def update(self, ids: Iterable[int]) -> None:
        """Look at these rows again."""
        for sentence_id in ids:
            before = self._known.get(sentence_id)
            now = self._standing_of(sentence_id)
            if before:
                self._add(before, -1)
            self._add(now, 1)
            self._known[sentence_id] = now

    @property
    def figures(self) -> Figures:
        return Figures(dict(self._counts), max(0.0, self._seconds))

    def _add(self, standing: Standing, times: int) -> None:
        if standing.status is not None:
            self._counts[standing.status] += times
            self._seconds += times * standing.seconds
