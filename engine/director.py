"""The queue between a project and an engine: what is spoken next, what is tried again, and which
sentence is to blame when an engine dies."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Collection, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field

from engine.client.base import Engine
from engine.domain import (
    SAMPLE_RATE,
    AudioDelta,
    EngineInfo,
    Sentence,
    SpeechDone,
    SpeechRequest,
    Status,
)
from engine.errors import (
    EngineBusy,
    EngineLost,
    EngineStartError,
    ProjectError,
    SpeechFailed,
    StudioError,
)
from engine.events import (
    Activity,
    DirectorEvent,
    Progress,
    QueueDrained,
    QueueStopped,
    SentenceCancelled,
    SentenceFailed,
    SentenceProgress,
    SentenceQueued,
    SentenceStarted,
    TakeMade,
)
from engine.i18n import _
from engine.pace import Pace
from engine.project import Project
from engine.takes import draft_take, frame_cap
from engine.waiting import Job, Waiting

STRIKES = 2
"""Faults of its own after which a sentence is given up."""

RUNAWAY_RETRIES = 2
"""New seeds tried after a take that ran into its cap: such a take is never good."""

RETRY_SECONDS = 0.5
"""Pause before an engine that just went away is asked again whether it is ready."""

BYTES_PER_SECOND = 2 * SAMPLE_RATE

_log = logging.getLogger(__name__)


@dataclass
class _Flight:
    """A job being spoken.

    Attributes:
        alone: no other sentence was in flight during any of it, so a crash is its own doing.
        quarantined: nothing else may be launched meanwhile.
        recording: its audio is complete and on the way to the disk; too late to cancel.
    """

    job: Job
    alone: bool
    quarantined: bool
    chunks: list[bytes] = field(default_factory=list)
    received: int = 0
    recording: bool = False
    task: asyncio.Task[None] | None = None

    @property
    def seconds(self) -> float:
        return self.received / BYTES_PER_SECOND

    def cancel(self) -> None:
        """End it, unless it is too late or it is the one that asks."""
        if self.task and not self.recording and self.task is not asyncio.current_task():
            self.task.cancel()


class Director:
    """Takes sentences that need speaking, asks an engine, records takes.

    Lives on one event loop. ``listener`` is called on it, synchronously, with each event.

    Args:
        new_seed: a fresh seed for each take of a sentence whose seed is free.
    """

    def __init__(
        self,
        project: Project,
        engine: Engine,
        *,
        listener: Callable[[DirectorEvent], None],
        new_seed: Callable[[], int] = lambda: secrets.randbelow(2**31),
    ) -> None:
        self._project = project
        self._engine = engine
        self._listener = listener
        self._new_seed = new_seed
        self._waiting = Waiting()
        self._flights: list[_Flight] = []
        self._pace = Pace()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        engine.on_state = listener

    # What is asked of it

    def speak(self, sentence_ids: Iterable[int], *, by_hand: bool = False) -> None:
        """Queue sentences; those asked for by hand go ahead of the rest, in the order asked."""
        if not self.busy:
            self._pace.reset()
        for sentence_id in sentence_ids:
            job = Job(sentence_id, len(self._project.row(sentence_id).sentence.text))
            self._waiting.add(job, by_hand=by_hand)
            self._pace.add(job.letters)
            self._idle.clear()
            self._listener(SentenceQueued(sentence_id))
        self._wake.set()

    def cancel(self, sentence_ids: Collection[int] | None = None) -> None:
        """Drop these sentences from the queue, or all. A take that is being recorded is kept."""
        for job in self._waiting.remove(sentence_ids):
            self._abandon(job)
        for flight in self._flights:
            if sentence_ids is None or flight.job.sentence_id in sentence_ids:
                flight.cancel()
        self._settle()

    @property
    def busy(self) -> bool:
        """Something is queued or being spoken."""
        return bool(self._flights) or len(self._waiting) > 0

    @property
    def progress(self) -> Progress:
        return self._pace.progress()

    def activity(self, sentence_id: int) -> Activity | None:
        """What the queue is doing with a sentence, or None."""
        for flight in self._flights:
            if flight.job.sentence_id == sentence_id:
                return Activity(Status.SPEAKING, flight.seconds)
        return Activity(Status.QUEUED) if sentence_id in self._waiting else None

    def live_audio(self, sentence_id: int) -> bytes:
        """What has arrived of a sentence that is being spoken: 16-bit PCM at SAMPLE_RATE."""
        for flight in self._flights:
            if flight.job.sentence_id == sentence_id:
                return b"".join(flight.chunks)
        return b""

    # Its life

    async def run(self) -> None:
        """Work until cancelled. The engine is started at once, so that it is warm when needed."""
        self._wake.set()
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                try:
                    info = await self._engine_ready()
                except EngineStartError as error:
                    self._stop(error)
                    continue
                quarantined = self._waiting.suspects
                while (job := self._next(info.capacity)) is not None:
                    self._launch(job, info, quarantined=quarantined)
        finally:
            await self._land()

    async def drained(self) -> None:
        """Wait until nothing is queued or being spoken."""
        await self._idle.wait()

    async def _engine_ready(self) -> EngineInfo:
        while True:
            try:
                return await self._engine.ready()
            except EngineBusy as busy:
                await asyncio.sleep(busy.retry_after)
            except EngineLost:
                await asyncio.sleep(RETRY_SECONDS)

    async def _land(self) -> None:
        """Let takes that are being recorded be finished; cancel the rest."""
        for flight in self._flights:
            flight.cancel()
        tasks = [flight.task for flight in self._flights if flight.task]
        await asyncio.gather(*tasks, return_exceptions=True)

    # One sentence

    def _next(self, capacity: int) -> Job | None:
        """The next job that may fly now. Suspects of a crash fly alone, before all others."""
        if self._waiting.suspects:
            return None if self._flights else self._waiting.take()
        if len(self._flights) >= capacity or any(flight.quarantined for flight in self._flights):
            return None
        return self._waiting.take()

    def _launch(self, job: Job, info: EngineInfo, *, quarantined: bool) -> None:
        for other in self._flights:
            other.alone = False
        flight = _Flight(job, alone=not self._flights, quarantined=quarantined)
        self._flights.append(flight)
        self._pace.working(True)
        self._listener(SentenceStarted(job.sentence_id))
        flight.task = asyncio.create_task(self._fly(flight, info))

    async def _fly(self, flight: _Flight, info: EngineInfo) -> None:
        job = flight.job
        try:
            await self._speak_once(flight, info)
        except asyncio.CancelledError:
            self._abandon(job)
        except EngineLost as lost:
            self._after_loss(flight, lost)
        except EngineStartError as error:
            self._abandon(job)
            self._stop(error)
        except SpeechFailed as error:
            self._strike(job, error)
        except ProjectError as error:
            # The disk is full or gone: every other take would meet the same end.
            self._abandon(job)
            self._stop(error)
        except StudioError as error:
            self._fail(job, error)
        except Exception as error:  # noqa: BLE001 - one sentence must not end the queue
            _log.exception("A sentence could not be spoken")
            self._fail(job, StudioError(_("Something unforeseen went wrong."), repr(error)))
        finally:
            self._flights.remove(flight)
            self._settle()

    async def _speak_once(self, flight: _Flight, info: EngineInfo) -> None:
        job = flight.job
        sentence = self._project.row(job.sentence_id).sentence
        spoken = sentence.to_speak()
        seed = self._new_seed() if sentence.seed is None else sentence.seed
        request = SpeechRequest(spoken, seed, frame_cap(spoken))
        done = await self._listen(flight, request)
        if done.finish_reason in ("cancelled", "error"):
            raise SpeechFailed(_("The engine gave this sentence up."))
        if self._runaway(job, done, sentence):
            self._waiting.put_back(job)
            return
        flight.recording = True
        samples, draft = await asyncio.to_thread(
            draft_take, request, b"".join(flight.chunks), done, info
        )
        take = await self._project.add_take(job.sentence_id, samples, draft)
        self._engine.sentence_finished()
        self._pace.finish(job.letters, draft.duration)
        self._listener(TakeMade(job.sentence_id, take))

    async def _listen(self, flight: _Flight, request: SpeechRequest) -> SpeechDone:
        """Gather one answer, waiting as long as the engine says it is busy."""
        while True:
            try:
                async with aclosing(self._engine.speak(request)) as events:
                    async for event in events:
                        if isinstance(event, SpeechDone):
                            return event
                        self._heard(flight, event)
            except EngineBusy as busy:
                await asyncio.sleep(busy.retry_after)
                continue
            raise EngineLost(
                _("The engine broke off in the middle of a sentence."), from_outside=True
            )

    def _heard(self, flight: _Flight, delta: AudioDelta) -> None:
        flight.chunks.append(delta.pcm)
        flight.received += len(delta.pcm)
        self._listener(SentenceProgress(flight.job.sentence_id, flight.seconds))

    # What went wrong

    def _runaway(self, job: Job, done: SpeechDone, sentence: Sentence) -> bool:
        """Whether to try a new seed because the take ran into its cap. A seed fixed by the user
        would give the same take again, which is then kept with its complaint."""
        if done.finish_reason != "length" or sentence.seed is not None:
            return False
        job.runaways += 1
        return job.runaways <= RUNAWAY_RETRIES

    def _after_loss(self, flight: _Flight, lost: EngineLost) -> None:
        """Blame as the crash allows: one from outside is nobody's fault; one in company makes
        everybody a suspect; one alone is a strike."""
        if lost.from_outside:
            self._waiting.put_back(flight.job)
        elif not flight.alone:
            self._waiting.suspect(flight.job)
        else:
            self._strike(flight.job, lost)

    def _strike(self, job: Job, error: StudioError) -> None:
        job.strikes += 1
        if job.strikes >= STRIKES:
            self._fail(job, error)
        elif isinstance(error, EngineLost):
            self._waiting.suspect(job)
        else:
            self._waiting.put_back(job)

    def _fail(self, job: Job, error: StudioError) -> None:
        self._project.set_failure(job.sentence_id, str(error))
        self._pace.finish(job.letters, 0.0)
        self._listener(SentenceFailed(job.sentence_id, error))

    def _abandon(self, job: Job) -> None:
        self._pace.remove(job.letters)
        self._listener(SentenceCancelled(job.sentence_id))

    def _stop(self, error: StudioError) -> None:
        """Nothing more can be spoken for now."""
        self._listener(QueueStopped(error))
        self.cancel()

    def _settle(self) -> None:
        if self._flights or self._waiting:
            self._wake.set()
        elif not self._idle.is_set():
            self._idle.set()
            self._listener(QueueDrained())
        self._pace.working(bool(self._flights))
