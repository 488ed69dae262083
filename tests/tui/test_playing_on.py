"""Row after row, and takes that play because they have landed."""

from __future__ import annotations

import asyncio

import pytest

from engine.domain import Status
from engine.errors import AudioError
from tests.tui.conftest import OpenDesk
from tests.tui.desk import TEXTS, QuietPlayer, TellingEngine
from tui.marks import PLAYING


@pytest.mark.parametrize("key", ["P", "ㅖ", "f6"])
async def test_the_rows_play_one_after_the_other_with_their_pauses_and_the_cursor_follows(
    desk: OpenDesk, player: QuietPlayer, key: str
) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("j", "j", key)
        await d.until(lambda: len(player.sounds) == 1)
        assert player.sounds[0].seconds == pytest.approx(1.0 + 0.9), "a section ends here"
        player.position = 1.85
        await d.until(lambda: player.following is not None)
        player.position = None
        await d.until(lambda: TEXTS[4] in d.current_line)
        await d.until(lambda: PLAYING in d.line_with(TEXTS[4]))
        assert player.sounds[1].seconds == pytest.approx(1.0 + 0.3)
        player.position = None
        await d.until(lambda: TEXTS[5] in d.current_line)
        await d.until(lambda: len(player.sounds) == 3)
        assert player.sounds[2].seconds == pytest.approx(1.0), "nothing follows the last"
        player.position = None
        await d.sees("That was the last row.")
        assert PLAYING not in d.screen
        await d.press("space")
        await d.until(lambda: len(player.sounds) == 4)
        player.position = None
        await d.until(lambda: PLAYING not in d.screen)
        assert len(player.sounds) == 4


async def test_rows_without_a_take_are_left_out_and_a_rows_own_pause_stands(
    desk: OpenDesk, player: QuietPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTS_STUDIO_PLAY_NEW_TAKES", "false")
    async with desk() as d:
        for keys in (("r",), ("j", "j", "r")):
            await d.press(*keys)
            await d.until(lambda: not d.session.busy)
        d.project.edit(d.project.ids[0], pause_after=2.5)
        await d.press("home", "P")
        await d.until(lambda: len(player.sounds) == 1)
        assert player.sounds[0].seconds == pytest.approx(3.5)
        player.position = None
        await d.until(lambda: TEXTS[2] in d.current_line)


@pytest.mark.parametrize("key", ["P", "space", "f6"])
async def test_playing_on_is_stopped_from_any_row(
    desk: OpenDesk, player: QuietPlayer, key: str
) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("P")
        await d.until(lambda: player.position is not None)
        await d.press("end", key)
        assert player.position is None
        await d.pilot.pause(0.3)
        assert len(player.sounds) == 1


async def test_accepting_while_it_plays_on_does_not_disturb_it(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("P")
        await d.until(lambda: player.position is not None)
        await d.press("a")
        assert d.status(0) is Status.ACCEPTED
        assert TEXTS[0] in d.current_line
        player.position = None
        await d.until(lambda: TEXTS[1] in d.current_line)
        await d.until(lambda: len(player.sounds) == 2)


async def test_the_cursor_stays_with_an_open_editor(desk: OpenDesk, player: QuietPlayer) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("P")
        await d.until(lambda: player.position is not None)
        await d.press("e")
        player.position = None
        await d.until(lambda: len(player.sounds) == 2)
        await d.until(lambda: PLAYING in d.line_with(TEXTS[1]))
        assert d.app.desk.dock.editing
        assert TEXTS[0] in d.current_line


async def test_without_a_take_from_here_on_nothing_plays(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk() as d:
        await d.press("P")
        await d.sees("there is no take to play")
        assert player.sounds == []


# The switches


async def test_accepting_goes_on_without_playing_where_that_is_not_wanted(
    desk: OpenDesk, player: QuietPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTS_STUDIO_PLAY_AFTER_ACCEPT", "false")
    async with desk() as d:
        await d.speak_all()
        await d.press("space")
        await d.until(lambda: player.position is not None)
        await d.press("a")
        assert TEXTS[1] in d.current_line
        await d.pilot.pause(0.2)
        assert len(player.sounds) == 1
        assert player.position is None


async def test_a_take_that_was_asked_for_by_hand_plays_when_it_lands(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk() as d:
        await d.press("r")
        await d.until(lambda: len(player.sounds) == 1)
        await d.until(lambda: PLAYING in d.line_with(TEXTS[0]))


async def test_takes_that_were_asked_for_together_play_one_after_the_other(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk() as d:
        await d.press("r", "r", "r")
        await d.until(lambda: "3/3" in d.line_with(TEXTS[0]))
        await d.until(lambda: len(player.sounds) == 1)
        assert d.session.playback.take is not None
        heard = []
        for count in (1, 2, 3):
            await d.until(lambda count=count: len(player.sounds) == count)
            heard.append(d.session.playback.take.number)
            await d.until(lambda: PLAYING in d.screen)
            player.position = None
        assert heard == [1, 2, 3]
        await d.until(lambda: PLAYING not in d.screen)


async def test_stopping_leaves_the_rest_of_them_unheard(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk() as d:
        await d.press("r", "r", "r")
        await d.until(lambda: "3/3" in d.line_with(TEXTS[0]))
        await d.until(lambda: len(player.sounds) == 1)
        await d.press("space")
        await d.pilot.pause(0.3)
        assert len(player.sounds) == 1


async def test_what_the_user_plays_meanwhile_is_not_interrupted(
    desk: OpenDesk, engine: TellingEngine, player: QuietPlayer
) -> None:
    async with desk() as d:
        await d.speak_all()
        engine.plan(TEXTS[0], go_on := asyncio.Event())
        await d.press("r", "j", "space")
        await d.until(lambda: player.position is not None)
        go_on.set()
        await d.until(lambda: "Row 1 has a new take." in d.key_line)
        assert len(player.sounds) == 1
        player.position = None
        await d.until(lambda: PLAYING not in d.screen)
        await d.pilot.pause(0.2)
        assert len(player.sounds) == 1


async def test_without_a_sound_device_a_take_that_lands_interrupts_nobody(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    player.error = AudioError("There is no sound.", "Plug something in.")
    async with desk() as d:
        await d.press("r")
        await d.until(lambda: "There is no sound." in d.key_line)
        assert len(d.app.screen_stack) == 1
        await d.press("space")
        await d.sees("Plug something in.")


@pytest.mark.parametrize("switched", ["false", "true"])
async def test_new_takes_are_not_played_where_that_is_not_wanted_nor_those_of_speak_all(
    desk: OpenDesk, player: QuietPlayer, monkeypatch: pytest.MonkeyPatch, switched: str
) -> None:
    monkeypatch.setenv("TTS_STUDIO_PLAY_NEW_TAKES", switched)
    async with desk() as d:
        if switched == "true":
            await d.speak_all()
        else:
            await d.press("r")
            await d.until(lambda: d.status(0) is Status.READY)
        await d.pilot.pause(0.3)
        assert player.sounds == []


async def test_a_cancelled_re_roll_leaves_nothing_to_wait_for(
    desk: OpenDesk, engine: TellingEngine, player: QuietPlayer
) -> None:
    engine.plan(TEXTS[0], asyncio.Event())
    async with desk() as d:
        await d.press("r")
        await d.until(lambda: d.status(0) is Status.DRAFT and d.session.busy)
        await d.press("c")
        await d.until(lambda: not d.session.busy)
        await d.speak_all()
        await d.pilot.pause(0.3)
        assert d.status(0) is Status.READY
        assert player.sounds == []
