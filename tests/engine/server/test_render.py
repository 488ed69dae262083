"""A script spoken by ``tts-studio render`` through ``tts-studio serve``, whatever befalls it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.blame import STRIKES
from engine.client.remote import RemoteEngine
from engine.client.wishes import Wishes
from engine.domain import SAMPLE_RATE, Endpoint
from engine.events import DirectorEvent, SentenceFailed, SentenceProgress, SentenceStarted
from engine.seeds import free_seed
from tests.engine.server.serving import (
    KEY,
    PATIENCE,
    SPEECH,
    RunningServer,
    asking,
    environment,
    until,
)
from tests.engine.server.test_crashes import ODD, odd_server
from tests.engine.server.test_voices import clip
from tests.engine.test_local_engine import directing, project_of
from tests.engine.test_remote_render import free_port

KILLS, SEED = 20, 5
RENDER = (sys.executable, "-m", "tui", "render")


class Rendering:
    """The command at work on these texts, and what it says.

    Args:
        home: its user's.
    """

    def __init__(self, home: Path, url: str, texts: list[str], *flags: str, key: str = KEY) -> None:
        home.mkdir()
        self.out = home / "out"
        script = home / "script.txt"
        script.write_text("\n\n".join(texts), encoding="utf-8")
        self._process = subprocess.Popen(
            [
                *(*RENDER, str(script), "--engine", url, "--out", str(self.out), "--json"),
                *("--language", "English", "--seed", str(SEED), *flags),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(home, TTS_STUDIO_API_KEY=key),
        )
        self.lines: list[str] = []
        self._said: Queue[str] = Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def __enter__(self) -> Rendering:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._reader.join()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.lines.append(line.decode())
            self._said.put(self.lines[-1])
        self._said.put("")

    def await_line(self, words: str) -> None:
        """Wait until it says this."""
        while words not in (line := self._said.get(timeout=PATIENCE)):
            assert line, "".join(self.lines)

    def end(self) -> tuple[int, list[dict[str, Any]]]:
        """Its exit code, and the sentences that it tells of."""
        assert self._process.stdout is not None
        told = self._process.stdout.read()
        code = self._process.wait(PATIENCE)
        self._reader.join()
        assert told, "".join(self.lines)
        return code, json.loads(told)["sentences"]


def sentences(count: int) -> list[str]:
    """Long enough to be met while they are spoken."""
    return [f"This is number {n}{', and it goes on and on' * 12}." for n in range(1, count + 1)]


def check_each_says_its_text(rendering: Rendering, texts: list[str], server: RunningServer) -> None:
    """Each file is what the server answers to its text and seed alone. And the seed is the first
    one that is tried: another would be, were anything held against a sentence."""
    code, told = rendering.end()
    assert code == 0, "".join(rendering.lines)
    assert [one["seed"] for one in told] == [free_seed(SEED, one["number"], 0, ()) for one in told]
    assert [sentence["text"] for sentence in told] == texts
    with server.client() as client:
        for sentence in told:
            body = asking(sentence["text"], seed=sentence["seed"])
            alone = np.frombuffer(client.post(SPEECH, json=body).content, "<i2") / 32768
            file = soundfile.read(rendering.out / sentence["file"])[0]
            assert len(file) == len(alone) + round(0.2 * SAMPLE_RATE)
            np.testing.assert_allclose(
                file[1_000 : len(alone) - 1_000], alone[1_000:-1_000], atol=1e-4
            )


def test_twenty_kills_of_the_worker_under_a_render_lose_no_sentence(tmp_path: Path) -> None:
    """Each comes while a sentence is being spoken, and all are spoken in the end."""
    texts = sentences(KILLS + 2)
    killed: list[int] = []
    with (
        RunningServer(tmp_path / "server") as server,
        Rendering(tmp_path / "studio", server.url, texts) as rendering,
        server.client() as client,
    ):
        for _kill in range(KILLS):
            until(lambda: client.get("/health").json().get("speaking"))
            worker = server.worker(*killed)
            worker.kill()
            killed.append(worker.pid)
            rendering.await_line(" spoken: ")
        check_each_says_its_text(rendering, texts, server)
    assert len(set(killed)) == KILLS


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Its worker speaks as it is bid: ``forever``, for one."""
    with odd_server(tmp_path_factory.mktemp("endless"), f"{ODD},") as server:
        yield server


