from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from pathlib import Path

import pytest

from engine.director import Director
from engine.domain import EngineInfo, SpeechDone, SpeechProgress, Status
from engine.errors import (
    EngineBusy,
    EngineLost,
    EngineStartError,
    ProjectError,
    SpeechFailed,
    SpeechRefused,
)
from engine.events import (
    DirectorEvent,
    QueueDrained,
    QueueStopped,
    SentenceCancelled,
    SentenceFailed,
    SentenceProgress,
    SentenceStarted,
    TakeMade,
)
from engine.project import Project
from engine.script import split_text
from tests.engine.directing import asked_texts, directing, spoken
from tests.engine.scripted_engine import ScriptedEngine

TEXTS = ("One is here.", "Two is here.", "Three is here.", "Four is here.", "Five is here.")


@pytest.fixture
def project(tmp_path: Path):
    script = tmp_path / "script.txt"
    script.write_text("\n".join(TEXTS), encoding="utf-8")
    with Project.open(script, split_text("\n".join(TEXTS), language="en")) as opened:
        yield opened


async def test_every_sentence_gets_a_take_and_the_queue_says_so(project: Project) -> None:
    engine = ScriptedEngine(capacity=2)
    async with directing(project, engine) as (director, heard):
        director.speak(project.ids)
        await spoken(director)
    assert [project.row(i).status for i in project.ids] == [Status.READY] * 5
    assert sorted(event.sentence_id for event in heard.of(TakeMade)) == sorted(project.ids)  # type: ignore[attr-defined]
    assert isinstance(heard.events[-1], QueueDrained)
    assert engine.finished == 5
    progress = director.progress
    assert (progress.done, progress.total) == (5, 5)
    assert progress.audio_seconds == pytest.approx(5.0, abs=0.01)


async def test_several_are_in_flight_at_once_but_no_more_than_the_engine_can_hold(
    project: Project,
) -> None:
    engine = ScriptedEngine(capacity=3)
    gate = asyncio.Event()
    for text in TEXTS:
        engine.plan(text, gate)
    async with directing(project, engine) as (director, heard):
        director.speak(project.ids)
        await heard.until(lambda: len(heard.of(SentenceProgress)) == 3)
        gate.set()
        await spoken(director)
    assert max(len(company) for company in engine.company) == 3


async def test_frames_that_are_made_count_before_their_audio_has_come(project: Project) -> None:
    engine, gate = ScriptedEngine(), asyncio.Event()
    engine.plan(TEXTS[0], SpeechProgress(10), SpeechProgress(40), gate)
    async with directing(project, engine) as (director, heard):
        director.speak(project.ids[:1])
        await heard.until(lambda: len(heard.of(SentenceProgress)) == 2)
        activity = director.activity(project.ids[0])
        live = director.live_audio(project.ids[0])
        assert activity is not None
        assert activity.seconds == pytest.approx(3.2)
        assert live is not None
        assert live.read() == b""
        gate.set()
        await spoken(director)
    take = project.row(project.ids[0]).take
    assert take is not None
    assert take.draft.duration == 1.0


async def test_what_is_asked_by_hand_goes_ahead_of_speak_all(project: Project) -> None:
    engine = ScriptedEngine()
    gate = asyncio.Event()
    engine.plan(TEXTS[0], gate)
    async with directing(project, engine) as (director, heard):
        director.speak(project.ids)
        await heard.until(lambda: bool(heard.of(SentenceProgress)))
        director.speak([project.ids[4]], by_hand=True)
        gate.set()
        await spoken(director)
    # And not once more in its turn: the take that came first may have been accepted since.
    assert asked_texts(engine) == [TEXTS[0], TEXTS[4], *TEXTS[1:4]]
    assert director.progress.total == director.progress.done == 5


@pytest.mark.parametrize("turns", range(8))
async def test_a_cancel_at_any_moment_of_a_sentence_leaves_the_queue_alive(
    project: Project, turns: int
) -> None:
    engine = ScriptedEngine()
    engine.plan(TEXTS[0], asyncio.Event())
    async with directing(project, engine) as (director, heard):
        await heard.until(lambda: True)
        director.speak(project.ids[:1])
        for _ in range(turns):
            await asyncio.sleep(0)
        director.cancel()
        await spoken(director)
        assert not director.busy
        assert len(heard.of(SentenceCancelled)) == 1
        director.speak(project.ids[1:2])
        await spoken(director)
    assert project.row(project.ids[0]).status is Status.DRAFT
    assert project.row(project.ids[1]).status is Status.READY


