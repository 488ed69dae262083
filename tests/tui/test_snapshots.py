"""Pictures of the states that matter. Look at what changed before accepting it:
``pytest tests/tui/test_snapshots.py --snapshot-update``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.closing import ALWAYS, PHRASES
from engine.errors import SpeechRefused, StudioError
from engine.i18n import ENGLISH, use_language
from engine.script import read_script
from engine.settings_file import write_setting
from tests.engine.words import as_pcm
from tests.tui.desk import TEXTS, Desk, QuietPlayer, TellingEngine
from tests.tui.waves import head_of, speak_first, syllables, wave_of
from tui.app import StudioApp
from tui.messages import Failed

pytestmark = pytest.mark.skipif(
    sys.version_info[:2] != (3, 11) or sys.platform != "linux",
    reason="pictures are compared on one baseline: Python 3.11 on Linux",
)

Steps = Callable[[Desk], Awaitable[None]]


@pytest.fixture
def looks_right(
    snap_compare, script: Path, engine: TellingEngine, player: QuietPlayer, monkeypatch
) -> Callable[..., bool]:
    monkeypatch.setattr("secrets.randbelow", lambda _limit: 20_261_122)

    def compare(
        steps: Steps,
        *,
        size: tuple[int, int] = (80, 24),
        theme: str | None = None,
        language: str = ENGLISH,
    ) -> bool:
        use_language(language)
        app = StudioApp(script, read_script(script), theme=theme)
        app.animation_level = "none"

        async def before(pilot: Pilot) -> None:
            desk = Desk(app, pilot, engine)
            await desk.until(lambda: app.desk.header.engine.state == "ready")
            await steps(desk)

        return snap_compare(app, terminal_size=size, run_before=before)

    return compare


async def nothing(_desk: Desk) -> None:
    return


async def reviewed(desk: Desk, player: QuietPlayer) -> None:
    """Every status that a finished queue can leave, the current row playing."""
    desk.engine.plan(TEXTS[5], SpeechRefused("The sentence is too long.", "Split it in two."))
    await desk.speak_all()
    desk.app.clear_notifications()
    await desk.press("r")
    await desk.until(lambda: "2/2" in desk.line_with(TEXTS[0]))
    await desk.press("a", "x", "down", "e", "!", "enter", "end", "up", "space")
    await desk.until(lambda: player.played)
    await desk.until(lambda: wave_of(desk).state is not None)
    player.position = 0.5
    await desk.until(lambda: "0.5s" in desk.current_line and "▸ 0.500" in desk.screen)


def test_a_fresh_script(looks_right) -> None:
    assert looks_right(nothing)


def test_speaking(looks_right, engine: TellingEngine) -> None:
    async def speaking(desk: Desk) -> None:
        engine.plan(TEXTS[0], asyncio.Event())
        await desk.press("R")
        await desk.until(lambda: "0.5s" in desk.line_with(TEXTS[0]))

    assert looks_right(speaking)


def test_a_reviewed_script(looks_right, player: QuietPlayer) -> None:
    assert looks_right(lambda desk: reviewed(desk, player), size=(120, 30))


def test_the_light_theme(looks_right, player: QuietPlayer) -> None:
    assert looks_right(lambda desk: reviewed(desk, player), size=(120, 30), theme="studio-light")


def test_editing(looks_right) -> None:
    async def editing(desk: Desk) -> None:
        await desk.press("e", *" 반갑습니다.")

    assert looks_right(editing)


def test_an_error(looks_right) -> None:
    async def failing(desk: Desk) -> None:
        error = StudioError(
            "The disk is full: 3-1.flac could not be written.",
            "Free some space on the disk that holds the project and try again.",
        )
        desk.app.post_message(Failed(error))
        await desk.sees("The disk is full")

    assert looks_right(failing)


def test_the_help(looks_right) -> None:
    async def help_asked_for(desk: Desk) -> None:
        await desk.press("f1")
        await desk.sees("Listen")

    assert looks_right(help_asked_for, size=(120, 50))


def test_a_reviewed_script_in_korean_in_the_smallest_terminal(
    looks_right, player: QuietPlayer
) -> None:
    async def noted(desk: Desk) -> None:
        await reviewed(desk, player)
        await desk.press("home", "alt+n", *"천천히", "enter", "down", "v", "down")
        await desk.until(lambda: "2줄 고름" in desk.lines[0])

    assert looks_right(noted, language="ko")


def test_the_form_of_a_row_in_korean_and_in_a_light_theme(looks_right, player: QuietPlayer) -> None:
    async def form_asked_for(desk: Desk) -> None:
        await reviewed(desk, player)
        await desk.press("home", "f4")
        await desk.sees("시드")

    assert looks_right(form_asked_for, size=(120, 36), theme="studio-light", language="ko")


def test_choosing_where_to_split(looks_right) -> None:
    async def splitting(desk: Desk) -> None:
        await desk.press("down", "s", "left")

    assert looks_right(splitting)


@pytest.mark.parametrize(
    ("size", "theme", "language"),
    [
        ((80, 24), None, "ko"),
        ((120, 30), "studio-light", ENGLISH),
        ((160, 50), None, ENGLISH),
    ],
    ids=["80", "120", "160"],
)
def test_a_doubtful_cut(looks_right, engine: TellingEngine, size, theme, language) -> None:
    write_setting("closing", ALWAYS)
    engine.sound = as_pcm(syllables(24, 2, 1, 1))
    engine.sounds[PHRASES["ko"]] = bytes(48_000)  # the phrase is not to be had alone

    async def doubted(desk: Desk) -> None:
        await speak_first(desk)
        await desk.press("left", "left", "left")
        await desk.until(lambda: "▸" in head_of(desk))

    assert looks_right(doubted, size=size, theme=theme, language=language)


def test_what_cutting_again_would_change(looks_right, engine: TellingEngine) -> None:
    engine.sound = as_pcm(syllables(9, 5))

    async def looked_at(desk: Desk) -> None:
        await desk.speak_all()
        await desk.until(lambda: wave_of(desk).state is not None)
        await desk.press("ctrl+a", "alt+a", "tab", *"0.1")
        await desk.sees("5 takes change.")

    assert looks_right(looked_at, size=(100, 28))
