"""How the keys act on what plays; what a device gets of it is in test_player."""

from __future__ import annotations

import asyncio

import pytest

from engine.domain import Status
from tests.tui.conftest import OpenDesk
from tests.tui.desk import TEXTS, Desk, QuietPlayer, TellingEngine
from tui.marks import PLAYING


async def start_playing(d: Desk, player: QuietPlayer) -> None:
    await d.speak_all()
    await d.press("space")
    await d.until(lambda: player.position is not None)


@pytest.mark.parametrize("key", ["y", "ㅛ", "alt+y"])
async def test_a_pause_is_shown_and_the_same_key_ends_it(
    desk: OpenDesk, player: QuietPlayer, key: str
) -> None:
    async with desk() as d:
        await start_playing(d, player)
        assert "y Pause" in d.key_line
        await d.press(key)
        assert player.paused
        assert "▶ paused" in d.lines[0]
        await d.press(key)
        assert not player.paused
        assert "paused" not in d.screen


async def test_what_plays_next_is_not_paused(desk: OpenDesk, player: QuietPlayer) -> None:
    async with desk() as d:
        await start_playing(d, player)
        await d.press("y", "space")
        assert "paused" not in d.screen
        await d.press("space")
        await d.until(lambda: len(player.sounds) == 2)
        assert not player.paused


@pytest.mark.parametrize(("key", "there"), [("right", 1.5), ("left", 0.0)])
async def test_the_arrows_seek_a_second_and_no_further_than_the_beginning(
    desk: OpenDesk, player: QuietPlayer, key: str, there: float
) -> None:
    async with desk() as d:
        await start_playing(d, player)
        player.position = 0.5
        await d.press(key)
        assert player.position == there


