"""The sentences in flight: each joins between two frames and leaves when it ends, so that none
waits for another.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from engine.backends.base import BackendPoisoned, Job, More
from engine.backends.qwen.decode.codec import Memory
from engine.backends.qwen.decode.frames import Frames, Track
from engine.backends.qwen.failures import not_finite
from engine.backends.qwen.faults import free_memory, is_out_of_memory, is_poisoned
from engine.backends.qwen.speaking import Steward
from engine.domain import FinishReason
from engine.errors import SpeechFailed

logger = logging.getLogger(__name__)

T = TypeVar("T")

_JOIN_AT_ONCE = 2
# Between two frames: a prompt takes as long as a frame or two, for which the others are silent.

_FIRST_PIECE, _PIECE = 4, 12
# Frames that are made sound at once. The first are few, to be heard early; then as many as a second
# has, since the codec is twice as quick with them as with single ones.

_TRIES = 2
# With values that are no numbers: a second time they are no accident of the device.


@dataclass(eq=False)
class Utterance:
    """One job, from its prompt to its last sample.

    Attributes:
        cap: the most frames it may have.
        memory: the codec's, of what it has made sound.
        sounded: frames that are sound.
        tries: that gave no numbers since the last frame.
    """

    job: Job
    track: Track
    cap: int
    memory: Memory
    sounded: int = 0
    tries: int = 0


class Crew(Protocol):
    """What makes a job an utterance, and its codes sound."""

    def begin(self, job: Job) -> Utterance | None:
        """None for a job that has failed by itself."""
        ...

    def sound(self, utterance: Utterance) -> bool:
        """Hand over the sound of the frames that are not sound yet; false where that has failed
        the job."""
        ...


@dataclass(frozen=True)
class Fault:
    """What went wrong, with nothing of what was being computed."""

    no_memory: bool
    failure: SpeechFailed


class Flight:
    """For one model. Every sentence in flight has a place in the talker's cache, by its number."""

    def __init__(self, frames: Frames, crew: Crew, steward: Steward) -> None:
        self.frames = frames
        self._crew = crew
        self._steward = steward
        self._aloft: list[Utterance] = []
        self._again: deque[Utterance] = deque()
        self._jobs: deque[Job] = deque()

    def speak(self, jobs: Sequence[Job], more: More) -> None:
        """See :meth:`engine.backends.base.Backend.speak`."""
        self._jobs.extend(jobs)
        try:
            while self._join(more):
                self._frame()
            self.frames.talker.forget()
        finally:
            # Whoever is left is ended by the caller.
            self._aloft.clear()
            self._again.clear()
            self._jobs.clear()

    def change(self, make: Callable[[], Frames]) -> None:
        """Go on with another model, from where each sentence is. The one until now is let go of
        before there is another: there may not be room for both."""
        self._ground()
        del self.frames
        self.frames = make()

    def _join(self, more: More) -> bool:
        """Have some of those that wait join; whether there is anything to be done."""
        known = len(self._aloft) + len(self._again) + len(self._jobs)
        wanted = self._steward.most - known
        if wanted > 0:
            self._jobs.extend(more(wanted))
        joined = 0
        # Asked each time: one that joins may find that there is less room than was thought.
        while joined < _JOIN_AT_ONCE and len(self._aloft) < self._steward.most:
            if not self._has_waiting():
                break
            utterance = self._next()
            if utterance is None:
                continue
            if self._aloft and not self._fits(utterance):
                self._again.appendleft(utterance)
                break
            self._take_off(utterance)
            joined += 1
        return bool(self._aloft) or self._has_waiting()

    def _has_waiting(self) -> bool:
        return bool(self._again or self._jobs)

    def _next(self) -> Utterance | None:
        """Those that were in flight already come first. None for one that came to nothing."""
        if self._again:
            utterance = self._again.popleft()
            return None if self._given_up(utterance) else utterance
        job = self._jobs.popleft()
        if job.cancelled:
            job.finish("cancelled", 0)
            return None
        begun = self._tried(lambda: self._crew.begin(job))
        if not isinstance(begun, Fault):
            return begun
        if begun.no_memory and self._aloft:
            self._jobs.appendleft(job)
            self._run_out(len(self._aloft) + 1)
        else:
            job.fail(begun.failure)
        return None

    def _fits(self, utterance: Utterance) -> bool:
        """Whether there is memory for all of it and of those in flight, should each reach its
        cap."""
        every = (*self._aloft, utterance)
        longest = max(len(one.track.prompt.heard) + one.cap for one in every)
        cache = self.frames.talker.cache
        return cache.bytes_beyond(len(every), longest) <= self._steward.free

    def _take_off(self, utterance: Utterance) -> None:
        place = len(self._aloft)
        heard = self._tried(lambda: self.frames.hear(utterance.track, place))
        if isinstance(heard, Fault):
            if heard.no_memory and self._aloft:
                self._run_out(len(self._aloft) + 1, utterance)
            else:
                utterance.job.fail(heard.failure)
        elif heard:
            self._aloft.append(utterance)
        else:
            self._broken(utterance)

    def _frame(self) -> None:
        """A frame for each in flight."""
        if not self._aloft:
            return
        every = list(self._aloft)
        broken = self._tried(lambda: self.frames.step([one.track for one in every]))
        if isinstance(broken, Fault):
            self._fell(broken)
            return
        failed = [one for one in every if one.track in broken]
        for utterance in every:
            if utterance not in failed:
                utterance.tries = 0
                self._advance(utterance)
        for utterance in failed:
            self._land(utterance)
        # At last, since it may change the model under those in flight.
        for utterance in failed:
            self._broken(utterance)

    def _advance(self, utterance: Utterance) -> None:
        """See to one that has a frame more."""
        reason = self._end_of(utterance)
        waiting = utterance.track.frames - utterance.sounded
        due = waiting >= (_PIECE if utterance.sounded else _FIRST_PIECE)
        wanted = reason != "cancelled" and (due or (reason and waiting))
        if wanted and not self._crew.sound(utterance):
            self._land(utterance)
            return
        if reason is not None:
            self._land(utterance)
            utterance.job.finish(reason, utterance.track.frames)

    def _end_of(self, utterance: Utterance) -> FinishReason | None:
        frames = utterance.track.frames
        utterance.job.progress(frames)
        if utterance.job.cancelled:
            return "cancelled"
        if self.frames.ended(utterance.track):
            return "stop"
        return "length" if frames >= utterance.cap else None

    def _given_up(self, utterance: Utterance) -> bool:
        if utterance.job.cancelled:
            utterance.job.finish("cancelled", utterance.track.frames)
        return utterance.job.cancelled

    def _land(self, utterance: Utterance) -> None:
        """Leave, and have the last take the place."""
        place = self._aloft.index(utterance)
        last = self._aloft.pop()
        if last is not utterance:
            self.frames.talker.cache.move(len(self._aloft), place)
            self._aloft[place] = last

    def _broken(self, utterance: Utterance) -> None:
        """See to one whose values were not finite; it is not in flight."""
        utterance.tries += 1
        if utterance.tries < _TRIES:
            self._again.appendleft(utterance)
            return
        utterance.tries = 0
        dtype = str(self.frames.talker.dtype).removeprefix("torch.")
        if self._steward.overflowed(1):
            self._again.appendleft(utterance)
        else:
            utterance.job.fail(not_finite(utterance.track.frames, dtype))

    def _fell(self, fault: Fault) -> None:
        """See to a frame that nobody has."""
        if fault.no_memory and len(self._aloft) > 1:
            self._run_out(len(self._aloft))
            return
        for utterance in self._aloft:
            utterance.job.fail(fault.failure)
        self._aloft.clear()
        self.frames.talker.forget()

    def _run_out(self, sentences: int, *others: Utterance) -> None:
        self._again.extendleft(others)
        self._ground()
        self._steward.halve(sentences)

    def _ground(self) -> None:
        """Have all of them join again, from where they are, with memory of their own."""
        self._again.extendleft(reversed(self._aloft))
        self._aloft.clear()
        self.frames.talker.forget()
        free_memory()

    def _tried(self, work: Callable[[], T]) -> T | Fault:
        """
        Raises:
            BackendPoisoned: the device is lost.
        """
        try:
            return work()
        except Exception as error:
            if is_poisoned(error):
                raise BackendPoisoned(str(error)) from error
            logger.exception("%d sentences in flight", len(self._aloft))
            fault = Fault(is_out_of_memory(error), self._steward.failure(error))
        # Out of the except clause, whose traceback holds on to memory.
        free_memory()
        return fault
