"""A whole review by keys alone, with the real project, worker and voice."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from engine.script import read_script
from tests.end_to_end import reviewing
from tests.end_to_end.tmux import Tmux, needs_tmux
from tests.tui.desk import Desk, TellingEngine
from tui.app import StudioApp
from tui.early import Flags


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return Path(shutil.copy(reviewing.SAMPLE, tmp_path / "커피 영상.txt"))


class InTextual:
    """Hands on Textual's own terminal."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def press(self, *keys: str) -> None:
        await self._desk.press(*keys)

    async def type(self, text: str) -> None:
        await self._desk.press(*("space" if letter == " " else letter for letter in text))

    async def sees(self, *texts: str) -> None:
        for text in texts:
            await self._desk.sees(text)


_TMUX_NAMES = {"escape": "Escape", "enter": "Enter", "slash": "/", "ctrl+a": "C-a", "f9": "F9"}


class InTmux:
    """Hands on a real terminal."""

    def __init__(self, terminal: Tmux) -> None:
        self._terminal = terminal

    async def press(self, *keys: str) -> None:
        for key in keys:
            self._terminal.keys(_TMUX_NAMES.get(key, key))

    async def type(self, text: str) -> None:
        self._terminal.type(text)

    async def sees(self, *texts: str) -> None:
        self._terminal.wait_for(*texts)


async def test_a_script_is_reviewed_from_end_to_end_in_a_test_of_the_app(script: Path) -> None:
    app = StudioApp(script, read_script(script), Flags(engine="espeak"))
    async with app.run_test(size=(110, 40)) as pilot:
        await reviewing.review(InTextual(Desk(app, pilot, TellingEngine())))
        await pilot.press("ctrl+q")
    reviewing.check(script)


@needs_tmux
@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (160, 50)])
async def test_a_script_is_reviewed_from_end_to_end_in_a_terminal(
    script: Path, home: Path, columns: int, lines: int
) -> None:
    command = [sys.executable, "-m", "tui", str(script), "--engine", "espeak"]
    with Tmux(command, columns=columns, lines=lines, env={"HOME": str(home)}) as terminal:
        await reviewing.review(InTmux(terminal))
        terminal.keys("C-q")
        terminal.wait_for_the_end()
    reviewing.check(script)
