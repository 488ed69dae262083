"""The takes of a row: listed, heard, chosen, rejected, deleted, and made several at once."""

from __future__ import annotations

import asyncio

import pytest

from engine.domain import SpeechDone, Status, Verdict
from engine.settings_file import write_setting
from tests.tui.conftest import OpenDesk
from tests.tui.desk import TEXTS, Desk, QuietPlayer, TellingEngine
from tui.screens.takes import TakesPanel


async def three_takes(d: Desk) -> list[int]:
    """Make three takes of the first row; their ids."""
    await d.press("3", "r")
    await d.until(lambda: not d.session.busy)
    d.app.desk.stop_playing()
    await d.pilot.pause()
    return [take.id for take in d.project.row(d.project.ids[0]).takes]


def current(d: Desk) -> int | None:
    return d.project.row(d.project.ids[0]).sentence.take_id


def is_listed(d: Desk) -> bool:
    return isinstance(d.app.screen, TakesPanel)


async def test_a_cut_that_may_be_wrong_is_told_where_the_takes_are_listed_and_at_the_row(
    desk: OpenDesk,
) -> None:
    write_setting("closing", "always")
    async with desk() as d:
        await d.press("r")  # a tone is all phrase
        await d.until(lambda: d.status(0) is Status.FLAGGED)
        await d.sees("Where the closing phrase begins is not sure")
        await d.press("alt+t")
        await d.until(lambda: is_listed(d))
        assert "Where the closing phrase begins is not sure" in d.screen


# Several at once


