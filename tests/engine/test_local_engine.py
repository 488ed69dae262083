"""The whole way of a sentence: a real worker process, a real project, takes on the disk."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from engine.client.base import Engine, EngineChanged
from engine.client.local import LocalEngine
from engine.director import Director
from engine.domain import Status
from engine.errors import EngineStartError
from engine.events import DirectorEvent, SentenceFailed, TakeMade
from engine.project import Project
from engine.script import split_text

FRAGILE = Path(__file__).with_name("fragile_worker.py")


@contextlib.contextmanager
def project_of(folder: Path, texts: list[str]):
    path = folder / "script.txt"
    path.write_text("\n".join(texts), encoding="utf-8")
    with Project.open(path, split_text("\n".join(texts), language="en")) as project:
        yield project


@contextlib.asynccontextmanager
async def directing(
    project: Project, engine: Engine, listener: Callable[[DirectorEvent], None]
) -> AsyncIterator[Director]:
    director = Director(project, engine, listener=listener)
    running = asyncio.create_task(director.run())
    try:
        yield director
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await engine.aclose()


def kill(pid: int | None) -> None:
    assert pid is not None
    psutil.Process(pid).kill()


async def test_a_worker_killed_amid_23_sentences_returns_and_every_sentence_is_spoken(
    tmp_path: Path,
) -> None:
    engine = LocalEngine("espeak")
    made: list[int] = []
    states: list[str] = []

    def hear(event: DirectorEvent) -> None:
        if isinstance(event, TakeMade):
            made.append(event.sentence_id)
            if len(made) in (7, 15):
                kill(engine.pid)
        elif isinstance(event, EngineChanged):
            states.append(event.state)

    with project_of(tmp_path, [f"This is sentence number {n}." for n in range(23)]) as project:
        async with directing(project, engine, hear) as director:
            director.speak(project.ids)
            await asyncio.wait_for(director.drained(), 120)
        rows = [project.row(sentence_id) for sentence_id in project.ids]
        assert [row.status for row in rows] == [Status.READY] * 23
        assert [len(row.takes) for row in rows] == [1] * 23
        assert sorted(made) == list(project.ids)
        assert states.count("ready") == 3
        assert states.count("restarting") == 2


async def test_a_sentence_that_kills_its_worker_fails_alone_and_the_rest_are_spoken(
    tmp_path: Path,
) -> None:
    engine = LocalEngine("espeak", command=[sys.executable, str(FRAGILE)])
    failed: list[SentenceFailed] = []

    def hear(event: DirectorEvent) -> None:
        if isinstance(event, SentenceFailed):
            failed.append(event)

    texts = ["The first one.", "Now CRASH please.", "The third one.", "The fourth one."]
    with project_of(tmp_path, texts) as project:
        async with directing(project, engine, hear) as director:
            director.speak(project.ids)
            await asyncio.wait_for(director.drained(), 120)
        statuses = [project.row(sentence_id).status for sentence_id in project.ids]
        assert statuses == [Status.READY, Status.FAILED, Status.READY, Status.READY]
        assert [event.sentence_id for event in failed] == [project.ids[1]]


async def test_a_worker_that_hangs_is_replaced_and_the_rest_are_spoken(tmp_path: Path) -> None:
    engine = LocalEngine("espeak", command=[sys.executable, str(FRAGILE)], idle_seconds=0.5)
    texts = ["The first one.", "Now HANG please.", "The third one."]
    with project_of(tmp_path, texts) as project:
        async with directing(project, engine, lambda _event: None) as director:
            director.speak(project.ids)
            await asyncio.wait_for(director.drained(), 120)
        statuses = [project.row(sentence_id).status for sentence_id in project.ids]
        assert statuses == [Status.READY, Status.FAILED, Status.READY]


async def test_the_same_seed_is_the_same_take_and_another_seed_another(tmp_path: Path) -> None:
    engine = LocalEngine("espeak")
    with project_of(tmp_path, ["The same words each time."]) as project:
        only = project.ids[0]
        async with directing(project, engine, lambda _event: None) as director:
            for seed in (5, 5, 6):
                project.edit(only, seed=seed)
                director.speak([only])
                await asyncio.wait_for(director.drained(), 120)
        audio = [project.read_audio(take).tobytes() for take in project.row(only).takes]
    assert audio[0] == audio[1]
    assert audio[0] != audio[2]


async def test_an_engine_that_could_not_be_had_is_started_again_when_asked_again(
    tmp_path: Path,
) -> None:
    worker = tmp_path / "worker.py"
    engine = LocalEngine("espeak", command=[sys.executable, str(worker)])
    with pytest.raises(EngineStartError):
        await engine.ready()
    worker.write_text(FRAGILE.read_text(encoding="utf-8"), encoding="utf-8")
    assert (await engine.ready()).engine == "espeak"
    await engine.aclose()


async def test_closing_an_engine_ends_its_process(tmp_path: Path) -> None:
    engine = LocalEngine("espeak")
    await engine.ready()
    assert engine.pid is not None
    worker = psutil.Process(engine.pid)
    await engine.aclose()
    assert not worker.is_running()


async def test_text_that_looks_like_a_command_is_only_spoken(tmp_path: Path) -> None:
    engine = LocalEngine("espeak")
    with project_of(tmp_path, ["[[a]] <break time='60s'/> stays text."]) as project:
        async with directing(project, engine, lambda _event: None) as director:
            director.speak(project.ids)
            await asyncio.wait_for(director.drained(), 120)
        row = project.row(project.ids[0])
        assert row.take is not None
        assert 1 < row.take.seconds < 20


async def test_an_engine_that_runs_otherwise_since_a_sentence_says_so(tmp_path: Path) -> None:
    engine = LocalEngine("espeak", command=[sys.executable, str(FRAGILE)])
    told: list[str] = []

    def hear(event: DirectorEvent) -> None:
        if isinstance(event, EngineChanged) and event.info:
            told.append(event.info.dtype)

    with project_of(tmp_path, ["One.", "WIDEN it.", "Two.", "Three."]) as project:
        async with directing(project, engine, hear) as director:
            for sentence_id in project.ids:
                director.speak([sentence_id])
                await asyncio.wait_for(director.drained(), 60)

    assert len(told) == 2
    assert told[0] != told[1] == "float32"