async def test_a_listener_that_fails_stops_nothing(project: Project) -> None:
    def broken(_event: DirectorEvent) -> None:
        raise BrokenPipeError

    director = Director(project, ScriptedEngine(), listener=broken)
    running = asyncio.create_task(director.run())
    director.speak(project.ids)
    await spoken(director)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    rows = [project.row(sentence_id) for sentence_id in project.ids]
    assert [(row.status, row.sentence.failure) for row in rows] == [(Status.READY, "")] * 5


async def test_a_row_that_is_marked_as_not_spoken_while_it_waits_is_left_out(
    project: Project,
) -> None:
    engine = ScriptedEngine()
    gate = asyncio.Event()
    engine.plan(TEXTS[0], gate)
    async with directing(project, engine) as (director, heard):
        director.speak(project.ids)
        await heard.until(lambda: bool(heard.of(SentenceProgress)))
        project.edit(project.ids[4], spoken=False)
        gate.set()
        await spoken(director)
    assert asked_texts(engine) == list(TEXTS[:4])


async def test_an_engine_that_dies_of_one_sentence_after_the_other_is_given_up(
    project: Project,
) -> None:
    engine = ScriptedEngine()
    for text in TEXTS:
        engine.plan(text, *[EngineLost("It died.", from_outside=False)] * 2)
    async with directing(project, engine) as (director, heard):
        director.speak(project.ids)
        await spoken(director)
    assert len(heard.of(SentenceFailed)) == 4
    assert len(heard.of(QueueStopped)) == 1
    assert project.row(project.ids[4]).status is Status.DRAFT


async def test_one_crash_in_company_and_one_alone_are_forgiven(project: Project) -> None:
    engine = ScriptedEngine(capacity=2)
    crash = EngineLost("It died.", from_outside=False)
    gate = asyncio.Event()
    engine.plan(TEXTS[0], gate, crash, crash)
    engine.plan(TEXTS[1], gate, crash)
    async with directing(project, engine) as (director, heard):
        director.speak(project.ids[:2])
        await heard.until(lambda: len(heard.of(SentenceProgress)) == 2)
        gate.set()
        await spoken(director)
    assert {project.row(i).status for i in project.ids[:2]} == {Status.READY}


async def test_an_unforeseen_error_of_the_engine_ends_the_waiting(project: Project) -> None:
    class Broken(ScriptedEngine):
        async def ready(self) -> EngineInfo:
            raise SpeechFailed("It answers with nonsense.")

    async with directing(project, Broken()) as (director, heard):
        director.speak(project.ids)
        await spoken(director)
    assert len(heard.of(QueueStopped)) == 1


async def test_one_sentence_is_cancelled_while_it_speaks_and_the_rest_go_on(
    project: Project,
) -> None:
    engine = ScriptedEngine()
    engine.plan(TEXTS[0], asyncio.Event())
    async with directing(project, engine) as (director, heard):
        director.speak(project.ids[:2])
        await heard.until(lambda: bool(heard.of(SentenceProgress)))
        activity = director.activity(project.ids[0])
        assert activity is not None
        assert (activity.status, activity.seconds) == (Status.SPEAKING, 0.5)
        live = director.live_audio(project.ids[0])
        assert live is not None
        assert len(live.read()) == 24_000
        assert live.read() == b""
        director.cancel([project.ids[0]])
        await spoken(director)
    assert project.row(project.ids[0]).status is Status.DRAFT
    assert project.row(project.ids[1]).status is Status.READY
    assert engine.in_flight == []


async def test_cancelling_all_empties_the_queue(project: Project) -> None:
    engine = ScriptedEngine()
    engine.plan(TEXTS[0], asyncio.Event())
    async with directing(project, engine) as (director, heard):
        director.speak(project.ids)
        await heard.until(lambda: bool(heard.of(SentenceProgress)))
        assert director.activity(project.ids[3]) is not None
        director.cancel()
        await spoken(director)
        assert not director.busy
    assert {project.row(i).status for i in project.ids} == {Status.DRAFT}
    assert len(heard.of(SentenceCancelled)) == 5
    assert director.progress.total == 0


async def test_a_take_that_runs_into_its_cap_is_tried_with_two_new_seeds_then_kept_with_a_complaint(
    project: Project,
) -> None:
    engine = ScriptedEngine()
    engine.plan(TEXTS[0], *[SpeechDone("length", 0, 13)] * 3)
    async with directing(project, engine) as (director, _heard):
        director.speak(project.ids[:1])
        await spoken(director)
    row = project.row(project.ids[0])
    assert len({request.seed for request in engine.asked}) == 3
    assert row.status is Status.FLAGGED
    assert len(row.takes) == 1


