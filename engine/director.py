"""The queue between a project and an engine: what is spoken next, and what is tried again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable
from functools import partial
from itertools import islice

from engine.audio import Samples
from engine.blame import Blame, Consequence
from engine.client.base import Engine, EngineChanged
from engine.closing import Closing
from engine.domain import (
    AudioDelta,
    EngineInfo,
    Sentence,
    SpeechDone,
    SpeechProgress,
    Status,
    TakeDraft,
)
from engine.errors import EngineBusy, EngineLost, StudioError
from engine.events import (
    Activity,
    DirectorEvent,
    PhraseLearning,
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
from engine.flight import Flight, LiveAudio
from engine.i18n import _
from engine.pace import Pace
from engine.project import Project
from engine.seeds import free_seed
from engine.speaker import Speaker
from engine.waiting import Job, Waiting

RUNAWAY_RETRIES = 2
"""New seeds tried after a take that ran into its cap: such a take is never good."""

RETRY_SECONDS = 0.5
"""Pause before an engine that just went away is asked again."""

_log = logging.getLogger(__name__)


class Director:
    """Takes sentences that need speaking, asks an engine, records takes.

    Lives on one event loop. ``listener`` is called on it, synchronously, with each event.

    Args:
        closing: when a closing phrase is said, and which.

    Attributes:
        seed: where chance begins for sentences whose own seed is free; None for anywhere. It can be
            exchanged at any time.
        learning: the closing phrase that is being spoken alone for a voice, or empty.
    """

    def __init__(
        self,
        project: Project,
        engine: Engine,
        *,
        listener: Callable[[DirectorEvent], None],
        closing: Closing | None = None,
        seed: int | None = None,
    ) -> None:
        self._project = project
        self._engine = engine
        self._listener = listener
        self.seed = seed
        self._waiting = Waiting()
        self._flights: list[Flight] = []
        self._pace = Pace()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopped = False
        self._called_off = False
        self._blame = Blame()
        self.learning = ""
        self._info: EngineInfo | None = None
        self._speaker = Speaker(engine, project, closing or Closing(), self._learns)
        engine.on_state = self._engine_changed

    # What is asked of it

    def speak(self, sentence_ids: Iterable[int], *, by_hand: bool = False) -> None:
        """Queue sentences, once for each time that they are named. Those asked for by hand go ahead
        of the rest, in the order asked."""
        if not self.busy:
            self._pace.reset()
        self._stopped = self._called_off = False
        wanted = list(sentence_ids)
        if by_hand:
            # Not again in its turn, when the new take may have been accepted already.
            for job in self._waiting.remove_in_turn(set(wanted)):
                self._pace.remove(job.letters)
        for sentence_id in wanted:
            job = Job(sentence_id, len(self._project.row(sentence_id).sentence.text))
            self._waiting.add(job, by_hand=by_hand)
            self._pace.add(job.letters)
            self._idle.clear()
            self._tell(SentenceQueued(sentence_id))
        self._wake.set()

    def cancel(self, sentence_ids: Collection[int] | None = None) -> None:
        """Drop these sentences from the queue, or all. A take that is being recorded is kept."""
        self._drop(sentence_ids)
        flying = (flight for flight in self._flights if not flight.recording)
        self._called_off = not self._waiting and all(flight.cancelled for flight in flying)
        self._settle()

    def close_with(self, closing: Closing) -> None:
        """Let another closing phrase, or none, hold for what is begun from now on."""
        self._speaker.closing = closing

    async def closing_take_of(self, draft: TakeDraft) -> Samples | None:
        """The closing phrase of a take, alone and in the same voice, mono float32 at SAMPLE_RATE;
        None where it was never had. Nothing is spoken for it."""
        return await self._speaker.closing_take_of(draft, self._info)

    @property
    def busy(self) -> bool:
        """Something is queued or being spoken."""
        return bool(self._flights) or len(self._waiting) > 0

    @property
    def unfinished(self) -> set[int]:
        """The sentences whose takes would not be had if it ended now. One that is being recorded
        would: its audio is complete, and the end waits for it."""
        flying = {flight.job.sentence_id for flight in self._flights if not flight.recording}
        return flying | {job.sentence_id for job in self._waiting}

    @property
    def progress(self) -> Progress:
        return self._pace.progress()

    @property
    def speaking(self) -> list[int]:
        """The sentences that are being spoken; one for each take."""
        return [flight.job.sentence_id for flight in self._flights]

    @property
    def waiting_count(self) -> int:
        """How many takes are still to be begun."""
        return len(self._waiting)

    def waiting(self, most: int) -> list[int]:
        """The sentences that will be spoken next, in order, one for each take; at most so many."""
        return [job.sentence_id for job in islice(self._waiting, most)]

    def activity(self, sentence_id: int) -> Activity | None:
        """What the queue is doing with a sentence, or None."""
        for flight in self._flights:
            if flight.job.sentence_id == sentence_id:
                return Activity(Status.SPEAKING, flight.seconds)
        return Activity(Status.QUEUED) if sentence_id in self._waiting else None

    def live_audio(self, sentence_id: int) -> LiveAudio | None:
        """A sentence that is being spoken, to be heard from its beginning; None if it is not."""
        for flight in self._flights:
            if flight.job.sentence_id == sentence_id:
                return LiveAudio(flight)
        return None

    def _drop(self, sentence_ids: Collection[int] | None) -> None:
        for job in self._waiting.remove(sentence_ids):
            self._abandon(job)
        for flight in self._flights:
            if sentence_ids is None or flight.job.sentence_id in sentence_ids:
                flight.cancel()

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
                except StudioError as error:
                    self._stop(error)
                    continue
                self._info = info
                quarantined = self._waiting.suspects
                while (job := self._next(info.capacity)) is not None:
                    self._launch(job, info, quarantined=quarantined)
        finally:
            await self._land()
            # Whatever ended this, nobody shall wait for ever.
            self.cancel()

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

    def _engine_changed(self, change: EngineChanged) -> None:
        if change.state == "restarting":
            # Even while nothing waits: what the new process says of itself is to be shown.
            self._wake.set()
        self._tell(change)

    def _tell(self, event: DirectorEvent) -> None:
        try:
            self._listener(event)
        except Exception:  # noqa: BLE001 - what is shown must not stop what is done
            _log.exception("A listener failed at %s", type(event).__name__)

    # One sentence

    def _next(self, capacity: int) -> Job | None:
        """The next job that may fly now. Suspects of a crash fly alone, before all others."""
        if self._waiting.suspects:
            return None if self._flights else self._next_wanted()
        if len(self._flights) >= capacity or any(flight.quarantined for flight in self._flights):
            return None
        return self._next_wanted()

    def _next_wanted(self) -> Job | None:
        """The next job of a row that is still there and still to be spoken."""
        while (job := self._waiting.take()) is not None:
            sentence = self._project.row(job.sentence_id).sentence
            if sentence.spoken and sentence.shown:
                return job
            self._abandon(job)
        self._settle()
        return None

    def _launch(self, job: Job, info: EngineInfo, *, quarantined: bool) -> None:
        for other in self._flights:
            other.alone = False
        flight = Flight(job, alone=not self._flights, quarantined=quarantined)
        self._flights.append(flight)
        self._pace.working(True)
        flight.task = asyncio.create_task(self._fly(flight, info))
        # Not in the task, which never begins if it is cancelled at once.
        flight.task.add_done_callback(lambda task: self._landed(flight, task))
        self._tell(SentenceStarted(job.sentence_id))

    def _landed(self, flight: Flight, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            self._abandon(flight.job)
        self._flights.remove(flight)
        flight.over = True
        self._settle()

    async def _fly(self, flight: Flight, info: EngineInfo) -> None:
        try:
            await self._speak_once(flight, info)
        except StudioError as error:
            if flight.cancelled:
                raise asyncio.CancelledError from error
            if isinstance(error, EngineLost) and error.from_outside:
                await asyncio.sleep(RETRY_SECONDS)
            self._answer(flight, error)
        except Exception as error:  # noqa: BLE001 - one sentence must not end the queue
            _log.exception("A sentence could not be spoken")
            self._fail(flight.job, StudioError(_("Something unforeseen went wrong."), repr(error)))

    async def _speak_once(self, flight: Flight, info: EngineInfo) -> None:
        job = flight.job
        row = self._project.row(job.sentence_id)
        sentence, spoken = row.sentence, row.asked
        flight.seed = self._free_seed(job) if sentence.seed is None else sentence.seed
        answer = await self._speaker.speak(flight, spoken, info, partial(self._heard, flight))
        if self._runaway(flight, answer.done, sentence):
            self._try_again(job)
            return
        flight.recording = True
        samples, draft = await self._speaker.draft(answer, flight.pcm)
        flight.take = take = await self._project.add_take(job.sentence_id, samples, draft)
        self._engine.sentence_finished()
        self._blame.delivered()
        if self._speaker.mends(job, draft):
            # Told of once there is the take that shall take its place.
            job.cut_short = True
            self._try_again(job)
            return
        take = await self._speaker.recorded(answer, take)
        self._pace.finish(job.letters, draft.duration)
        self._tell(TakeMade(job.sentence_id, take))

    def _free_seed(self, job: Job) -> int:
        had = self._project.seeds(job.sentence_id)
        flying = {f.seed for f in self._flights if f.job.sentence_id == job.sentence_id}
        return free_seed(self.seed, job.sentence_id, len(had), {*had, *flying, *job.spent})

    def _learns(self, phrase: str) -> None:
        self.learning = phrase
        self._tell(PhraseLearning(phrase))

    def _heard(self, flight: Flight, event: AudioDelta | SpeechProgress) -> None:
        flight.hear(event)
        self._tell(SentenceProgress(flight.job.sentence_id, flight.seconds))

    # What went wrong

    def _runaway(self, flight: Flight, done: SpeechDone, sentence: Sentence) -> bool:
        """Whether to try a new seed because the take ran into its cap. A seed fixed by the user
        would give the same take again, which is then kept with its complaint."""
        if done.finish_reason != "length" or sentence.seed is not None:
            return False
        job = flight.job
        job.spent.add(flight.seed)
        job.runaways += 1
        return job.runaways <= RUNAWAY_RETRIES

    def _answer(self, flight: Flight, error: StudioError) -> None:
        """What follows from a sentence that was not spoken."""
        job, follows = flight.job, self._blame.judge(flight, error)
        if follows in (Consequence.AGAIN, Consequence.ALONE):
            self._try_again(job, alone=follows is Consequence.ALONE)
        elif follows is Consequence.STOPPED:
            self._abandon(job)
            self._stop(error)
        else:
            self._give_up(job, error)

    def _give_up(self, job: Job, error: StudioError) -> None:
        self._fail(job, error)
        if isinstance(error, EngineLost):
            # Its crashes are explained; those of the next sentence are counted anew.
            self._engine.sentence_finished()
            if self._blame.engine_at_fault:
                self._stop(error)

    def _try_again(self, job: Job, *, alone: bool = False) -> None:
        if self._stopped:
            self._abandon(job)
        elif alone:
            self._waiting.suspect(job)
        else:
            self._waiting.put_back(job)

    def _fail(self, job: Job, error: StudioError) -> None:
        self._project.set_failure(job.sentence_id, str(error))
        self._pace.finish(job.letters, 0.0)
        self._tell(SentenceFailed(job.sentence_id, error))

    def _abandon(self, job: Job) -> None:
        self._pace.remove(job.letters)
        self._tell(SentenceCancelled(job.sentence_id))

    def _stop(self, error: StudioError) -> None:
        """Nothing more can be spoken for now. Told once, however many meet the same error."""
        if not self._stopped:
            self._stopped = True
            self._tell(QueueStopped(error))
        self._drop(None)
        self._settle()

    def _settle(self) -> None:
        if self._waiting:
            self._wake.set()
        elif not self._flights and not self._idle.is_set():
            self._idle.set()
            self._tell(QueueDrained(self._called_off))
        self._pace.working(bool(self._flights))
