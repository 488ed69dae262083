"""Rows are split, merged, written, deleted and moved; undo brings everything back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from engine.domain import Status
from engine.project import Project
from engine.script import read_script
from tests.tui.conftest import OpenDesk
from tests.tui.desk import TEXTS, Desk, QuietPlayer

HELLO, VOICES, READY, LAUGH, SHOP, REALLY = TEXTS


def texts(d: Desk) -> list[str]:
    return [d.project.row(id_).sentence.text for id_ in d.project.ids]


# Splitting


@pytest.mark.parametrize("key", ["s", "ㄴ", "alt+s"])
@pytest.mark.parametrize("choose", ["enter", "s", "alt+s"])
async def test_a_sentence_is_split_at_the_place_that_is_chosen(
    desk: OpenDesk, key: str, choose: str
) -> None:
    async with desk() as d:
        await d.press("down", key)
        assert "Split here" in d.key_line
        assert "splitting" in d.screen
        await d.press("left", "left", "left", "left", "right", "left", choose)
        assert texts(d)[:4] == [HELLO, "오늘은", "목소리 이야기를 합니다.", READY]
        assert "Split." in d.key_line
        assert "오늘은" in d.current_line
        assert d.line_with("목소리 이야기를 합니다.")
        await d.press("u")
        assert texts(d) == list(TEXTS)
        await d.until(lambda: VOICES in d.screen)


async def test_the_place_offered_first_is_where_one_draws_breath(
    desk: OpenDesk, script: Path
) -> None:
    script.write_text("밖으로 나가서 보니, 아무도 없는 길이 저 멀리까지 이어졌다.\n", "utf-8")
    async with desk() as d:
        await d.press("s", "enter")
        assert texts(d) == ["밖으로 나가서 보니,", "아무도 없는 길이 저 멀리까지 이어졌다."]


async def test_an_edited_text_is_split_at_the_cursor(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("e", *" 또 봐요.", *["left"] * 5, "alt+s")
        assert texts(d)[:3] == [HELLO, "또 봐요.", VOICES]


async def test_a_split_that_is_left_changes_nothing(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("down", "s", "left", "x", "escape")
        assert texts(d) == list(TEXTS)


async def test_a_single_letter_is_not_split(desk: OpenDesk, script: Path) -> None:
    script.write_text("네\n", "utf-8")
    async with desk() as d:
        await d.press("s")
        assert "nothing to split" in d.key_line


async def test_nothing_is_split_off_at_the_end_of_a_text(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("e", "alt+s")
        assert d.told[-1].title == "There is nothing to split off here."
        assert "editing" in d.screen
        await d.press("escape")
        assert texts(d) == list(TEXTS)


async def test_the_keys_under_a_split_are_clicked_too(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("down", "s")
        bar = d.app.desk.bar
        await d.pilot.click(bar, offset=(d.key_line.index("Before") - 2, 0))
        await d.pilot.click(bar, offset=(d.key_line.index("After") - 2, 0))
        await d.pilot.click(bar, offset=(d.key_line.index("Split here"), 0))
        await d.until(lambda: len(texts(d)) == len(TEXTS) + 1)


# Merging


@pytest.mark.parametrize("key", ["m", "ㅡ", "alt+m"])
async def test_a_row_is_merged_with_the_next_and_keeps_its_takes(desk: OpenDesk, key: str) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("down", key)
        assert texts(d) == [HELLO, f"{VOICES} {READY}", LAUGH, SHOP, REALLY]
        assert "Merged 2 rows into one." in d.key_line
        assert d.status(1) is Status.STALE
        await d.press("u")
        assert texts(d) == list(TEXTS)
        assert [d.status(1), d.status(2)] == [Status.READY, Status.READY]


async def test_selected_rows_become_one(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("v", "down", "down", "m")
        assert texts(d) == [f"{HELLO} {VOICES} {READY}", LAUGH, SHOP, REALLY]
        assert HELLO in d.current_line
        assert "selected" not in d.lines[0]


async def test_what_cannot_be_merged_is_told(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("end", "m")
        assert "no other" in d.key_line
        await d.press("home", "v")
        table = d.app.desk.table
        await d.pilot.click(table, offset=(30, 6), control=True)
        await d.press("m")
        assert "stand together" in d.key_line
        await d.press("alt+down")
        assert "stand together" in d.key_line
        assert texts(d) == list(TEXTS)


# Writing


@pytest.mark.parametrize("key", ["i", "ㅑ", "insert"])
async def test_a_new_row_is_written_below_the_current_one(desk: OpenDesk, key: str) -> None:
    async with desk() as d:
        await d.press(key)
        assert "a new row below" in d.screen
        await d.press(*"반갑습니다.", "enter")
        assert texts(d) == [HELLO, "반갑습니다.", *TEXTS[1:]]
        assert "반갑습니다." in d.current_line
        assert d.project.row(d.project.ids[1]).number == 2
        await d.press("u")
        assert texts(d) == list(TEXTS)


async def test_a_new_row_is_spoken_at_once_with_the_key_that_speaks(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("i", *"새 줄.", "f5")
        await d.until(lambda: d.status(1) is Status.READY)
        assert d.engine.asked[-1].spoken.text == "새 줄."


async def test_a_new_row_without_a_text_is_none(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("i", "enter", "i", *"아니", "escape")
        assert texts(d) == list(TEXTS)
        await d.press("i", *"하나 둘", "alt+s")
        assert "Keep the new row first" in d.key_line
        await d.press("escape")
        assert texts(d) == list(TEXTS)


async def test_a_row_is_written_into_a_table_without_rows(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("ctrl+a", "d", "i", *"처음.", "enter")
        assert texts(d) == ["처음."]
        assert "처음." in d.current_line


# Deleting


@pytest.mark.parametrize("key", ["d", "ㅇ", "ctrl+delete"])
async def test_a_row_is_deleted_and_brought_back_with_its_take(
    desk: OpenDesk, player: QuietPlayer, key: str
) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("down", "space")
        await d.until(lambda: player.position is not None)
        await d.press(key)
        assert texts(d) == [HELLO, *TEXTS[2:]]
        assert "Deleted 1 row: u brings it back." in d.key_line
        assert player.position is None
        assert READY in d.current_line
        assert "4/4 spoken" in d.screen
        await d.press("u")
        assert texts(d) == list(TEXTS)
        assert d.status(1) is Status.READY
        assert VOICES in d.current_line


async def test_deleted_rows_are_no_longer_spoken(desk: OpenDesk) -> None:
    async with desk() as d:
        d.engine.plan(HELLO, asyncio.Event())
        await d.press("R")
        await d.until(lambda: d.engine.in_flight)
        await d.press("ctrl+a", "d")
        await d.until(lambda: not d.session.busy)
        assert texts(d) == []
        assert [request.spoken.text for request in d.engine.asked] == [HELLO]


# Moving


@pytest.mark.parametrize(("key", "order"), [("alt+down", [1, 0, 2]), ("alt+up", [0, 1, 2])])
async def test_a_row_is_moved(desk: OpenDesk, key: str, order: list[int]) -> None:
    async with desk() as d:
        await d.press(key)
        assert texts(d)[:3] == [TEXTS[place] for place in order]
        assert HELLO in d.current_line
        if key == "alt+up":
            assert "no room" in d.key_line
        else:
            await d.press("alt+up")
        assert texts(d) == list(TEXTS)


async def test_selected_rows_move_together_and_stay_selected(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("v", "down", "alt+down", "alt+down")
        assert texts(d)[:4] == [READY, LAUGH, HELLO, VOICES]
        assert "2 rows selected" in d.lines[0]
        assert VOICES in d.current_line
        await d.press("u", "u")
        assert texts(d) == list(TEXTS)


async def test_rows_are_not_moved_past_those_that_a_filter_hides(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("g", "2", "alt+down")
        assert "Esc shows them" in d.key_line
        assert texts(d) == list(TEXTS)


@pytest.mark.parametrize("key", ["s", "m", "i", "d", "alt+up", "alt+down"])
async def test_a_desk_that_may_only_be_read_keeps_its_rows(
    script: Path, desk: OpenDesk, key: str
) -> None:
    with Project.open(script, read_script(script)):
        async with desk(wait=False) as d:
            await d.sees("Read only")
            await d.press("down", key)
            assert "nothing can be changed here" in d.key_line
            assert texts(d) == list(TEXTS)


async def test_rows_stay_as_they_were_shaped_when_the_desk_is_opened_again(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("m", "i", *"끼운 줄.", "enter", "alt+down", "end", "d")
        shaped = texts(d)
        assert shaped == [f"{HELLO} {VOICES}", READY, "끼운 줄.", LAUGH, SHOP]
    async with desk() as d:
        assert texts(d) == shaped
        await d.press("u", "u", "u", "u")
        assert texts(d) == list(TEXTS)
