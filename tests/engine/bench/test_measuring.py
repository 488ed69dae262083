"""Measuring an engine that is open already, whatever it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Literal

import pytest

from engine.bench import measuring
from engine.bench.measuring import Answer, Measured, Round, Work, measure, speak_round
from engine.bench.running import Findings, find_out
from engine.client.local import LocalEngine
from engine.domain import (
    FRAME_SECONDS,
    AudioDelta,
    EngineInfo,
    SpeechDone,
    SpeechEvent,
    SpeechProgress,
    SpeechRequest,
)
from engine.errors import EngineLost, EngineStartError, SpeechFailed, SpeechRefused
from tests.engine.scripted_engine import ScriptedEngine, tone

WORK = Work(("One.", "Two.", "Three."), "English", seed=5, max_frames=100)


def answer(first_audio: float, audio: float, frames: int, batch_size: int | None = 2) -> Answer:
    return Answer(first_audio, audio, frames, "stop", batch_size)


def test_speed_is_sound_in_a_second_of_work_and_the_first_sound_that_of_the_median() -> None:
    measured = Measured(
        (
            Round(4.0, (answer(1.0, 2.0, 25), answer(3.0, 1.0, 13))),
            Round(6.0, (answer(2.0, 2.0, 25, batch_size=1),)),
        ),
        ScriptedEngine().info,
    )

    assert measured.speed == pytest.approx(0.5)
    assert measured.frames_a_second == pytest.approx(6.3)
    assert measured.first_audio == pytest.approx(2.0)
    assert measured.reached == 2
    assert measured.ends == {"stop": 3}


def test_an_engine_that_does_not_tell_its_batches_is_not_said_to_have_reached_any() -> None:
    rounds = (Round(1.0, (answer(1.0, 1.0, 12, None),)),)

    assert Measured(rounds, ScriptedEngine().info).reached is None


def test_the_work_goes_on_through_the_texts_and_is_the_same_each_time() -> None:
    asked = WORK.requests(2, 3)

    assert [request.spoken.text for request in asked] == ["Three.", "One.", "Two."]
    assert [request.seed for request in asked] == [7, 8, 9]
    assert {request.max_frames for request in asked} == {100}
    assert asked == WORK.requests(2, 3)


class Together(asyncio.Event):
    """Comes when so many wait for it."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._missing = count

    async def wait(self) -> Literal[True]:
        self._missing -= 1
        if not self._missing:
            self.set()
        return await super().wait()


async def test_all_sentences_of_a_round_are_asked_at_once() -> None:
    engine, together = ScriptedEngine(), Together(3)
    for text in WORK.texts:
        engine.plan(text, together)
    told = await asyncio.wait_for(speak_round(engine, WORK.requests(0, 3)), 60)

    assert [one.audio for one in told.answers] == [pytest.approx(1.5)] * 3
    assert told.seconds >= max(one.first_audio for one in told.answers)


async def test_a_sentence_that_fails_is_counted_and_the_others_are_measured() -> None:
    engine = ScriptedEngine()
    engine.plan("Two.", SpeechFailed("No numbers."))
    engine.plan("Three.", SpeechDone("length", 7, 100))
    told = await speak_round(engine, WORK.requests(0, 3))

    assert [failure.title for failure in told.failures] == ["No numbers."]
    assert [(one.frames, one.finish_reason) for one in told.answers] == [
        (13, "stop"),
        (100, "length"),
    ]


async def test_a_sentence_without_a_sound_is_a_failure() -> None:
    class Silent(ScriptedEngine):
        async def speak(self, request: SpeechRequest) -> AsyncGenerator[SpeechEvent, None]:
            yield SpeechDone("stop", request.seed, 0)

    with pytest.raises(SpeechFailed, match="without a sound"):
        await speak_round(Silent(), WORK.requests(0, 1))


async def test_progress_between_the_pieces_of_a_sentence_is_not_its_end() -> None:
    class Streaming(ScriptedEngine):
        async def speak(self, request: SpeechRequest) -> AsyncGenerator[SpeechEvent, None]:
            yield SpeechProgress(10)
            for frames in (13, 26):
                yield AudioDelta(tone(1.0))
                yield SpeechProgress(frames)
            yield SpeechDone("stop", request.seed, 26)

    heard: list[int] = []
    told = await speak_round(Streaming(), WORK.requests(0, 2), heard.append)

    assert heard[-1] == 52
    assert heard == sorted(heard)
    assert [(one.frames, one.audio) for one in told.answers] == [(26, pytest.approx(2.0))] * 2


