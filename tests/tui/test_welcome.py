"""What somebody sees who opens the desk for the first time."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from engine.domain import Status
from engine.i18n import use_language
from engine.places import data_folder, welcome_marker
from engine.script import read_script
from tests.tui.desk import Desk, QuietPlayer, TellingEngine
from tui.actions import BY_ID
from tui.app import StudioApp
from tui.early import Flags
from tui.widgets.welcome import FIRST, Welcome

OpenNew = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
def newcomer(script: Path, engine: TellingEngine, player: QuietPlayer) -> OpenNew:
    """Opens the desk as the program does: ``async with newcomer() as d``."""
    welcome_marker().unlink()

    @asynccontextmanager
    async def open_(
        *, size: tuple[int, int] = (80, 24), keymap: Mapping[str, str] | None = None
    ) -> AsyncIterator[Desk]:
        flags = Flags(engine=engine.name)
        app = StudioApp(script, read_script(script), flags, keymap=keymap, welcome=True)
        async with app.run_test(size=size) as pilot:
            desk = Desk(app, pilot, engine)
            await desk.until(lambda: app.desk.session is not None)
            await desk.until(lambda: app.desk.header.engine.state == "ready")
            yield desk

    return open_


async def is_greeted(desk: Desk) -> bool:
    """Whether there is a welcome, once it has been decided."""
    greeting = [worker for worker in desk.app.workers if worker.group == "welcome"]
    await desk.until(lambda: all(worker.is_finished for worker in greeting))
    await desk.pilot.pause()
    return bool(desk.app.screen.query(Welcome))


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_a_newcomer_is_shown_the_five_keys_that_matter(
    newcomer: OpenNew, language: str
) -> None:
    use_language(language)
    async with newcomer() as d:
        await d.until(lambda: d.app.screen.query(Welcome))
        await d.sees("R  F7")
        assert len(FIRST) == 5
        for name in FIRST:
            assert "  ".join(BY_ID[name].shown_keys) in d.screen
        assert "?  F1" in d.screen
        box = d.app.screen.query_one(Welcome).region
        assert d.app.screen.region.contains_region(box)
        assert box.height < 22


@pytest.mark.parametrize("key", ["f7", "R", "ㄲ"])
async def test_the_first_key_does_what_it_always_does_and_ends_the_welcome(
    newcomer: OpenNew, key: str
) -> None:
    async with newcomer() as d:
        await d.sees("Welcome to the desk")
        await d.press(key)
        await d.until(lambda: "Welcome" not in d.screen)
        await d.until(lambda: d.status(0) is Status.READY)


async def test_escape_ends_it_and_changes_nothing(newcomer: OpenNew) -> None:
    async with newcomer() as d:
        await d.sees("Welcome to the desk")
        await d.press("escape")
        await d.until(lambda: "Welcome" not in d.screen)
        await d.press("down")
        assert "오늘은" in d.current_line


async def test_a_syllable_of_a_korean_input_method_ends_it_too(newcomer: OpenNew) -> None:
    async with newcomer() as d:
        await d.sees("Welcome to the desk")
        await d.press("가")
        await d.until(lambda: "Welcome" not in d.screen)


@pytest.mark.parametrize("offset", [(40, 8), (3, 5)], ids=["on it", "beside it"])
async def test_a_click_ends_it(newcomer: OpenNew, offset: tuple[int, int]) -> None:
    async with newcomer() as d:
        await d.sees("Welcome to the desk")
        await d.pilot.click(offset=offset)
        await d.until(lambda: "Welcome" not in d.screen)
        await d.press("down", "down")
        assert d.app.is_running


async def test_it_is_shown_once(newcomer: OpenNew) -> None:
    async with newcomer() as d:
        await d.sees("Welcome to the desk")
    async with newcomer() as d:
        assert not await is_greeted(d)


async def test_it_teaches_the_keys_of_the_users_own_keymap(newcomer: OpenNew) -> None:
    async with newcomer(keymap={"judge.accept": "w", "speak.all": "ctrl+t,f7"}) as d:
        await d.sees("Welcome to the desk")
        accept = BY_ID["judge.accept"].tooltip[:20]
        line = next(line for line in d.lines if accept in line)
        assert line.partition("│")[2].split()[0] == "w"
        assert "F8" not in line
        assert "F7  Ctrl+T" in d.screen


async def test_where_it_cannot_be_noted_the_desk_opens_without(newcomer: OpenNew) -> None:
    (data_folder() / "welcomed").mkdir()
    async with newcomer() as d:
        assert not await is_greeted(d)
        await d.speak_all()


async def test_it_greets_nobody_who_was_here_before(newcomer: OpenNew) -> None:
    welcome_marker().touch()
    async with newcomer() as d:
        assert not await is_greeted(d)


def test_the_program_greets_a_newcomer_after_the_script_is_painted(script: Path) -> None:
    pytest.importorskip("fcntl", reason="pseudo-terminals are POSIX")
    from tests.benchmarks.terminal import Terminal

    welcome_marker().unlink()
    command = [sys.executable, "-m", "tui", str(script), "--engine", "espeak"]
    environment = {"PYTHONPATH": str(Path(__file__).parents[2]), **os.environ}
    with Terminal(command, env=environment) as shown:
        assert shown.until("안녕하세요.") <= shown.until("Welcome to the desk")
    assert welcome_marker().exists()
