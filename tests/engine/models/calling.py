"""``tts-studio models`` as it is called: in this process, or in one of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from engine.cli import main

COMMAND = (sys.executable, "-m", "tui", "models")


class Called:
    """What came of it."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def all(self) -> str:
        return self.out + self.err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Called]


def calling(capsys: pytest.CaptureFixture[str]) -> Call:
    def call(*arguments: str) -> Called:
        capsys.readouterr()
        code = main(["models", *arguments])
        printed = capsys.readouterr()
        return Called(code, printed.out, printed.err)

    return call


def run(*arguments: str) -> Called:
    done = subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Called(done.returncode, done.stdout, done.stderr)
