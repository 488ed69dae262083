"""The closing phrase of a voice, spoken alone: when, how often, and what follows where it fails."""

from __future__ import annotations

import asyncio
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine import places
from engine.closing import PHRASES, Closing
from engine.domain import SpeechDone, Status
from engine.errors import EngineLost, SpeechFailed, SpeechRefused
from engine.events import (
    PhraseLearning,
    SentenceCancelled,
    SentenceFailed,
    SentenceProgress,
    TakeMade,
)
from engine.flight import BYTES_PER_SECOND
from engine.project import Project
from engine.script import split_text
from tests.engine.directing import asked_texts, directing, spoken
from tests.engine.scripted_engine import ScriptedEngine

TEXTS = ("One is here.", "Two is here.", "Three is here.", "Four is here.")
PHRASE = PHRASES["en"]
ALWAYS = Closing("always")
CRASH = EngineLost("It died.", from_outside=False)


def opened(folder: Path, *texts: str) -> Project:
    script = folder / "script.txt"
    script.write_text("\n".join(texts), encoding="utf-8")
    return Project.open(script, split_text("\n".join(texts), language="en"))


@pytest.fixture
def project(tmp_path: Path):
    with opened(tmp_path, *TEXTS) as project:
        yield project


async def speak_all(project: Project, engine: ScriptedEngine, closing: Closing = ALWAYS) -> None:
    async with directing(project, engine, closing) as (director, _heard):
        director.speak(project.ids)
        await spoken(director)


def takes(project: Project) -> int:
    return sum(len(project.row(id_).takes) for id_ in project.ids)


async def test_it_is_spoken_once_before_the_sentences_and_never_again(project: Project) -> None:
    engine = ScriptedEngine(capacity=2)
    async with directing(project, engine, ALWAYS) as (director, heard):
        director.speak(project.ids)
        await spoken(director)
        assert director.learning == ""
    assert asked_texts(engine) == [PHRASE, *TEXTS]
    assert [request.closing_phrase for request in engine.asked] == ["", *[PHRASE] * 4]
    assert heard.of(PhraseLearning) == [PhraseLearning(PHRASE), PhraseLearning("")]

    again = ScriptedEngine()
    await speak_all(project, again)
    assert asked_texts(again) == list(TEXTS)
    assert takes(project) == 8


async def test_a_sentence_has_longer_to_end_with_a_phrase(project: Project) -> None:
    engine = ScriptedEngine()
    await speak_all(project, engine)
    await speak_all(project, engine, Closing("never"))
    with_phrase, without = (r for r in engine.asked if r.spoken.text == TEXTS[0])
    assert with_phrase.max_frames is not None
    assert without.max_frames is not None
    assert with_phrase.max_frames > without.max_frames
    assert without.closing_phrase == ""


async def test_each_voice_language_and_phrase_has_its_own(project: Project) -> None:
    engine = ScriptedEngine()
    project.edit(project.ids[1], voice="Sohee")
    project.edit(project.ids[2], language="German")
    await speak_all(project, engine)
    await speak_all(project, engine, Closing("always", {"en": "And that is that, my friends."}))
    alone = [r.spoken for r in engine.asked if r.spoken.text not in TEXTS]
    assert [(s.text, s.voice, s.language) for s in alone] == [
        (PHRASE, "", "English"),
        (PHRASE, "Sohee", "English"),
        (PHRASES["de"], "", "German"),
        ("And that is that, my friends.", "", "English"),
        ("And that is that, my friends.", "Sohee", "English"),
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"fingerprint": "of another clip by the same name"},
        {"voices": ("Ryan", "Sohee")},
        {"model": "another"},
        {"engine": "another"},
    ],
)
async def test_one_is_never_taken_for_that_of_another_voice(
    project: Project, other: dict[str, Any]
) -> None:
    first = ScriptedEngine()
    first.info = replace(first.info, voices=("Sohee", "Ryan"), fingerprint="of a clip")
    await speak_all(project, first)
    second, third = ScriptedEngine(), ScriptedEngine()
    second.info = replace(first.info, **other)
    third.info = first.info
    await speak_all(project, second)
    await speak_all(project, third)
    assert [asked_texts(engine).count(PHRASE) for engine in (first, second, third)] == [1, 1, 0]


