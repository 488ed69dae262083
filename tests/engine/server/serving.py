"""A server process of its own for tests, as anybody starts one, and what it says."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from queue import Queue
from types import TracebackType
from typing import Any, TypeVar

import httpx
import numpy as np
import psutil
import soundfile

from engine.domain import SAMPLE_RATE
from tests.conftest import FOLDERS, LOCALE

KEY = "a key of the tests, long enough"
PATIENCE = 180.0
"""Seconds after which a test gives up waiting for what never comes."""

SPEECH = "/v1/audio/speech"
VOICES = "/v1/audio/voices"
SERVE = (sys.executable, "-m", "tui", "serve")


def environment(home: Path, **variables: str) -> dict[str, str]:
    """That of a process with a home of its own."""
    places = {name: str(home / place) for name, place in FOLDERS.items()}
    # Several processes share the cores of a machine that runs tests.
    mine = {"OMP_NUM_THREADS": "1", "PYTHONUTF8": "1", "PYTHONPATH": str(Path(__file__).parents[3])}
    return {**os.environ, **places, **LOCALE, **mine, **variables}


_ADDRESS = re.compile(r"https?://[^\s\"]+")


class RunningServer:
    """Started on entry, and ended on exit.

    Args:
        home: a folder that it takes for the user's, and works in.
        key: empty to serve without one.
        port: 0 for any that is free.
        ready: wait until it can speak.
    """

    def __init__(
        self,
        home: Path,
        *flags: str,
        command: Sequence[str] = (*SERVE, "--engine", "espeak"),
        key: str = KEY,
        port: int = 0,
        settings: Mapping[str, str] | None = None,
        ready: bool = True,
    ) -> None:
        self.home = home
        self.key = key
        self.lines: list[str] = []
        self._command = (*command, "--port", str(port), *flags)
        self._settings = {f"TTS_STUDIO_{name.upper()}": v for name, v in (settings or {}).items()}
        self._ready = ready
        self._said: Queue[str] = Queue()
        self.url = ""

    def __enter__(self) -> RunningServer:
        (self.home / "work").mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=self.home / "work",
            env=environment(self.home, TTS_STUDIO_API_KEY=self.key, **self._settings),
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        try:
            self.url = _ADDRESS.findall(self.await_line("Address: "))[-1]
            if self._ready:
                self.await_line("Ready: ")
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if self.process.poll() is None:
                self.process.terminate()
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.process.wait()
            self._reader.join()
            assert self.process.stderr is not None
            self.process.stderr.close()

    def worker(self, *gone: int) -> psutil.Process:
        """The one that speaks, or will; another than those that are gone."""
        return until(lambda: self._child(gone))

    def _child(self, gone: Sequence[int]) -> psutil.Process | None:
        children = psutil.Process(self.process.pid).children()
        return next((child for child in children if child.pid not in gone), None)

    def client(self, key: str | None = None, **options: Any) -> httpx.Client:
        key = self.key if key is None else key
        return httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            trust_env=False,
            timeout=PATIENCE,
            **options,
        )

    def interrupt(self) -> int:
        """What Ctrl+C in its terminal does. Returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)

    def await_line(self, words: str) -> str:
        """The next line that has these words."""
        while words not in (line := self._said.get(timeout=PATIENCE)):
            if not line:
                raise AssertionError("".join(self.lines))
        return line

    def _read(self) -> None:
        assert self.process.stderr is not None
        for raw in self.process.stderr:
            line = raw.decode("utf-8", "replace")
            self.lines.append(line)
            self._said.put(line)
        self._said.put("")


T = TypeVar("T")


def until(found: Callable[[], T | None]) -> T:
    """What is found, as soon as something is."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        if result := found():
            return result
        time.sleep(0.01)
    raise AssertionError("it never came")


def asking(text: str, **fields: object) -> dict[str, object]:
    return {"input": text, "language": "English", "seed": 5, "response_format": "pcm", **fields}


def error_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The error of an answer, seen to be in OpenAI's shape."""
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    return error


def samples_of(content: bytes) -> np.ndarray:
    samples, rate = soundfile.read(io.BytesIO(content), dtype="float32")
    assert abs(rate - SAMPLE_RATE) < 1 or rate == 48_000
    return samples
