from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.domain import Cut, Status
from engine.errors import AudioError
from tests.tui.conftest import OpenDesk
from tests.tui.desk import TEXTS, QuietPlayer
from tui.marks import PLAYING


async def test_space_plays_what_is_kept_of_the_take_and_marks_the_row(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("space")
        await d.until(lambda: player.played)
        (samples,) = player.played
        assert len(samples) == 24_000
        assert np.abs(samples).max() > 0.4
        player.position = 0.5
        await d.until(lambda: PLAYING in d.line_with("안녕하세요."))
        await d.until(lambda: "0.5s" in d.line_with("안녕하세요."))
        assert "Space Stop" in d.key_line


async def test_space_again_stops(desk: OpenDesk, player: QuietPlayer) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("space")
        await d.until(lambda: player.position is not None)
        await d.press("space")
        assert player.position is None
        assert PLAYING not in d.screen
        assert "Space Play" in d.key_line


async def test_the_mark_goes_when_the_take_has_come_to_its_end(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("space")
        await d.until(lambda: PLAYING in d.screen)
        player.position = None
        await d.until(lambda: PLAYING not in d.screen)
        assert "Space Play" in d.key_line


async def test_accepting_plays_the_next_take(desk: OpenDesk, player: QuietPlayer) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("a")
        await d.until(lambda: len(player.played) == 1)
        await d.until(lambda: PLAYING in d.line_with("오늘은"))
        await d.press("a")
        await d.until(lambda: len(player.played) == 2)


async def test_another_take_is_played_in_place_of_the_one_that_plays(
    desk: OpenDesk, player: QuietPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTS_STUDIO_PLAY_NEW_TAKES", "false")
    async with desk() as d:
        await d.press("r", "r")
        await d.until(lambda: "2/2" in d.line_with("안녕하세요."))
        await d.press("T")
        assert player.played == []
        await d.press("space")
        await d.until(lambda: len(player.played) == 1)
        await d.press("T")
        await d.until(lambda: len(player.played) == 2)


async def test_a_missing_sound_device_is_told_once_and_the_desk_goes_on(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    player.error = AudioError("There is no sound.", "Plug something in.")
    async with desk() as d:
        await d.speak_all()
        await d.press("space")
        await d.sees("Plug something in.")
        await d.press("escape", "a")
        await d.until(lambda: "There is no sound." in d.key_line)
        assert len(d.app.screen_stack) == 1
        assert "✓" in d.line_with("안녕하세요.")


async def test_a_take_whose_file_is_gone_is_told(desk: OpenDesk, player: QuietPlayer) -> None:
    async with desk() as d:
        await d.speak_all()
        for file in d.project.takes_folder.iterdir():
            file.unlink()
        await d.press("space")
        await d.until(lambda: len(d.app.screen_stack) == 2)
        assert player.played == []


async def test_only_what_lies_inside_the_cut_is_played(desk: OpenDesk, player: QuietPlayer) -> None:
    async with desk() as d:
        await d.speak_all()
        take = d.project.row(d.project.ids[0]).take
        assert take is not None
        cut = replace(take, draft=replace(take.draft, cut=Cut(0.25, 0.75)))
        await d.session.playback.play(cut)
        assert len(player.played[0]) == 12_000


@pytest.mark.parametrize("key", ["alt+1", "inverted_exclamation_mark"])
async def test_a_take_is_chosen_by_its_number_with_or_without_the_kitty_protocol(
    desk: OpenDesk, key: str
) -> None:
    async with desk() as d:
        await d.press("r")
        await d.until(lambda: d.status(0) is Status.READY)
        await d.press("r")
        await d.until(lambda: "2/2" in d.line_with(TEXTS[0]))
        await d.press(key)
        await d.until(lambda: "1/2" in d.line_with(TEXTS[0]))
        await d.press("alt+3")
        assert "There is no take 3 here." in d.key_line
        assert "1/2" in d.line_with(TEXTS[0])


async def test_takes_are_counted_by_their_place_once_the_file_of_one_is_gone(
    desk: OpenDesk,
) -> None:
    async with desk() as d:
        for made in (1, 2, 3):
            await d.press("r")
            await d.until(lambda made=made: len(d.project.row(d.project.ids[0]).takes) == made)
        first = d.project.takes_folder / d.project.row(d.project.ids[0]).takes[0].file
    first.unlink()
    async with desk() as d:
        await d.sees("take 2 of 2")
        await d.press("alt+1")
        await d.sees("take 1 of 2")
