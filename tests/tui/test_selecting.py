"""Selecting rows, and what is done to all of them at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.color import Color

from engine.domain import Status
from engine.project import Project
from engine.script import read_script
from tests.tui.conftest import OpenDesk
from tests.tui.desk import TEXTS, Desk, QuietPlayer, TellingEngine


def selected(d: Desk) -> list[int]:
    """The places of the rows that the table paints as selected."""
    table = d.app.desk.table
    ground = table.get_visual_style("sentence-table--row").background
    return [
        index
        for index in range(len(table.rows))
        if index != table.cursor and _ground(d, index) != ground
    ]


def _ground(d: Desk, index: int) -> Color | None:
    table = d.app.desk.table
    style = d.app.screen.get_style_at(20, table.region.y + line_of(d, index))
    assert style.bgcolor is not None
    return Color.from_rich_color(style.bgcolor)


def line_of(d: Desk, index: int) -> int:
    """The line of the table that a row of the script stands on."""
    region = d.app.desk.table.region
    lines = d.lines[region.y : region.bottom]
    return next(y for y, line in enumerate(lines) if TEXTS[index] in line)


async def click(d: Desk, index: int, *, shift: bool = False, control: bool = False) -> None:
    offset = (20, line_of(d, index))
    await d.pilot.click(d.app.desk.table, offset=offset, shift=shift, control=control)
    await d.pilot.pause()


@pytest.mark.parametrize("key", ["v", "ㅍ", "ctrl+space", "ctrl+@"])
async def test_a_range_that_was_begun_grows_with_every_move_until_it_is_let_go(
    desk: OpenDesk, key: str
) -> None:
    async with desk() as d:
        await d.press("down", key)
        assert "1 row selected" in d.lines[0]
        await d.press("j", "down")
        assert "3 rows selected" in d.lines[0]
        assert selected(d) == [1, 2]
        assert "▎" in d.line_with(TEXTS[1])
        assert "Select nothing" in d.key_line
        await d.press("home")
        assert "2 rows selected" in d.lines[0]
        assert selected(d) == [1]
        await d.press("end")
        assert "5 rows selected" in d.lines[0]
        await d.press(key)
        assert "selected" not in d.screen
        assert selected(d) == []


async def test_shift_with_an_arrow_selects_until_the_next_plain_move(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("down", "down", "shift+down", "shift+down")
        assert selected(d) == [2, 3]
        assert "3 rows selected" in d.lines[0]
        await d.press("shift+up", "shift+up", "shift+up")
        assert selected(d) == [2]
        assert "2 rows selected" in d.lines[0]
        await d.press("up")
        assert selected(d) == []
        assert "selected" not in d.screen


async def test_escape_lets_the_selection_go_before_the_filter(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("g", "2", "ctrl+a")
        assert "5 rows selected" in d.lines[0]
        assert "not accepted: 5 of 6" in d.lines[0]
        await d.press("escape")
        assert "selected" not in d.screen
        assert "5 of 6" in d.lines[0]
        await d.press("escape")
        assert "of 6" not in d.lines[0]


async def test_the_mouse_selects_with_shift_and_picks_with_control(desk: OpenDesk) -> None:
    async with desk() as d:
        await click(d, 1)
        assert "selected" not in d.screen
        await click(d, 3, shift=True)
        assert selected(d) == [1, 2]
        await click(d, 5, control=True)
        assert selected(d) == [1, 2, 3]
        assert "4 rows selected" in d.lines[0]
        await click(d, 2, control=True)
        assert "3 rows selected" in d.lines[0]
        await click(d, 0)
        assert "selected" not in d.screen
        await click(d, 4, control=True)
        assert selected(d) == [0]
        await d.pilot.click(offset=(d.lines[0].index("rows selected") + 6, 0))
        await d.pilot.pause()
        assert "Nothing is selected" in d.key_line
        assert selected(d) == []


@pytest.mark.parametrize("key", ["r", "f5"])
async def test_speaking_a_selection_speaks_its_rows_in_order_and_lets_it_go(
    desk: OpenDesk, engine: TellingEngine, key: str
) -> None:
    async with desk() as d:
        await d.press("end", "v", "up", "up", "up", key)
        assert "selected" not in d.screen
        await d.until(lambda: not d.session.busy)
        assert [request.spoken.text for request in engine.asked] == [TEXTS[2], TEXTS[4], TEXTS[5]]
        assert TEXTS[2] in d.current_line


async def test_a_selection_of_nothing_that_is_spoken_says_how_to_change_that(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    async with desk() as d:
        await d.press("h", "home", "down", "h", "up", "shift+down", "r")
        assert "These rows are not spoken" in d.key_line
        assert "2 rows selected" in d.lines[0]
        assert engine.asked == []


@pytest.mark.parametrize("key", ["c", "ctrl+x"])
async def test_cancelling_takes_what_is_selected_and_leaves_it_selected(
    desk: OpenDesk, engine: TellingEngine, key: str
) -> None:
    engine.plan(TEXTS[0], asyncio.Event())
    async with desk() as d:
        await d.press("R")
        await d.until(lambda: engine.in_flight == [TEXTS[0]])
        await d.press("down", "shift+down", key)
        assert "Cancelled 2 sentences." in d.key_line
        assert d.session.busy == 3
        assert "2 rows selected" in d.lines[0]
        await d.press("escape", "home", "c", "c", "c")


@pytest.mark.parametrize("key", ["a", "f8"])
async def test_accepting_a_selection_accepts_what_has_a_take_and_stays(
    desk: OpenDesk, player: QuietPlayer, key: str
) -> None:
    async with desk() as d:
        await d.press("ctrl+a", "a")
        assert "Nothing to accept yet" in d.key_line
        await d.press("escape", "home", "v", "down", "r")
        await d.until(lambda: d.status(1) is Status.READY)
        await d.press("ctrl+a", key)
        assert "Accepted 2 rows." in d.key_line
        assert [d.status(i) for i in range(3)] == [Status.ACCEPTED, Status.ACCEPTED, Status.DRAFT]
        assert TEXTS[1] in d.current_line
        assert "selected" not in d.screen
        assert player.played == []


@pytest.mark.parametrize("key", ["x", "delete"])
async def test_rejecting_a_selection_rejects_what_has_a_take_and_stops_what_plays(
    desk: OpenDesk, player: QuietPlayer, key: str
) -> None:
    async with desk() as d:
        await d.press("ctrl+a", "x")
        assert "Nothing to reject yet" in d.key_line
        await d.press("escape")
        await d.speak_all()
        await d.press("space")
        await d.until(lambda: player.position is not None)
        await d.press("v", "down", "down", key)
        assert "Rejected 3 rows." in d.key_line
        assert [d.status(i) for i in range(3)] == [Status.REJECTED] * 3
        assert d.status(4) is Status.READY
        assert player.position is None


@pytest.mark.parametrize("key", ["a", "x"])
async def test_judging_a_selection_is_undone_in_one_step(desk: OpenDesk, key: str) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("ctrl+a", key, "u")
        assert [d.status(i) for i in (0, 1, 2, 4, 5)] == [Status.READY] * 5


@pytest.mark.parametrize("key", ["h", "number_sign", "ctrl+h"])
async def test_a_selection_is_marked_as_not_spoken_and_spoken_again_in_one_step(
    desk: OpenDesk, key: str
) -> None:
    def spoken(d: Desk) -> list[bool]:
        return [d.project.row(id_).sentence.spoken for id_ in d.project.ids]

    async with desk() as d:
        before = spoken(d)
        await d.press("home", "v", "end", key)
        assert spoken(d) == [False] * 6
        assert "selected" not in d.screen
        await d.press("ctrl+a", key)
        assert spoken(d) == [True] * 6
        await d.press("u", "u")
        assert spoken(d) == before


async def test_only_what_is_shown_is_selected(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("ctrl+a", "g", "5")
        assert "1 row selected" in d.lines[0]
        await d.press("h", "escape")
        assert all(d.project.row(id_).sentence.spoken for id_ in d.project.ids)


async def test_a_desk_that_may_only_be_read_leaves_its_selection_as_it_is(
    script: Path, desk: OpenDesk
) -> None:
    with Project.open(script, read_script(script)):
        async with desk(wait=False) as d:
            await d.sees("Read only")
            await d.press("ctrl+a")
            assert "6 rows selected" in d.lines[0]
            assert "Accept" not in d.key_line
            await d.press("r")
            assert "Another studio" in d.key_line
            await d.press("h")
            await d.until(lambda: len(d.told) == 1)
            assert "6 rows selected" in d.lines[0]


async def test_an_empty_table_cannot_be_selected(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("g", "3", "v", "shift+down", "ctrl+a", "shift+up", "ctrl+space")
        assert "selected" not in d.screen