async def test_a_runaway_that_a_new_seed_mends_leaves_a_good_take(project: Project) -> None:
    engine = ScriptedEngine()
    engine.plan(TEXTS[0], SpeechDone("length", 0, 13))
    async with directing(project, engine) as (director, _heard):
        director.speak(project.ids[:1])
        await spoken(director)
    row = project.row(project.ids[0])
    assert row.status is Status.READY
    assert row.take is not None
    assert row.take.draft.seed == engine.asked[1].seed


async def test_a_seed_fixed_by_the_user_is_asked_for_and_never_exchanged(project: Project) -> None:
    engine = ScriptedEngine()
    project.edit(project.ids[0], seed=77)
    engine.plan(TEXTS[0], SpeechDone("length", 77, 13))
    async with directing(project, engine) as (director, _heard):
        director.speak(project.ids[:1])
        await spoken(director)
    assert [request.seed for request in engine.asked] == [77]
    assert project.row(project.ids[0]).status is Status.FLAGGED


@pytest.mark.parametrize(("asked", "said_by"), [("", "Sohee"), ("Ryan", "Ryan")])
async def test_a_take_keeps_who_said_it_on_which_model(
    project: Project, asked: str, said_by: str
) -> None:
    engine = ScriptedEngine()
    engine.info = replace(engine.info, voices=("Sohee", "Ryan"))
    project.edit(project.ids[0], voice=asked)
    async with directing(project, engine) as (director, _heard):
        director.speak(project.ids[:1])
        await spoken(director)
    project.close()
    script = project.script_path
    with Project.open(script, split_text("\n".join(TEXTS), language="en")) as again:
        row = again.row(again.ids[0])
    assert row.status is Status.READY
    assert row.take is not None
    draft = row.take.draft
    assert (draft.engine, draft.model, draft.voice) == ("scripted", "tone", said_by)
    assert draft.asked.voice == asked


async def test_the_engines_own_error_twice_fails_the_sentence_and_the_rest_go_on(
    project: Project,
) -> None:
    engine = ScriptedEngine()
    engine.plan(TEXTS[0], *[SpeechFailed("It broke.", "NaN in frame 3")] * 2)
    async with directing(project, engine) as (director, heard):
        director.speak(project.ids)
        await spoken(director)
    first = project.row(project.ids[0])
    assert first.status is Status.FAILED
    assert "NaN in frame 3" in first.sentence.failure
    assert len(heard.of(SentenceFailed)) == 1
    assert {project.row(i).status for i in project.ids[1:]} == {Status.READY}


async def test_one_error_is_forgiven_and_tried_again_with_a_new_seed(project: Project) -> None:
    engine = ScriptedEngine()
    engine.plan(TEXTS[0], SpeechFailed("It broke."))
    async with directing(project, engine) as (director, _heard):
        director.speak(project.ids[:1])
        await spoken(director)
    assert project.row(project.ids[0]).status is Status.READY
    assert len({request.seed for request in engine.asked}) == 2


async def test_a_refused_sentence_is_not_tried_again(project: Project) -> None:
    engine = ScriptedEngine()
    engine.plan(TEXTS[0], SpeechRefused("No such voice.", "Known: a, b."))
    async with directing(project, engine) as (director, _heard):
        director.speak(project.ids[:2])
        await spoken(director)
    assert asked_texts(engine) == list(TEXTS[:2])
    assert project.row(project.ids[0]).status is Status.FAILED


async def test_after_a_crash_in_company_each_is_tried_alone_and_only_the_guilty_one_fails(
    project: Project,
) -> None:
    engine = ScriptedEngine(capacity=3)
    crash = [EngineLost("It died.", from_outside=False)]
    gate = asyncio.Event()
    for text in TEXTS[:3]:
        engine.plan(text, gate, *crash)
    engine.plan(TEXTS[1], *crash * 2)
    async with directing(project, engine) as (director, heard):
        director.speak(project.ids)
        await heard.until(lambda: len(heard.of(SentenceProgress)) == 3)
        gate.set()
        await spoken(director)
    assert [project.row(i).status for i in project.ids] == [
        Status.READY, Status.FAILED, Status.READY, Status.READY, Status.READY,
    ]  # fmt: skip
    retried = engine.company[3:7]
    assert [len(company) for company in retried] == [1, 1, 1, 1]


