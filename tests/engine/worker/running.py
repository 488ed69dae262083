"""A worker process of its own for a test, and what it says."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from types import TracebackType

import httpx

from engine.worker.protocol import TOKEN_VARIABLE, NotStarted, Ready, from_line

TOKEN = "a token with 한글"
ESPEAK = (sys.executable, "-m", "engine.worker", "--backend", "espeak")
PATIENCE = 60.0
"""Seconds after which a test gives up waiting for what never comes."""


def odd(kind: str) -> tuple[str, ...]:
    return (sys.executable, str(Path(__file__).with_name("odd_worker.py")), kind)


@dataclass
class RunningWorker:
    """Started on entry, ended on exit. ``said`` is its first line on standard output."""

    command: Sequence[str] = ESPEAK
    token: str = TOKEN
    lines: Queue[str] = field(default_factory=Queue)
    errors: list[str] = field(default_factory=list)

    def __enter__(self) -> RunningWorker:
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, TOKEN_VARIABLE: self.token, "PYTHONUTF8": "1"},
        )
        self._reader = threading.Thread(target=self._read_errors)
        self._reader.start()
        assert self.process.stdout is not None
        self.said = from_line(self.process.stdout.readline().decode())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.process.stdin.close()
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.process.wait()
            self._reader.join()
            self.process.stdout.close()
            self.process.stderr.close()

    @property
    def url(self) -> str:
        assert isinstance(self.said, Ready)
        return f"http://127.0.0.1:{self.said.port}"

    @property
    def refusal(self) -> NotStarted:
        assert isinstance(self.said, NotStarted)
        return self.said

    def client(self, token: str | None = None) -> httpx.Client:
        key = f"Bearer {self.token if token is None else token}".encode()
        return httpx.Client(
            base_url=self.url,
            headers=[(b"Authorization", key)] if token != "" else [],
            trust_env=False,
            timeout=PATIENCE,
        )

    def await_line(self, wanted: str) -> None:
        """Wait until it has said this on standard error."""
        while wanted not in self.lines.get(timeout=PATIENCE):
            pass

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        for raw in self.process.stderr:
            line = raw.decode("utf-8", "replace")
            self.errors.append(line)
            self.lines.put(line)