async def test_it_is_spoken_as_the_row_is_to_be_spoken(project: Project) -> None:
    engine = ScriptedEngine()
    engine.info = replace(engine.info, instructs=True)
    project.edit(project.ids[0], instruct="An old man, whispering.")
    await speak_all(project, engine)
    alone = [r.spoken for r in engine.asked if r.spoken.text == PHRASE]
    assert [spoken.instruct for spoken in alone] == ["An old man, whispering.", ""]


async def test_an_engine_that_follows_no_instruction_says_it_once(project: Project) -> None:
    engine = ScriptedEngine()
    engine.info = replace(engine.info, instructs=False)
    project.edit(project.ids[0], instruct="Whispering.")
    await speak_all(project, engine)
    assert asked_texts(engine).count(PHRASE) == 1


async def test_it_is_kept_where_only_its_owner_reads_it_under_a_name_that_says_nothing(
    project: Project,
) -> None:
    project.edit(project.ids[0], voice="../../of somebody")
    engine = ScriptedEngine()
    await speak_all(project, engine)
    kept = list(places.closing_takes_folder().iterdir())
    assert len(kept) == 2
    assert all(len(file.stem) == 64 and file.suffix == ".flac" for file in kept)
    if os.name != "nt":
        assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
        assert stat.S_IMODE(places.closing_takes_folder().stat().st_mode) == 0o700


@pytest.mark.parametrize("content", [b"", b"noise" * 100, None])
async def test_a_damaged_file_is_made_again(project: Project, content: bytes | None) -> None:
    await speak_all(project, ScriptedEngine())
    (kept,) = places.closing_takes_folder().iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 3] if content is None else content)
    engine = ScriptedEngine()
    await speak_all(project, engine)
    assert asked_texts(engine).count(PHRASE) == 1
    assert kept.read_bytes() == whole


async def test_one_that_is_not_sound_is_tried_with_other_seeds(project: Project) -> None:
    engine = ScriptedEngine()
    engine.plan(PHRASE, SpeechDone("length", 0, 13), SpeechFailed("It broke."))
    await speak_all(project, engine)
    seeds = [request.seed for request in engine.asked if request.spoken.text == PHRASE]
    assert len(set(seeds)) == 3
    assert list(places.closing_takes_folder().iterdir())


@pytest.mark.parametrize(
    ("outcomes", "tries"),
    [
        ([SpeechDone("length", 0, 13)] * 9, 3),
        ([SpeechFailed("It broke.")] * 9, 3),
        ([SpeechRefused("No such thing.")] * 9, 1),
        ([RuntimeError("Something else.")] * 9, 1),
        ([CRASH] * 9, 2),
    ],
)
async def test_where_it_cannot_be_had_it_is_given_up_and_no_sentence_suffers(
    project: Project, outcomes: list, tries: int
) -> None:
    engine = ScriptedEngine()
    engine.plan(PHRASE, *outcomes)
    async with directing(project, engine, ALWAYS) as (director, heard):
        director.speak(project.ids)
        await spoken(director)
        director.speak(project.ids)
        await spoken(director)
    assert asked_texts(engine).count(PHRASE) == tries
    assert not heard.of(SentenceFailed)
    assert len(heard.of(TakeMade)) == 8
    assert [project.row(id_).sentence.failure for id_ in project.ids] == [""] * 4


async def test_a_phrase_that_is_too_short_for_its_syllables_is_not_learnt(
    project: Project,
) -> None:
    engine = ScriptedEngine()
    words = "And now all of us are going to have a very long and a very quiet rest of an hour."
    await speak_all(project, engine, Closing("always", {"en": words}))
    assert asked_texts(engine).count(words) == 3
    assert not list(places.closing_takes_folder().iterdir())


async def test_its_crash_is_no_strike_against_the_sentence_that_needed_it(
    project: Project,
) -> None:
    engine = ScriptedEngine()
    engine.plan(PHRASE, CRASH, CRASH)
    engine.plan(TEXTS[0], CRASH)
    await speak_all(project, engine)
    assert asked_texts(engine) == [PHRASE, TEXTS[0], PHRASE, TEXTS[0], *TEXTS[1:]]
    assert takes(project) == 4


