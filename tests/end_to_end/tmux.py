"""A real terminal to run a program in, type into and look at."""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

import pytest

from tests.benchmarks.terminal import own_environment

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

PATIENCE = 60.0
"""Seconds until something that is waited for counts as missing."""


class Tmux:
    """Runs ``command`` in a terminal of this size, on a tmux server of its own."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int,
        lines: int,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._server = f"tts-studio-{secrets.token_hex(4)}"
        self._tmux(
            *("-f", os.devnull, "new-session", "-d", "-x", str(columns), "-y", str(lines)),
            *(flag for name, value in (env or {}).items() for flag in ("-e", f"{name}={value}")),
            shlex.join(command),
        )

    def __enter__(self) -> Tmux:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tmux("kill-server", check=False)

    def keys(self, *names: str) -> None:
        """Press keys, by tmux's names."""
        self._tmux("send-keys", *names)

    def type(self, text: str) -> None:
        """Type text as it is."""
        self._tmux("send-keys", "-l", text)

    def screen(self) -> str:
        """What is to be seen now; empty once the program has ended."""
        return self._tmux("capture-pane", "-p", check=False)

    def wait_for(self, *texts: str) -> str:
        """Wait until all of these are on the screen together, and return the screen."""
        return self.wait_until(lambda screen: all(text in screen for text in texts), repr(texts))

    def wait_until(self, seen: Callable[[str], bool], what: str) -> str:
        end = time.monotonic() + PATIENCE
        while not seen(screen := self.screen()):
            if time.monotonic() > end:
                raise AssertionError(f"never seen: {what}\n{screen}")
            time.sleep(0.02)
        return screen

    def wait_for_the_end(self) -> None:
        """Wait until the program has ended of itself."""
        end = time.monotonic() + PATIENCE
        while self._tmux("list-sessions", check=False):
            if time.monotonic() > end:
                raise AssertionError(f"never ended:\n{self.screen()}")
            time.sleep(0.02)

    def _tmux(self, *arguments: str, check: bool = True) -> str:
        run = subprocess.run(
            ["tmux", "-u", "-L", self._server, *arguments],
            capture_output=True,
            encoding="utf-8",
            check=check,
            env={**own_environment(), "LC_ALL": "C.UTF-8"},
        )
        return run.stdout
