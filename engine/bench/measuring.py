"""Asks an engine for several sentences at once, several times, and takes the time of it.

Everything is measured where the desk is, on the far side of HTTP, so that whatever answers can be
measured: a process on this machine or a server.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from statistics import median, median_low

from engine.client.base import Engine
from engine.domain import (
    SAMPLE_RATE,
    AudioDelta,
    EngineInfo,
    FinishReason,
    PeakMemory,
    SpeechDone,
    SpeechProgress,
    SpeechRequest,
    Spoken,
)
from engine.errors import EngineLost, EngineStartError, SpeechFailed, StudioError
from engine.i18n import _

ENOUGH_SECONDS = 10.0
"""Of work for one figure: a slow machine says a sentence in that time, a fast one so many that
chance evens out."""

MOST_ROUNDS = 10

_BYTES_A_SECOND = 2 * SAMPLE_RATE


@dataclass(frozen=True)
class Work:
    """What is asked: the texts in turn, each time with a seed of its own.

    Attributes:
        language: full English name.
        seed: of the first sentence; the others count on from it.
        max_frames: of the longest answer, so that a model without an end comes to one.
    """

    texts: tuple[str, ...]
    language: str
    seed: int
    max_frames: int

    def requests(self, start: int, count: int) -> list[SpeechRequest]:
        """Those from number ``start`` on, counted from 0; the same each time."""
        return [
            SpeechRequest(
                Spoken(self.texts[number % len(self.texts)], self.language),
                seed=self.seed + number,
                max_frames=self.max_frames,
            )
            for number in range(start, start + count)
        ]


@dataclass(frozen=True)
class Answer:
    """One sentence, spoken.

    Attributes:
        first_audio: seconds from the question to the first piece of sound.
        audio: seconds of sound.
        batch_size: sentences that the engine spoke together with it, if it tells.
    """

    first_audio: float
    audio: float
    frames: int
    finish_reason: FinishReason
    batch_size: int | None


@dataclass(frozen=True)
class Round:
    """Sentences that were asked for at once.

    Attributes:
        seconds: until the last of them had ended.
        failures: why some were not spoken.
    """

    seconds: float
    answers: tuple[Answer, ...]
    failures: tuple[StudioError, ...] = ()


@dataclass(frozen=True)
class Measured:
    """All rounds of one batch size, at least one of them with an answer.

    Attributes:
        info: as the engine was at the end: one that had run out of memory speaks fewer at once.
    """

    rounds: tuple[Round, ...]
    info: EngineInfo

    @property
    def memory(self) -> PeakMemory | None:
        return self.info.memory

    @property
    def answers(self) -> list[Answer]:
        return [answer for one in self.rounds for answer in one.answers]

    @property
    def failures(self) -> list[StudioError]:
        return [failure for one in self.rounds for failure in one.failures]

    @property
    def seconds(self) -> float:
        """Of work."""
        return sum(one.seconds for one in self.rounds)

    @property
    def audio(self) -> float:
        """Seconds of sound."""
        return sum(answer.audio for answer in self.answers)

    @property
    def frames(self) -> int:
        return sum(answer.frames for answer in self.answers)

    @property
    def speed(self) -> float:
        """Seconds of sound in a second of work."""
        return self.audio / self.seconds

    @property
    def frames_a_second(self) -> float:
        return self.frames / self.seconds

    @property
    def first_audio(self) -> float:
        """Seconds until a sentence begins to be heard, the median."""
        return median(answer.first_audio for answer in self.answers)

    @property
    def reached(self) -> int | None:
        """How many the engine spoke at once, the median; None if it does not tell."""
        told = [answer.batch_size for answer in self.answers if answer.batch_size is not None]
        return median_low(told) if told else None

    @property
    def ends(self) -> Counter[FinishReason]:
        """How often the sentences ended for which reason."""
        return Counter(answer.finish_reason for answer in self.answers)


Listener = Callable[[int], None]
"""Told how many frames of a round are made, of all its sentences together."""


async def measure(
    engine: Engine, batch_size: int, work: Work, heard: Listener = lambda _frames: None
) -> Measured:
    """Rounds of so many sentences until there is enough to go by. The first, in which much happens
    for the first time, counts only where it is the only one.

    Raises:
        EngineError: nothing was spoken in a round, or the engine went away.
    """
    rounds: list[Round] = []
    for start in _starts(batch_size):
        heard(0)
        rounds.append(await speak_round(engine, work.requests(start, batch_size), heard))
        if sum(one.seconds for one in rounds) >= ENOUGH_SECONDS:
            break
    return Measured(tuple(rounds[1:] or rounds), await engine.describe())


def _starts(batch_size: int) -> Iterator[int]:
    yield from range(0, MOST_ROUNDS * batch_size, batch_size)


async def speak_round(
    engine: Engine, requests: list[SpeechRequest], heard: Listener = lambda _frames: None
) -> Round:
    """Ask for all of them at once and listen until the last has ended.

    Raises:
        EngineError: as :func:`measure` says.
    """
    made = [0] * len(requests)

    def progress(place: int, frames: int) -> None:
        made[place] = frames
        heard(sum(made))

    listening = (
        _listen(engine, request, partial(progress, place)) for place, request in enumerate(requests)
    )
    began = time.perf_counter()
    told = await asyncio.gather(*listening)
    seconds = time.perf_counter() - began
    failures = tuple(one for one in told if isinstance(one, StudioError))
    answers = tuple(one for one in told if isinstance(one, Answer))
    gone = [one for one in failures if isinstance(one, (EngineLost, EngineStartError))]
    if gone or not answers:
        raise (gone or failures)[0]
    return Round(seconds, answers, failures)


async def _listen(
    engine: Engine, request: SpeechRequest, progress: Listener
) -> Answer | StudioError:
    began = time.perf_counter()
    first_audio, size = None, 0
    try:
        async with aclosing(engine.speak(request)) as events:
            async for event in events:
                if isinstance(event, AudioDelta):
                    if first_audio is None:
                        first_audio = time.perf_counter() - began
                    size += len(event.pcm)
                elif isinstance(event, SpeechProgress):
                    progress(event.frames)
                elif first_audio is not None:
                    return _answer(first_audio, size, event)
    except StudioError as error:
        return error
    return SpeechFailed(_("The engine ended a sentence without a sound."))


def _answer(first_audio: float, size: int, done: SpeechDone) -> Answer:
    return Answer(
        first_audio, size / _BYTES_A_SECOND, done.frames, done.finish_reason, done.batch_size
    )