async def test_a_kill_from_outside_counts_against_nobody(project: Project) -> None:
    engine = ScriptedEngine()
    engine.plan(TEXTS[0], *[EngineLost("Killed.", from_outside=True)] * 5)
    async with directing(project, engine) as (director, _heard):
        director.speak(project.ids[:1])
        await spoken(director)
    assert project.row(project.ids[0]).status is Status.READY


async def test_a_busy_engine_is_waited_for(project: Project) -> None:
    engine = ScriptedEngine()
    engine.plan(
        TEXTS[0], EngineBusy("Full.", retry_after=0.01), EngineBusy("Full.", retry_after=0.01)
    )
    async with directing(project, engine) as (director, _heard):
        director.speak(project.ids[:1])
        await spoken(director)
    assert len(engine.asked) == 3
    assert project.row(project.ids[0]).status is Status.READY


async def test_an_engine_that_cannot_be_had_stops_the_queue_and_blames_no_sentence(
    project: Project,
) -> None:
    engine = ScriptedEngine()
    engine.start_error = EngineStartError("No such library.")
    async with directing(project, engine) as (director, heard):
        director.speak(project.ids)
        await spoken(director)
        assert heard.of(QueueStopped)
        assert {project.row(i).status for i in project.ids} == {Status.DRAFT}

        engine.start_error = None
        director.speak(project.ids[:1])
        await spoken(director)
    assert project.row(project.ids[0]).status is Status.READY


async def test_a_disk_that_is_full_stops_the_queue_once(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_room(*_args: object) -> None:
        raise ProjectError("The disk is full.")

    engine = ScriptedEngine()
    monkeypatch.setattr(project, "add_take", no_room)
    async with directing(project, engine) as (director, heard):
        director.speak(project.ids)
        await spoken(director)
    assert [str(event.error) for event in heard.of(QueueStopped)] == ["The disk is full."]  # type: ignore[attr-defined]
    assert len(engine.asked) == 1
    assert {project.row(i).status for i in project.ids} == {Status.DRAFT}


async def test_text_edited_while_it_is_spoken_makes_the_take_stale(project: Project) -> None:
    engine = ScriptedEngine()
    gate = asyncio.Event()
    engine.plan(TEXTS[0], gate)
    async with directing(project, engine) as (director, heard):
        director.speak(project.ids[:1])
        await heard.until(lambda: bool(heard.of(SentenceProgress)))
        project.edit(project.ids[0], text="Another text.")
        gate.set()
        await spoken(director)
    assert project.row(project.ids[0]).status is Status.STALE


async def test_what_is_tried_again_goes_before_what_waits(project: Project) -> None:
    engine = ScriptedEngine()
    engine.plan(TEXTS[1], SpeechFailed("It broke."))
    async with directing(project, engine) as (director, _heard):
        director.speak(project.ids)
        await spoken(director)
    assert asked_texts(engine) == [*TEXTS[:2], TEXTS[1], *TEXTS[2:]]


async def test_progress_counts_what_joins_a_busy_queue_and_begins_anew_with_an_empty_one(
    project: Project,
) -> None:
    engine = ScriptedEngine()
    gate = asyncio.Event()
    engine.plan(TEXTS[0], gate)
    async with directing(project, engine) as (director, heard):
        director.speak(project.ids[:2])
        await heard.until(lambda: bool(heard.of(SentenceProgress)))
        director.speak(project.ids[2:4])
        gate.set()
        await spoken(director)
        assert (director.progress.done, director.progress.total) == (4, 4)
        director.speak(project.ids[4:])
        assert (director.progress.done, director.progress.total) == (0, 1)
        await spoken(director)


async def test_three_takes_of_one_sentence_can_be_asked_for(project: Project) -> None:
    engine = ScriptedEngine(capacity=2)
    async with directing(project, engine) as (director, heard):
        director.speak([project.ids[0]] * 3, by_hand=True)
        await spoken(director)
    takes = project.row(project.ids[0]).takes
    assert sorted(take.number for take in takes) == [1, 2, 3]
    assert len({take.draft.seed for take in takes}) == 3
    assert len(heard.of(SentenceStarted)) == 3


async def test_ending_the_director_keeps_the_take_that_is_being_recorded(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = asyncio.Event()
    add_take = project.add_take

    async def slow_disk(*args, **named):
        recording.set()
        await asyncio.sleep(0)
        return await add_take(*args, **named)

    monkeypatch.setattr(project, "add_take", slow_disk)
    engine = ScriptedEngine()
    async with directing(project, engine) as (director, _heard):
        director.speak(project.ids)
        await asyncio.wait_for(recording.wait(), 30)
    assert project.row(project.ids[0]).status is Status.READY