@pytest.mark.parametrize(
    "error", [EngineLost("Gone.", from_outside=True), EngineStartError("Wrong key.")]
)
async def test_an_engine_that_goes_away_is_not_measured(error: Exception) -> None:
    engine = ScriptedEngine()
    engine.plan("Two.", error)
    with pytest.raises(type(error)):
        await measure(engine, 3, WORK)


async def test_the_first_round_is_left_out_where_others_follow() -> None:
    engine = ScriptedEngine()
    told = await measure(engine, 2, WORK)

    assert len(engine.asked) == 2 * measuring.MOST_ROUNDS
    assert len(told.rounds) == measuring.MOST_ROUNDS - 1


async def test_a_first_round_that_is_long_enough_stands_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(measuring, "ENOUGH_SECONDS", 0.0)
    engine = ScriptedEngine()
    told = await measure(engine, 2, WORK)

    assert len(engine.asked) == 2
    assert len(told.rounds) == 1


async def test_an_open_engine_is_measured_as_it_is_and_left_open() -> None:
    engine = LocalEngine("espeak")
    try:
        info = await engine.ready()
        told = await measure(engine, 2, WORK)
        assert (await engine.describe()).engine == "espeak"
    finally:
        await engine.aclose()

    assert info.max_batch == told.info.max_batch == told.reached == 1
    assert told.memory is not None
    assert told.memory.of == "process"
    assert told.memory.size > 10_000_000
    for one in told.answers:
        assert one.frames - 1 < one.audio / FRAME_SECONDS <= one.frames


class Closing(ScriptedEngine):
    closed = 0

    async def aclose(self) -> None:
        self.closed += 1


class Starting:
    """Opens the engines that were prepared, one for each batch size, and remembers which."""

    def __init__(self, *engines: Closing) -> None:
        self._engines = engines
        self.sizes: list[int] = []

    def __call__(self, size: int) -> ScriptedEngine:
        self.sizes.append(size)
        return self._engines[len(self.sizes) - 1]

    @property
    def closed(self) -> list[int]:
        return [engine.closed for engine in self._engines]


def refusing(error: Exception) -> Closing:
    engine = Closing()
    for text in WORK.texts:
        engine.plan(text, error)
    return engine


async def test_a_size_that_gives_nothing_is_a_row_and_larger_ones_are_left_out() -> None:
    starting = Starting(Closing(), refusing(SpeechRefused("Nothing to say.")))
    findings = Findings()
    await find_out(starting, (8, 1, 2, 4, 2), WORK, findings)

    assert starting.sizes == [1, 2]
    assert starting.closed == [1, 1]
    assert [row.error and row.error.title for row in findings.rows] == [None, "Nothing to say."]
    assert findings.left_out == (4, 8)


async def test_an_engine_that_speaks_fewer_at_once_than_before_had_no_memory_for_more() -> None:
    class Shrinking(Closing):
        async def describe(self) -> EngineInfo:
            return replace(self.info, max_batch=2, dtype="float16", reason="Halved.")

    engine, findings = Shrinking(), Findings()
    engine.info = replace(engine.info, max_batch=4)
    await find_out(Starting(engine), (4, 8), WORK, findings)

    [row] = findings.rows
    assert row.fits == 2
    assert row.info is not None
    assert (row.info.dtype, row.info.reason) == ("float16", "Halved.")
    assert findings.left_out == (8,)


async def test_where_no_engine_is_to_be_had_its_reason_is_told_at_once() -> None:
    engine = Closing()
    engine.start_error = EngineStartError("There is no model.")
    starting, findings = Starting(engine), Findings()
    with pytest.raises(EngineStartError, match="no model"):
        await find_out(starting, (1, 2), WORK, findings)

    assert findings.rows == []
    assert starting.closed == [1]


async def test_an_engine_that_starts_no_more_at_a_larger_size_is_a_row() -> None:
    engine = Closing()
    engine.start_error = EngineStartError("It does not fit.")
    findings = Findings()
    await find_out(Starting(Closing(), engine), (1, 2, 4), WORK, findings)

    assert findings.rows[1].error is engine.start_error
    assert findings.left_out == (4,)
