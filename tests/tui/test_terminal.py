from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.drivers.headless_driver import HeadlessDriver

from engine.errors import AudioError, EngineStartError
from engine.places import config_file
from tests.tui.conftest import OpenDesk
from tests.tui.desk import SCRIPT, TEXTS, Desk, QuietPlayer, TellingEngine
from tui.app import StudioApp
from tui.messages import ScriptChosen
from tui.terminal import REPEAT_SECONDS, Terminal, shows_progress

WINDOWS_TERMINAL = {"WT_SESSION": "1"}
UNKNOWN = {"TERM": "xterm-256color"}


def title(text: str) -> str:
    return f"\x1b]2;{text}\x1b\\"


def progress(state: int, percent: int) -> str:
    return f"\x1b]9;4;{state};{percent}\x1b\\"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the driver of every app was given for its terminal, in order."""
    written: list[str] = []
    monkeypatch.setattr(HeadlessDriver, "write", lambda _self, data: written.append(data))
    return written


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of the variables by which the terminal of whoever runs the tests is known."""
    for name in (
        *("TMUX", "STY", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "WT_SESSION", "ConEmuANSI"),
        *("VTE_VERSION", "KONSOLE_VERSION"),
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def titles(written: list[str]) -> list[str]:
    return [data for data in written if data.startswith("\x1b]2;")]


def bells(written: list[str]) -> int:
    return written.count("\a")


def no_bell() -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text("bell = false\n", "utf-8")


async def test_the_title_names_the_script_and_how_many_of_the_queue_are_done(
    desk: OpenDesk, engine: TellingEngine, written: list[str]
) -> None:
    go_on = asyncio.Event()
    engine.plan(TEXTS[2], go_on)
    async with desk() as d:
        assert title("나레이션.txt · TTS Studio") in written
        await d.press("R")
        await d.until(lambda: title("2 of 5 · 나레이션.txt · TTS Studio") in written)
        go_on.set()
        await d.until(lambda: titles(written)[-1] == title("나레이션.txt · TTS Studio"))
        assert not d.session.busy


async def test_the_taskbar_shows_how_far_the_queue_has_come_until_it_is_done(
    desk: OpenDesk, engine: TellingEngine, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WT_SESSION", "1")
    go_on = asyncio.Event()
    engine.plan(TEXTS[2], go_on)
    async with desk() as d:
        await d.press("R")
        await d.until(lambda: progress(1, 40) in written)
        assert progress(0, 0) not in written
        go_on.set()
        await d.until(lambda: progress(0, 0) in written)


async def test_a_terminal_that_may_take_it_for_a_notification_is_told_no_progress(
    desk: OpenDesk, written: list[str]
) -> None:
    async with desk() as d:
        await d.speak_all()
    assert not any("\x1b]9" in data for data in written)


async def test_the_terminal_is_left_as_it_was_found(
    desk: OpenDesk, engine: TellingEngine, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WT_SESSION", "1")
    engine.plan(TEXTS[0], asyncio.Event())
    async with desk() as d:
        await d.press("R")
        await d.until(lambda: progress(1, 0) in written)
        await d.press("q", "q")
        await d.until(lambda: not d.app.is_running)
    assert written.index("\x1b[22;2t") < written.index(title("나레이션.txt · TTS Studio"))
    assert written[-2:] == [progress(0, 0), f"{title('')}\x1b[23;2t"]


async def test_the_terminal_is_left_as_it_was_found_after_a_mistake_that_ends_the_program(
    desk: OpenDesk, written: list[str]
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    async def fall() -> None:
        async with desk() as d:
            d.app.desk.call_later(fail)
            await d.until(lambda: not d.app.is_running)

    with pytest.raises(ZeroDivisionError):
        await fall()
    assert written[-1] == f"{title('')}\x1b[23;2t"


async def test_the_title_is_that_of_the_program_until_there_is_a_script(
    engine: TellingEngine, player: QuietPlayer, written: list[str]
) -> None:
    app = StudioApp(None, None)
    async with app.run_test() as pilot:
        await Desk(app, pilot, engine).until(lambda: title("TTS Studio") in written)


async def test_the_title_changes_with_the_script(
    desk: OpenDesk, engine: TellingEngine, script: Path, written: list[str]
) -> None:
    other = script.with_name("다른.txt")
    other.write_text(SCRIPT, encoding="utf-8")
    async with desk() as d:
        await d.press("ctrl+o")
        await d.until(lambda: d.app.screen is not d.app.desk)
        d.app.post_message(ScriptChosen(other))
        await d.until(lambda: titles(written)[-1] == title("다른.txt · TTS Studio"))


def test_nothing_in_the_name_of_a_script_can_command_the_terminal() -> None:
    written: list[str] = []
    terminal = Terminal(written.append, environment=UNKNOWN)
    terminal.show("a\x1b]0;b\x07c\x9cd\ne.txt")
    assert written[-1] == title("a␛]0;b␇c␡d e.txt · TTS Studio")


# The bell


async def test_a_bell_rings_once_when_the_queue_is_done(desk: OpenDesk, written: list[str]) -> None:
    async with desk() as d:
        await d.press("R")
        await d.until(lambda: bells(written))
        assert not d.session.busy
    assert bells(written) == 1


async def test_no_bell_rings_where_it_is_switched_off(desk: OpenDesk, written: list[str]) -> None:
    no_bell()
    async with desk() as d:
        await d.speak_all()
        await d.sees("5/5 spoken")
    assert bells(written) == 0


async def test_no_bell_rings_when_the_user_cancels_all(
    desk: OpenDesk, engine: TellingEngine, written: list[str]
) -> None:
    engine.plan(TEXTS[1], asyncio.Event())
    async with desk() as d:
        await d.press("R", "end")
        await d.until(lambda: engine.in_flight == [TEXTS[1]])
        await d.press("home", "c", "c")
        await d.until(lambda: not d.session.busy)
        await d.pilot.pause()
    assert bells(written) == 0


async def test_a_bell_rings_at_the_end_of_a_queue_of_which_one_row_was_cancelled(
    desk: OpenDesk, engine: TellingEngine, written: list[str]
) -> None:
    engine.plan(TEXTS[0], asyncio.Event())
    async with desk() as d:
        await d.press("R")
        await d.until(lambda: engine.in_flight)
        await d.press("c")
        await d.until(lambda: bells(written))
        assert not d.session.busy


async def test_a_bell_rings_when_the_engine_is_gone_for_good_and_the_queue_with_it(
    desk: OpenDesk, engine: TellingEngine, written: list[str]
) -> None:
    engine.plan(TEXTS[0], EngineStartError("No engine.", "None at all."))
    async with desk() as d:
        await d.press("R")
        await d.sees("None at all.")
        await d.until(lambda: bells(written))


async def test_no_bell_rings_over_a_take_that_is_played_because_it_has_landed(
    desk: OpenDesk, written: list[str], player: QuietPlayer
) -> None:
    async with desk() as d:
        await d.press("r")
        await d.until(lambda: d.session.playback.sentence_id is not None)
        assert bells(written) == 0


async def test_a_bell_rings_after_a_take_that_could_not_be_played_when_it_landed(
    desk: OpenDesk, written: list[str], player: QuietPlayer
) -> None:
    player.error = AudioError("No sound device.")
    async with desk() as d:
        await d.press("r")
        await d.until(lambda: "No sound device." in d.key_line)
        before = bells(written)
        await d.press("R")
        await d.until(lambda: bells(written) > before)


# The terminals


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        (WINDOWS_TERMINAL, True),
        ({"ConEmuANSI": "ON"}, True),
        ({"ConEmuANSI": "OFF"}, False),
        ({"TERM_PROGRAM": "ghostty", "TERM_PROGRAM_VERSION": "1.2.3"}, True),
        ({"TERM_PROGRAM": "ghostty", "TERM_PROGRAM_VERSION": "1.0.0"}, False),
        ({"TERM_PROGRAM": "iTerm.app", "TERM_PROGRAM_VERSION": "3.6.6"}, True),
        ({"TERM_PROGRAM": "iTerm.app", "TERM_PROGRAM_VERSION": "3.5.14"}, False),
        ({"TERM_PROGRAM": "iTerm.app"}, False),
        ({"TERM_PROGRAM": "WezTerm", "TERM_PROGRAM_VERSION": "20240203-110809-5046fc22"}, False),
        ({"TERM_PROGRAM": "WezTerm", "TERM_PROGRAM_VERSION": "20250512-073003-d8ec6c6a"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal", "TERM_PROGRAM_VERSION": "455"}, False),
        ({"TERM_PROGRAM": "Hyper", **WINDOWS_TERMINAL}, False),
        ({"TERM": "xterm-256color", "VTE_VERSION": "8000"}, True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, False),
        ({"TERM": "xterm-kitty", "VTE_VERSION": "8000"}, False),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "260401"}, True),
        ({"TERM": "tmux-256color", **WINDOWS_TERMINAL}, False),
        ({"TERM": "xterm-256color", "TMUX": "/tmp/tmux-1/default,1,0", **WINDOWS_TERMINAL}, False),
        ({"TERM": "screen", "STY": "1.pts", "ConEmuANSI": "ON"}, False),
        (UNKNOWN, False),
        ({}, False),
    ],
)
def test_progress_is_shown_by_those_terminals_that_are_known_to(
    environment: dict[str, str], shown: bool
) -> None:
    assert shows_progress(environment) is shown


def test_progress_that_stands_still_is_told_again_before_a_terminal_forgets_it() -> None:
    written: list[str] = []
    now = 100.0
    terminal = Terminal(written.append, environment=WINDOWS_TERMINAL, clock=lambda: now)
    for wait in (0.0, REPEAT_SECONDS / 2, REPEAT_SECONDS / 2):
        now += wait
        terminal.show("a.txt", 1, 4)
    assert [data for data in written if "]9;" in data] == [progress(1, 25)] * 2


def test_a_terminal_without_a_title_gets_none() -> None:
    written: list[str] = []
    terminal = Terminal(written.append, environment={"TERM": "linux"})
    terminal.show("a.txt", 1, 4)
    terminal.restore()
    assert written == []