async def test_kills_in_the_middle_of_one_sentence_are_not_held_against_it(
    endless: RunningServer, tmp_path: Path
) -> None:
    """Its audio has begun to come, so that the server cannot begin it anew by itself."""
    killed: list[int] = []
    failed: list[SentenceFailed] = []
    begun: list[SentenceStarted] = []
    enough = asyncio.Event()

    def hear(event: DirectorEvent) -> None:
        if isinstance(event, SentenceFailed):
            failed.append(event)
            enough.set()
        elif isinstance(event, SentenceStarted):
            begun.append(event)
        elif isinstance(event, SentenceProgress) and len(killed) < len(begun):
            # Once in each attempt: more of it still comes after the end of the worker.
            worker = endless.worker(*killed)
            worker.kill()
            killed.append(worker.pid)
            if len(killed) > STRIKES:
                enough.set()

    engine = RemoteEngine(Endpoint(endless.url, KEY), Wishes(), waits=(0.05,))
    with project_of(tmp_path, ["forever"]) as project:
        async with directing(project, engine, hear) as director:
            director.speak(project.ids)
            await asyncio.wait_for(enough.wait(), PATIENCE)
            director.cancel()
    assert failed == []


def test_a_server_that_is_killed_and_one_that_is_ended_in_order_cost_a_render_nothing(
    tmp_path: Path,
) -> None:
    texts = sentences(8)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with Rendering(tmp_path / "studio", url, texts) as rendering:
        rendering.await_line("It is asked again by itself")
        for end in ("kill", "terminate"):
            with RunningServer(tmp_path / "server", port=port, ready=False) as server:
                rendering.await_line(" spoken: ")
                rendering.await_line(" spoken: ")
                getattr(server.process, end)()
                rendering.await_line("It is asked again by itself")
        with RunningServer(tmp_path / "server", port=port, ready=False) as server:
            check_each_says_its_text(rendering, texts, server)


@pytest.mark.parametrize(
    ("after", "words"),
    [("another key", "does not accept the key"), ("another model", "no model of this name")],
)
def test_a_server_that_comes_back_otherwise_ends_a_render_at_once(
    tmp_path: Path, after: str, words: str
) -> None:
    texts = sentences(8)
    port = free_port()
    home = tmp_path / "server"
    if after == "another key":
        other = RunningServer(home, port=port, key="another key, long enough")
    else:
        other = odd_server(home, f"{ODD},", port=port)
    url = f"http://127.0.0.1:{port}"
    with RunningServer(home, port=port) as server:
        rendering = Rendering(tmp_path / "studio", url, texts, "--model", "espeak-ng")
        with rendering:
            rendering.await_line(" spoken: ")
            server.process.kill()
            server.process.wait()
            with other:
                code, told = rendering.end()
    assert code == 1
    assert words in rendering.lines[-2], rendering.lines
    assert {sentence["status"] for sentence in told} <= {"ready", "flagged", "draft"}
    assert KEY not in "".join(rendering.lines)


def test_a_clip_for_a_server_that_clones_no_voice_is_told_once_and_nothing_is_spoken(
    server: RunningServer, tmp_path: Path
) -> None:
    clip(tmp_path / "voice.wav")
    flags = ("--ref-audio", str(tmp_path / "voice.wav"), "--ref-text", "These are its words.")
    with Rendering(tmp_path / "studio", server.url, sentences(3), *flags) as rendering:
        code, told = rendering.end()
    assert code == 1
    assert "clones no voice: it speaks with espeak-ng" in rendering.lines[-2]
    assert "--ref-audio" in rendering.lines[-1]
    assert "".join(rendering.lines).count("clones no voice") == 1
    assert [sentence["status"] for sentence in told] == ["draft"] * 3