async def test_a_kill_from_outside_is_no_reason_to_give_it_up(project: Project) -> None:
    engine = ScriptedEngine()
    engine.plan(PHRASE, *[EngineLost("Killed.", from_outside=True)] * 3)
    await speak_all(project, engine)
    assert asked_texts(engine) == [t for text in TEXTS for t in (PHRASE, text)]
    assert takes(project) == 4


async def test_cancelling_while_it_is_learnt_ends_it_and_another_sentence_makes_it(
    project: Project,
) -> None:
    engine = ScriptedEngine()
    engine.plan(PHRASE, asyncio.Event())
    async with directing(project, engine, ALWAYS) as (director, heard):
        director.speak(project.ids[:2])
        await heard.until(lambda: engine.in_flight == [PHRASE])
        assert director.learning == PHRASE
        director.cancel()
        await spoken(director)
        assert director.learning == ""
        assert len(heard.of(SentenceCancelled)) == 2
        assert engine.in_flight == []
        director.speak(project.ids[2:3])
        await spoken(director)
    assert asked_texts(engine) == [PHRASE, PHRASE, TEXTS[2]]
    assert takes(project) == 1


async def test_while_one_sentence_learns_it_another_of_the_voice_waits(project: Project) -> None:
    engine = ScriptedEngine(capacity=2)
    gate = asyncio.Event()
    engine.plan(PHRASE, gate)
    async with directing(project, engine, ALWAYS) as (director, heard):
        director.speak(project.ids)
        await heard.until(lambda: engine.in_flight == [PHRASE])
        assert len(director.speaking) == 2
        director.cancel(project.ids[:1])
        await heard.until(lambda: asked_texts(engine) == [PHRASE, PHRASE])
        gate.set()
        await spoken(director)
    assert asked_texts(engine) == [PHRASE, PHRASE, *TEXTS[1:]]


async def test_who_listens_live_is_spared_the_phrase(project: Project) -> None:
    engine = ScriptedEngine()
    async with directing(project, engine, ALWAYS) as (director, heard):
        director.speak(project.ids[:1])
        await spoken(director)
        # Half a second is less than the phrase takes: all of it may be the phrase.
        gate = asyncio.Event()
        engine.plan(TEXTS[0], gate)
        director.speak(project.ids[:1])
        await heard.until(lambda: isinstance(heard.events[-1], SentenceProgress))
        live = director.live_audio(project.ids[0])
        assert live is not None
        assert live.read() == b""
        gate.set()
        await spoken(director)
        first = len(live.read()) / BYTES_PER_SECOND
        assert 0 < first < 0.4
        assert live.read() == b""
        assert live.over
        assert live.take == project.row(project.ids[0]).take


# Only where a sentence was cut short

LONG = "This sentence is so long that nobody could say all of it in only one second, however quick."


async def test_a_take_that_was_cut_short_is_followed_by_one_with_the_phrase(
    tmp_path: Path,
) -> None:
    engine = ScriptedEngine()
    with opened(tmp_path, TEXTS[0], LONG) as project:
        async with directing(project, engine, Closing("after_cut_short")) as (director, heard):
            director.speak(project.ids)
            await spoken(director)
        assert asked_texts(engine) == [TEXTS[0], LONG, PHRASE, LONG]
        assert [r.closing_phrase for r in engine.asked] == ["", "", "", PHRASE]
        row = project.row(project.ids[1])
        assert [take.draft.closing_phrase for take in row.takes] == ["", PHRASE]
        assert row.take == row.takes[1]
        assert row.status is Status.FLAGGED
        assert [event.take for event in heard.of(TakeMade)][1:] == [row.take]  # type: ignore[attr-defined]
        assert (director.progress.done, director.progress.total) == (2, 2)


@pytest.mark.parametrize("mode", ["never", "always", None])
async def test_otherwise_a_take_that_was_cut_short_is_only_flagged(
    tmp_path: Path, mode: str | None
) -> None:
    with opened(tmp_path, LONG) as project:
        engine = ScriptedEngine()
        await speak_all(project, engine, Closing(mode))
        assert asked_texts(engine).count(LONG) == 1
        assert project.row(project.ids[0]).status is Status.FLAGGED
