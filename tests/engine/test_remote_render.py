"""A script spoken through each kind of server, to the end, whatever becomes of the server."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile

from engine.client.base import EngineChanged
from engine.client.local import LocalEngine
from engine.client.remote import RemoteEngine
from engine.client.wishes import Wishes
from engine.closing import Closing
from engine.domain import Endpoint, Status
from engine.events import DirectorEvent, QueueStopped, SentenceFailed, TakeMade
from engine.project import Project
from engine.render import render
from engine.servers_file import SavedServer, save_server
from tests.engine.client.imitations.others import Guide, Plain
from tests.engine.client.imitations.speaking import heard_pitch, pitch, serving
from tests.engine.client.imitations.vllm_omni import VllmOmni
from tests.engine.test_local_engine import directing, project_of
from tests.engine.worker.running import TOKEN, RunningWorker

TEXTS = [f"This is sentence number {n}." for n in range(1, 7)]
QUICK = (0.05,)


def engine_at(url: str, key: str = "") -> RemoteEngine:
    return RemoteEngine(Endpoint(url, key), Wishes(), waits=QUICK)


@pytest.mark.parametrize("server", [VllmOmni(), Plain(rate=16_000), Guide()])
async def test_each_file_of_a_script_says_its_own_sentence(
    server: VllmOmni | Plain | Guide, tmp_path: Path
) -> None:
    async with serving(server.app) as url:
        with project_of(tmp_path, TEXTS) as project:
            outcome = await render(
                project, engine_at(url, server.key), out=tmp_path / "out", closing=Closing("never")
            )
    assert outcome.stopped is None
    assert len(outcome.export.files) == len(TEXTS)
    for number, text in enumerate(TEXTS, 1):
        samples, rate = soundfile.read(outcome.export.files[number])
        assert rate == 24_000
        assert heard_pitch(samples, rate) == pytest.approx(pitch(text), abs=2)


async def test_a_guides_server_hears_the_sentences_alone_whatever_closing_phrase_is_set(
    tmp_path: Path,
) -> None:
    server = Guide()
    async with serving(server.app) as url:
        with project_of(tmp_path, TEXTS[:2]) as project:
            await render(project, engine_at(url, server.key), closing=Closing("always"))
    assert server.asked == TEXTS[:2]


async def test_a_worker_of_ours_gives_the_same_files_at_an_address_as_on_this_machine(
    tmp_path: Path,
) -> None:
    heard: list[list[np.ndarray]] = []
    with RunningWorker() as worker:
        for name, engine in (
            ("here", LocalEngine("espeak")),
            ("there", RemoteEngine(Endpoint(worker.url, TOKEN), Wishes())),
        ):
            (tmp_path / name).mkdir()
            with project_of(tmp_path / name, TEXTS[:2]) as project:
                outcome = await render(project, engine, out=tmp_path / name / "out", seed=7)
            files = outcome.export.files
            heard.append([soundfile.read(files[number])[0] for number in (1, 2)])
    for here, there in zip(*heard, strict=True):
        assert np.array_equal(here, there)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Servers:
    """The plain imitation in processes of its own, one after the other at one port."""

    def __init__(self) -> None:
        self.port = free_port()
        self._running: list[subprocess.Popen[bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        await asyncio.to_thread(self._start)

    def _start(self) -> None:
        command = [sys.executable, "-m", "tests.engine.client.imitations.others", str(self.port)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        self._running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"serving\n"

    def kill(self) -> None:
        while self._running:
            process = self._running.pop()
            psutil.Process(process.pid).kill()
            process.communicate()


@pytest.fixture
def servers() -> Iterator[Servers]:
    made = Servers()
    yield made
    made.kill()


async def test_a_server_that_is_killed_and_comes_back_costs_no_sentence(
    servers: Servers, tmp_path: Path
) -> None:
    await servers.start()
    made: list[int] = []
    states: list[str] = []
    again: list[asyncio.Task[None]] = []
    refused: list[DirectorEvent] = []

    def hear(event: DirectorEvent) -> None:
        if isinstance(event, (SentenceFailed, QueueStopped)):
            refused.append(event)
        elif isinstance(event, TakeMade):
            made.append(event.sentence_id)
            if len(made) == 2:
                servers.kill()
        elif isinstance(event, EngineChanged):
            states.append(event.state)
            if event.state == "lost" and not again:
                again.append(asyncio.create_task(servers.start()))

    with project_of(tmp_path, TEXTS) as project:
        async with directing(project, engine_at(servers.url), hear) as director:
            director.speak(project.ids)
            await asyncio.wait_for(director.drained(), 60)
        assert sorted(made) == list(project.ids)
    assert refused == []
    assert states[0:2] == ["starting", "ready"]
    assert "lost" in states
    assert states[-1] == "ready"


@contextlib.contextmanager
def waiting_for_nobody(tmp_path: Path) -> Iterator[tuple[Project, RemoteEngine]]:
    with project_of(tmp_path, TEXTS) as project:
        yield project, engine_at(f"http://127.0.0.1:{free_port()}")


async def test_what_waits_for_a_server_can_be_cancelled_and_left(tmp_path: Path) -> None:
    lost = asyncio.Event()

    def hear(event: DirectorEvent) -> None:
        if isinstance(event, EngineChanged) and event.state == "lost":
            assert event.retry_in == QUICK[0]
            lost.set()

    with waiting_for_nobody(tmp_path) as (project, engine):
        async with directing(project, engine, hear) as director:
            director.speak(project.ids)
            await asyncio.wait_for(lost.wait(), 30)
            assert director.unfinished == set(project.ids)
            director.cancel([project.ids[0]])
            assert director.unfinished == set(project.ids[1:])
        # The end of the director, with sentences that wait, has been reached.
        assert not director.busy
        assert {project.row(id_).status for id_ in project.ids} == {Status.DRAFT}


async def test_a_key_that_is_refused_amid_the_work_stops_it_and_a_right_one_goes_on(
    tmp_path: Path,
) -> None:
    server = Plain()
    stops: list[QueueStopped] = []
    made: list[int] = []
    changes = ["another"]

    def hear(event: DirectorEvent) -> None:
        if isinstance(event, TakeMade):
            made.append(event.sentence_id)
            server.key = changes[0] if changes else ""
        elif isinstance(event, QueueStopped):
            stops.append(event)

    async with serving(server.app) as url:
        with project_of(tmp_path, TEXTS) as project:
            async with directing(project, engine_at(url), hear) as director:
                director.speak(project.ids)
                await asyncio.wait_for(director.drained(), 30)
                assert len(stops) == 1
                assert "key" in stops[0].error.title
                first = len(made)
                assert first < len(TEXTS)
                server.key = ""
                changes.clear()
                director.speak(project.needs_speaking())
                await asyncio.wait_for(director.drained(), 30)
            assert sorted(made) == list(project.ids)


# As a shell would call it


async def run(script: Path, *arguments: str, env: dict[str, str] | None = None):
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "engine.cli", "render", str(script), "--json", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **(env or {})},
    )
    out, said = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, out.decode(), said.decode()


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.txt"
    path.write_text("Good morning.\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("kept", ["saved", "environment", "dotenv"])
async def test_the_key_comes_from_the_users_file_or_the_environment_and_stays_there(
    script: Path, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(script.parent)
    server = Guide(key="the-key-of-the-guide")
    async with serving(server.app) as url:
        if kept == "saved":
            save_server(SavedServer(url, server.key))
        elif kept == "dotenv":
            Path(".env").write_text(f"TTS_STUDIO_API_KEY={server.key}\n")
        env = {"TTS_STUDIO_API_KEY": server.key} if kept == "environment" else {}
        code, out, said = await run(script, "--engine", url, env=env)
    assert code == 0, said
    (sentence,) = json.loads(out)["sentences"]
    assert sentence["finish_reason"] == "unknown"
    assert server.asked == ["Good morning."]
    written = [path for path in script.parent.rglob("*") if path.is_file() and path.name != ".env"]
    assert not [path for path in written if server.key.encode() in path.read_bytes()]
    assert server.key not in out + said


async def test_a_wrong_key_ends_a_render_at_once_and_is_not_repeated(script: Path) -> None:
    server = Plain(key="right")
    async with serving(server.app) as url:
        code, _out, said = await run(
            script, "--engine", f"{url}/v1/", env={"TTS_STUDIO_API_KEY": "my-wrong-key"}
        )
    assert code == 1
    assert "does not accept the key" in said
    assert "my-wrong-key" not in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://user:secret@host:7860", "A key does not belong into an address."),
        ("http://", "no address of a server"),
        ("http://host:99999", "no address of a server"),
        ("http://host/?key=secret", "no address of a server"),
        ("piper", "Unknown engine: piper"),
    ],
)
async def test_what_is_no_address_is_bad_input(script: Path, address: str, words: str) -> None:
    code, _out, said = await run(script, "--engine", address)
    assert code == 2
    assert words in said