async def test_a_place_that_is_sought_in_a_pause_is_shown(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk() as d:
        await start_playing(d, player)
        player.position = 0.9
        await d.until(lambda: "0.9s" in d.line_with(TEXTS[0]))
        await d.press("y", "left")
        await d.until(lambda: "0.0s" in d.line_with(TEXTS[0]))


@pytest.mark.parametrize("key", ["y", "left", "right"])
async def test_where_nothing_plays_the_keys_say_so(
    desk: OpenDesk, player: QuietPlayer, key: str
) -> None:
    async with desk() as d:
        await d.press(key)
        await d.sees("Nothing plays: Space plays the row.")
        assert player.sounds == []


@pytest.mark.parametrize("key", ["o", "ㅐ", "alt+o"])
async def test_the_loop_is_said_and_shown(desk: OpenDesk, player: QuietPlayer, key: str) -> None:
    async with desk() as d:
        await d.press(key)
        assert player.loop
        assert "Loop is on." in d.key_line
        assert "▶ loop" in d.lines[0]
        await d.press(key)
        assert not player.loop
        assert "Loop is off." in d.key_line
        assert "▶" not in d.lines[0]


async def test_the_volume_goes_down_and_up_within_its_bounds(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk() as d:
        await d.press("0")
        assert player.volume == 1
        await d.press("9", "9")
        assert player.volume == pytest.approx(0.9)
        assert "Volume 90 %" in d.key_line
        assert "▶ 90 %" in d.lines[0]
        await d.press("0")
        assert "Volume 95 %" in d.key_line
        await d.press(*["9"] * 25)
        assert player.volume == 0


@pytest.mark.parametrize(
    ("slower", "faster"),
    [("left_curly_bracket", "right_curly_bracket"), ("alt+comma", "alt+full_stop")],
)
async def test_the_speed_goes_up_and_down_in_steps(
    desk: OpenDesk, player: QuietPlayer, slower: str, faster: str
) -> None:
    async with desk() as d:
        await d.press(faster)
        assert player.speed == 1.25
        assert "Speed 1.25×" in d.key_line
        assert "▶ 1.25×" in d.lines[0]
        await d.press(slower, slower, slower)
        assert player.speed == 0.75
        await d.press(*[faster] * 9)
        assert player.speed == 2.0


async def test_all_that_is_not_as_usual_fits_the_smallest_desk(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk(size=(80, 24)) as d:
        await start_playing(d, player)
        await d.press("right_curly_bracket", "9", "o", "y")
        assert "▶ 1.25× · 95 % · loop · paused" in d.lines[0]
        assert "ready" in d.lines[0]


async def test_playback_begins_as_the_settings_say(
    desk: OpenDesk, player: QuietPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTS_STUDIO_VOLUME", "40")
    monkeypatch.setenv("TTS_STUDIO_PLAYBACK_SPEED", "1.1")
    monkeypatch.setenv("TTS_STUDIO_OUTPUT_DEVICE", "Headphones")
    async with desk() as d:
        assert (player.volume, player.speed, player.device) == (0.4, 1.1, "Headphones")
        assert "▶ 1.1× · 40 %" in d.lines[0]


async def test_a_device_that_is_not_there_is_told_once(desk: OpenDesk, player: QuietPlayer) -> None:
    async with desk() as d:
        await d.speak_all()
        player.missing_device = "Headphones [/b]"
        await d.press("space")
        await d.until(lambda: d.told)
        await d.press("space", "space")
        await d.until(lambda: len(player.sounds) == 2)
        await d.pilot.pause()
        assert [told.title for told in d.told] == ["The sound device Headphones [/b] is not there."]


# Heard while it is being spoken


async def test_a_row_is_heard_while_it_is_spoken_and_on_to_the_end_of_its_take(
    desk: OpenDesk, engine: TellingEngine, player: QuietPlayer
) -> None:
    engine.plan(TEXTS[0], go_on := asyncio.Event())
    async with desk() as d:
        await d.press("r")
        await d.until(lambda: "0.5s" in d.line_with(TEXTS[0]))
        assert "Space Play" in d.key_line
        await d.press("space")
        await d.until(lambda: player.sound is not None)
        live = player.sound
        assert live is not None
        assert (live.seconds, live.complete) == (0.5, False)
        player.position = 0.4
        await d.until(lambda: PLAYING in d.line_with(TEXTS[0]))
        go_on.set()
        await d.until(lambda: player.sound is not live)
        landed = player.sound
        assert landed is not None
        assert (landed.seconds, landed.complete) == (1.5, True)
        assert player.starts[-1] == pytest.approx(0.4)
        await d.until(lambda: d.status(0) is Status.READY)
        await d.pilot.pause(0.3)
        assert len(player.sounds) == 2, "what is heard already does not begin again"
        player.position = None
        await d.until(lambda: PLAYING not in d.screen)


async def test_what_was_heard_of_a_cancelled_row_comes_to_its_end(
    desk: OpenDesk, engine: TellingEngine, player: QuietPlayer
) -> None:
    engine.plan(TEXTS[0], asyncio.Event())
    async with desk() as d:
        await d.press("r")
        await d.until(lambda: "0.5s" in d.line_with(TEXTS[0]))
        await d.press("space")
        await d.until(lambda: player.sound is not None)
        live = player.sound
        assert live is not None
        await d.press("c")
        await d.until(lambda: live.complete)
        assert live.seconds == 0.5


async def test_a_row_that_waits_to_be_spoken_says_so(
    desk: OpenDesk, engine: TellingEngine, player: QuietPlayer
) -> None:
    engine.plan(TEXTS[0], asyncio.Event())
    async with desk() as d:
        await d.press("R", "j", "space")
        await d.sees("the row waits for its turn")
        assert player.sounds == []


# A/B


async def two_takes(d: Desk) -> None:
    await d.press("r")
    await d.until(lambda: d.status(0) is Status.READY)
    await d.press("r")
    await d.until(lambda: "2/2" in d.line_with(TEXTS[0]))


@pytest.mark.parametrize("key", ["b", "ㅠ", "alt+b", "ctrl+left"])
async def test_a_b_goes_on_with_the_other_take_at_the_same_place_and_chooses_it(
    desk: OpenDesk, player: QuietPlayer, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("TTS_STUDIO_PLAY_NEW_TAKES", "false")
    async with desk() as d:
        await two_takes(d)
        await d.press("space")
        await d.until(lambda: player.position is not None)
        player.position = 0.6
        await d.press(key)
        await d.until(lambda: len(player.sounds) == 2)
        assert player.starts == [0.0, pytest.approx(0.6)]
        assert "1/2" in d.line_with(TEXTS[0])
        await d.press(key)
        await d.until(lambda: len(player.sounds) == 3)
        assert "2/2" in d.line_with(TEXTS[0])
        await d.press("u", "u", "u")
        assert "Nothing to undo." in d.key_line


async def test_a_b_begins_at_the_beginning_where_nothing_plays_and_undo_takes_the_choice_back(
    desk: OpenDesk, player: QuietPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTS_STUDIO_PLAY_NEW_TAKES", "false")
    async with desk() as d:
        await two_takes(d)
        await d.press("b")
        await d.until(lambda: player.starts == [0.0])
        assert "Take 1 of 2" in d.key_line
        assert "1/2" in d.line_with(TEXTS[0])
        await d.press("u")
        assert "2/2" in d.line_with(TEXTS[0])


async def test_a_b_without_a_second_take_says_so(desk: OpenDesk, player: QuietPlayer) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("b")
        await d.sees("There is no other take")
        assert player.sounds == []
