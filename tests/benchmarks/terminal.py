"""A real pseudo-terminal with a program in it, for measuring what its user would feel."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

import psutil

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)")

LIMIT = 120.0
"""Seconds after which a program that does not paint what is waited for is given up."""


def own_environment() -> dict[str, str]:
    """The environment, without what tells the size of another terminal."""
    return {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}


class Terminal:
    """Runs ``command`` in a terminal of this size. POSIX only, as pseudo-terminals are."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 120,
        lines: int = 40,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
    ) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            cwd=cwd,
            env={
                **own_environment(),
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                **(env or {}),
            },
        )
        os.close(slave)
        self.seen = b""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        os.close(self._master)

    def send(self, keys: bytes) -> None:
        """Type, forgetting all that was painted before."""
        self.seen = b""
        os.write(self._master, keys)

    def until(self, text: str) -> float:
        """Read until this text has been painted; the moment it was read.

        Raises:
            TimeoutError: it never was.
        """
        wanted = text.encode()
        end = time.perf_counter() + LIMIT
        while wanted not in self.seen:
            self._read(end - time.perf_counter())
        return time.perf_counter()

    def drain(self, quiet: float = 0.3) -> None:
        """Read until nothing is painted for so many seconds."""
        while select.select([self._master], [], [], quiet)[0]:
            self._read(quiet)

    def memory(self) -> float:
        """Resident memory of the program itself, without its children, in MB."""
        return psutil.Process(self.process.pid).memory_info().rss / 1e6

    def _read(self, patience: float) -> None:
        if patience <= 0 or not select.select([self._master], [], [], patience)[0]:
            painted = _ESCAPES.sub(" ", self.seen.decode("utf-8", "replace"))
            raise TimeoutError(f"never painted; last: {' '.join(painted.split())[-4000:]}")
        self.seen += os.read(self._master, 65536)
