"""The closing phrase learnt from the first takes, where the engine does not say it alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest

from engine.audio import to_pcm16
from engine.closing import PHRASES, Closing, padded
from engine.cuts import find_cut
from engine.domain import SAMPLE_RATE, AudioDelta, Cut, SpeechDone, SpeechEvent, SpeechRequest
from engine.errors import EngineLost, SpeechRefused
from engine.events import SentenceFailed, TakeMade
from engine.project import Project
from engine.script import split_text
from tests.engine.directing import asked_texts, directing, spoken
from tests.engine.preview_voice import Say, preview_voice
from tests.engine.scripted_engine import ScriptedEngine
from tests.engine.ten_sentences import TEN_SENTENCES

TEXTS = TEN_SENTENCES["English"][3:7]
PHRASE = PHRASES["en"]
ALWAYS = Closing("always")


class SayingEngine(ScriptedEngine):
    """Says what it is asked in the preview voice, where nothing else was planned."""

    def __init__(self, say: Say) -> None:
        super().__init__()
        self._say = say

    async def speak(self, request: SpeechRequest) -> AsyncGenerator[SpeechEvent, None]:
        said = padded(request.spoken.text, request.closing_phrase)
        async for event in super().speak(request):
            if isinstance(event, SpeechDone):
                samples = await asyncio.to_thread(self._say, said, "English", seed=3)
                yield AudioDelta(to_pcm16(samples))
                yield event


@pytest.fixture(scope="module")
def say() -> Iterator[Say]:
    with preview_voice() as say:
        yield say


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    script = tmp_path / "script.txt"
    script.write_text("\n".join(TEXTS), encoding="utf-8")
    with Project.open(script, split_text("\n".join(TEXTS), language="en")) as opened:
        yield opened


def cut_alone(project: Project, place: int) -> Cut:
    """The cut of a row's take as it is found without a closing take."""
    take = project.row(project.ids[place]).take
    assert take is not None
    samples = project.read_audio(take)
    return find_cut(samples, SAMPLE_RATE, text=TEXTS[place], closing=PHRASE, language="en")


def cut_of(project: Project, place: int) -> Cut:
    take = project.row(project.ids[place]).take
    assert take is not None
    return take.draft.cut


async def test_the_first_takes_are_cut_again_once_the_phrase_is_known_from_them(
    project: Project, say: Say
) -> None:
    engine = SayingEngine(say)
    engine.plan(PHRASE, SpeechRefused("Not alone."))
    gate = asyncio.Event()
    engine.plan(TEXTS[2], gate)
    async with directing(project, engine, ALWAYS) as (director, heard):
        director.speak(project.ids)
        await heard.until(lambda: engine.in_flight == [TEXTS[2]])
        assert cut_of(project, 0) == cut_alone(project, 0)
        project.accept(project.ids[1])
        gate.set()
        await spoken(director)
        assert not heard.of(SentenceFailed)
        told = [event.take for event in heard.of(TakeMade)]  # type: ignore[attr-defined]
        assert told[2] == project.row(project.ids[2]).take
    assert asked_texts(engine) == [PHRASE, *TEXTS]
    assert cut_of(project, 1) == cut_alone(project, 1)
    for place in (0, 2, 3):
        cut = cut_of(project, place)
        assert cut != cut_alone(project, place)
        alone = len(say(TEXTS[place], "English", seed=3)) / SAMPLE_RATE
        assert alone - 0.02 < cut.end < alone + 0.3
        assert cut.status == "ok"


async def test_a_take_made_before_the_engine_could_say_it_is_cut_again_after_it_has(
    project: Project, say: Say
) -> None:
    engine = SayingEngine(say)
    engine.plan(PHRASE, EngineLost("Killed.", from_outside=True))
    async with directing(project, engine, ALWAYS) as (director, _heard):
        director.speak(project.ids[:2])
        await spoken(director)
    assert asked_texts(engine) == [PHRASE, TEXTS[0], PHRASE, TEXTS[1]]
    assert cut_of(project, 0) != cut_alone(project, 0)
    assert cut_of(project, 0).status == "ok"


async def test_a_take_that_cannot_be_read_any_more_fails_no_sentence(
    project: Project, say: Say
) -> None:
    engine = SayingEngine(say)
    engine.plan(PHRASE, SpeechRefused("Not alone."))
    gate = asyncio.Event()
    engine.plan(TEXTS[2], gate)
    async with directing(project, engine, ALWAYS) as (director, heard):
        director.speak(project.ids)
        await heard.until(lambda: engine.in_flight == [TEXTS[2]])
        take = project.row(project.ids[0]).take
        assert take is not None
        (project.takes_folder / take.file).unlink()
        gate.set()
        await spoken(director)
        assert not heard.of(SentenceFailed)
        assert len(heard.of(TakeMade)) == 4
