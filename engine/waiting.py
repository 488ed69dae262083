"""The sentences that wait to be spoken, in the order in which they will be."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import chain


@dataclass(eq=False)
class Job:
    """One take that was asked for.

    Attributes:
        letters: length of the text; a measure of the work.
        strikes: faults of the sentence's own so far.
        runaways: takes so far that ran into their cap.
        cut_short: a take was, and is to be followed by one with a closing phrase.
        spent: seeds that led to no take through a fault of the sentence's own.
    """

    sentence_id: int
    letters: int
    strikes: int = 0
    runaways: int = 0
    cut_short: bool = False
    spent: set[int] = field(default_factory=set)


class Waiting:
    """Suspects of a crash first, then what was asked for by hand, then the rest."""

    def __init__(self) -> None:
        self._suspects: deque[Job] = deque()
        self._by_hand: deque[Job] = deque()
        self._in_turn: deque[Job] = deque()
        self._counts: Counter[int] = Counter()

    def __len__(self) -> int:
        return self._counts.total()

    def __iter__(self) -> Iterator[Job]:
        """In the order in which they will be spoken, as far as that is known."""
        return chain(*self._queues)

    def __contains__(self, sentence_id: int) -> bool:
        return self._counts[sentence_id] > 0

    def add(self, job: Job, *, by_hand: bool) -> None:
        (self._by_hand if by_hand else self._in_turn).append(job)
        self._counts[job.sentence_id] += 1

    def put_back(self, job: Job) -> None:
        """To be tried again before anything else, through no suspicion."""
        self._by_hand.appendleft(job)
        self._counts[job.sentence_id] += 1

    def suspect(self, job: Job) -> None:
        """To be tried again alone: an engine died while it was being spoken among others."""
        self._suspects.append(job)
        self._counts[job.sentence_id] += 1

    @property
    def suspects(self) -> bool:
        """The next job is a suspect."""
        return bool(self._suspects)

    def take(self) -> Job | None:
        """The next job, which no longer waits."""
        for queue in self._queues:
            if queue:
                job = queue.popleft()
                self._counts[job.sentence_id] -= 1
                return job
        return None

    def remove_in_turn(self, sentence_ids: Collection[int]) -> list[Job]:
        """Take out the jobs of these sentences that were not asked for by hand."""
        return self._take_out(self._in_turn, sentence_ids)

    def remove(self, sentence_ids: Collection[int] | None) -> list[Job]:
        """Take out the jobs of these sentences, or all of them."""
        return [job for queue in self._queues for job in self._take_out(queue, sentence_ids)]

    def _take_out(self, queue: deque[Job], sentence_ids: Collection[int] | None) -> list[Job]:
        removed = [job for job in queue if sentence_ids is None or job.sentence_id in sentence_ids]
        if removed:
            gone = set(removed)
            kept = [job for job in queue if job not in gone]
            queue.clear()
            queue.extend(kept)
            self._counts.subtract(job.sentence_id for job in removed)
        return removed

    @property
    def _queues(self) -> tuple[deque[Job], ...]:
        return self._suspects, self._by_hand, self._in_turn