async def test_a_digit_before_r_makes_so_many_takes_and_plays_them_in_a_row(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk() as d:
        await d.press("3")
        assert "3 takes: now press r" in d.key_line
        await d.press("r")
        await d.until(lambda: not d.session.busy)
        takes = d.project.row(d.project.ids[0]).takes
        assert len({take.draft.seed for take in takes}) == 3
        for heard in (1, 2, 3):
            await d.until(lambda heard=heard: len(player.sounds) == heard)
            await d.until(lambda: d.session.playback.sentence_id == d.project.ids[0])
            player.position = None
        await d.until(lambda: d.session.playback.sentence_id is None)
        assert len(player.sounds) == 3


@pytest.mark.parametrize("count", range(1, 9))
async def test_every_digit_up_to_eight_counts(
    desk: OpenDesk, engine: TellingEngine, count: int
) -> None:
    async with desk() as d:
        await d.press(str(count), "f5")
        await d.until(lambda: not d.session.busy and len(engine.asked) == count)


async def test_a_count_is_forgotten_once_something_else_is_done(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    async with desk() as d:
        await d.press("3", "down", "r")
        await d.until(lambda: not d.session.busy)
        assert len(engine.asked) == 1
        await d.press("2", "u", "r")
        await d.until(lambda: not d.session.busy)
        assert len(engine.asked) == 2


async def test_a_count_is_for_every_selected_row(desk: OpenDesk, engine: TellingEngine) -> None:
    async with desk() as d:
        await d.press("v", "down", "2", "r")
        await d.until(lambda: not d.session.busy)
        assert [request.spoken.text for request in engine.asked] == [
            *(TEXTS[0], TEXTS[0], TEXTS[1], TEXTS[1])
        ]


async def test_takes_of_a_fixed_seed_are_said_to_be_alike(desk: OpenDesk) -> None:
    async with desk() as d:
        d.project.edit(d.project.ids[0], seed=7)
        await d.press("2", "r")
        assert "alike" in d.key_line


# The list


@pytest.mark.parametrize("key", ["alt+t"])
async def test_the_takes_are_listed_with_what_they_are(
    desk: OpenDesk, engine: TellingEngine, key: str
) -> None:
    async with desk() as d:
        await d.press(key)
        assert "No take yet" in d.key_line
        engine.plan(TEXTS[0], SpeechDone("stop", 4711, 13))
        await d.press("r")
        await d.until(lambda: not d.session.busy)
        for _retry in range(3):  # as often as a take that runs into its limit is tried again
            engine.plan(TEXTS[0], SpeechDone("length", 1, 13))
        await d.press("r")
        await d.until(lambda: not d.session.busy)
        await d.press(key)
        await d.sees("Takes of row 1")
        for take in d.project.row(d.project.ids[0]).takes:
            await d.sees(f"{take.seconds:.1f} s · seed {take.draft.seed}")
            assert take.made.astimezone().strftime("%H:%M") in d.screen
        await d.sees("came to its end")
        await d.sees("stopped at its limit")
        await d.sees("the last words may be")
        await d.press("escape")
        assert not is_listed(d)


async def test_a_take_of_another_text_says_what_it_says(desk: OpenDesk) -> None:
    async with desk() as d:
        await three_takes(d)
        await d.press("e", "!", "enter", "alt+t")
        await d.sees(f"It says: {TEXTS[0]}")
        assert "changed" in d.screen


async def test_a_take_is_heard_and_chosen_in_the_list(desk: OpenDesk, player: QuietPlayer) -> None:
    async with desk() as d:
        first, second, third = await three_takes(d)
        heard = len(player.sounds)
        assert current(d) == third
        await d.press("alt+t", "up", "space")
        await d.until(lambda: len(player.sounds) == heard + 1)
        assert d.session.playback.take is not None
        assert d.session.playback.take.id == second
        await d.press("k", "enter")
        assert current(d) == first
        assert not is_listed(d)
        await d.press("alt+t", "2")
        assert current(d) == second
        await d.press("alt+t", "alt+3")
        assert current(d) == third


@pytest.mark.parametrize("key", ["x", "ㅌ", "delete"])
async def test_any_take_is_rejected_in_the_list_and_undone(desk: OpenDesk, key: str) -> None:
    def verdicts(d: Desk) -> list[Verdict]:
        return [take.verdict for take in d.project.row(d.project.ids[0]).takes]

    async with desk() as d:
        await three_takes(d)
        await d.press("alt+t", "up", "up", key)
        assert verdicts(d) == [Verdict.REJECTED, Verdict.NONE, Verdict.NONE]
        await d.sees("✗ rejected")
        assert d.status(0) is Status.READY
        await d.press("u")
        assert verdicts(d) == [Verdict.NONE] * 3
        await d.press("ctrl+y", "escape")
        assert verdicts(d)[0] is Verdict.REJECTED


@pytest.mark.parametrize("key", ["d", "ㅇ", "alt+x"])
async def test_a_take_is_deleted_in_the_list_and_undone(desk: OpenDesk, key: str) -> None:
    async with desk() as d:
        first, second, third = await three_takes(d)
        await d.press("alt+t", key)
        assert [take.id for take in d.project.row(d.project.ids[0]).takes] == [first, second]
        assert current(d) == second
        await d.press("ctrl+z")
        assert current(d) == third
        await d.press(key, key, key)
        assert not is_listed(d)
        assert d.status(0) is Status.DRAFT


async def test_what_lands_while_the_list_is_open_joins_it(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    async with desk() as d:
        await three_takes(d)
        gate = asyncio.Event()
        engine.plan(TEXTS[0], gate)
        await d.press("r", "alt+t")
        gate.set()
        await d.until(lambda: len(d.project.row(d.project.ids[0]).takes) == 4)
        seed = d.project.row(d.project.ids[0]).takes[-1].draft.seed
        await d.sees(f"seed {seed}")


async def test_the_list_is_used_by_the_mouse(desk: OpenDesk) -> None:
    async with desk() as d:
        first, _second, _third = await three_takes(d)
        await d.press("alt+t")
        seed = d.project.row(d.project.ids[0]).takes[0].draft.seed
        await d.sees(f"seed {seed}")
        lines = d.lines
        line = next(place for place, line in enumerate(lines) if f"seed {seed}" in line)
        await d.pilot.click(offset=(lines[line].index("seed"), line))
        assert current(d) == first


# The current take


async def test_each_of_nine_takes_is_chosen_by_its_number(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("8", "r")
        await d.until(lambda: not d.session.busy)
        await d.press("r")
        await d.until(lambda: not d.session.busy)
        takes = d.project.row(d.project.ids[0]).takes
        assert len(takes) == 9
        for number, take in enumerate(takes, start=1):
            await d.press(f"alt+{number}")
            assert current(d) == take.id


@pytest.mark.parametrize("key", ["alt+x"])
async def test_the_current_take_is_deleted_and_brought_back(
    desk: OpenDesk, player: QuietPlayer, key: str
) -> None:
    async with desk() as d:
        await d.press(key)
        assert "No take yet" in d.key_line
        _first, second, third = await three_takes(d)
        await d.press("space")
        await d.until(lambda: player.position is not None)
        await d.press(key)
        assert current(d) == second
        assert "Deleted the take" in d.key_line
        assert player.position is None
        await d.press("u")
        assert current(d) == third
