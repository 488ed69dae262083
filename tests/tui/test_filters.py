"""Showing only the rows of a kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from engine.domain import Status
from engine.errors import SpeechRefused
from tests.tui.conftest import OpenDesk
from tests.tui.desk import TEXTS, Desk, QuietPlayer, TellingEngine, open_desk

ALL, TO_CHECK, NOT_ACCEPTED, FAILED, CHANGED, NOT_SPOKEN = "012345"


def shown(d: Desk) -> list[str]:
    """The sentences in the table, in order."""
    table = d.app.desk.table.region
    lines = d.lines[table.y : table.bottom]
    return [text for line in lines for text in TEXTS if text in line]


@pytest.mark.parametrize("key", ["g", "ㅎ", "alt+f", "ctrl+right"])
async def test_a_filter_is_chosen_by_its_number_and_let_go_with_escape(
    desk: OpenDesk, key: str
) -> None:
    async with desk() as d:
        await d.press(key)
        await d.sees("not accepted")
        await d.press(NOT_SPOKEN)
        await d.until(lambda: shown(d) == [TEXTS[3]])
        assert "not spoken: 1 of 6" in d.lines[0]
        await d.press("escape")
        assert shown(d) == list(TEXTS)
        assert "of 6" not in d.lines[0]


async def test_each_kind_shows_its_rows_with_their_true_numbers_under_their_own_headings(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    engine.plan(TEXTS[4], SpeechRefused("Too long a sentence.", "Split it."))
    async with desk() as d:
        await d.speak_all()
        await d.press("a", "e", "!", "enter")
        d.app.clear_notifications()
        wanted = {
            TO_CHECK: [TEXTS[2], TEXTS[4], TEXTS[5]],
            NOT_ACCEPTED: [TEXTS[1], TEXTS[2], TEXTS[4], TEXTS[5]],
            FAILED: [TEXTS[4]],
            CHANGED: [TEXTS[1]],
            NOT_SPOKEN: [TEXTS[3]],
        }
        for number, texts in wanted.items():
            await d.press("home", "g", number)
            assert shown(d) == texts, number
            assert f"{len(texts)} of 6" in d.lines[0]
            await d.press("escape")
        await d.press("g", FAILED)
        assert d.line_with(TEXTS[4]).split()[1] == "4"
        assert "2장. 라디오 ──" in d.screen
        assert "1장. 시작 ──" not in d.screen


async def test_the_panel_tells_how_many_rows_are_of_each_kind_and_is_used_by_arrows_and_mouse(
    desk: OpenDesk,
) -> None:
    async with desk() as d:
        await d.press("g")
        await d.sees("5  not accepted")
        await d.sees("1  not spoken")
        await d.press("down", "down", "up", "j", "enter")
        assert "not accepted: 5 of 6" in d.lines[0]
        await d.press("g")
        await d.sees("1  not spoken")
        line = next(y for y, words in enumerate(d.lines) if "1  not spoken" in words)
        await d.pilot.click(offset=(40, line))
        await d.until(lambda: "not spoken: 1 of 6" in d.lines[0])
        before, _chip, _after = d.lines[0].partition("not spoken: 1")
        await d.pilot.click(offset=(cell_len(before) + 2, 0))
        await d.sees("all rows")
        await d.press("escape")
        assert "not spoken: 1 of 6" in d.lines[0]
        await d.press("g", ALL)
        assert shown(d) == list(TEXTS)


async def test_a_row_that_no_longer_fits_stays_until_the_cursor_leaves_it(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("down", "g", CHANGED)
        await d.sees("No row is of this kind")
        await d.press("g", TO_CHECK)
        assert len(shown(d)) == 5
        await d.press("home", "down", "x")
        await d.until(lambda: "✗" in d.current_line)
        assert len(shown(d)) == 5
        await d.press("up")
        await d.until(lambda: len(shown(d)) == 4)
        assert TEXTS[1] not in shown(d)
        assert "to check: 4 of 6" in d.lines[0]


async def test_accepting_and_going_on_stays_among_what_is_shown(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("down", "a", "home", "g", NOT_ACCEPTED)
        assert shown(d) == [TEXTS[0], TEXTS[2], TEXTS[4], TEXTS[5]]
        await d.press("a")
        assert TEXTS[2] in d.current_line
        await d.until(lambda: shown(d) == [TEXTS[2], TEXTS[4], TEXTS[5]])
        await d.press("f8", "f8")
        assert TEXTS[5] in d.current_line
        await d.press("a")
        assert "last row" in d.key_line
        await d.until(lambda: "✓" in d.current_line)
        assert shown(d) == [TEXTS[5]]


async def test_the_next_to_check_is_looked_for_among_what_is_shown(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    engine.plan(TEXTS[4], SpeechRefused("Too long a sentence.", "Split it."))
    async with desk() as d:
        await d.speak_all()
        await d.press("g", NOT_SPOKEN, "f")
        assert "Nothing needs a look" in d.key_line
        assert TEXTS[3] in d.current_line


async def test_rows_come_into_a_filter_as_they_begin_to_fit(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("g", TO_CHECK)
        await d.sees("No row is of this kind: to check. Esc shows all.")
        await d.press("R")
        await d.until(lambda: len(shown(d)) == 5)
        assert "to check: 5 of 6" in d.lines[0]


async def test_after_an_empty_filter_one_is_where_one_was(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("end", "g", FAILED)
        await d.sees("Esc shows all")
        for key in ("down", "a", "r", "h", "e", "space", "x"):
            await d.press(key)
        await d.press("escape")
        assert TEXTS[5] in d.current_line


async def test_undo_shows_the_row_that_it_changed_whatever_the_filter(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("a", "end", "h", "g", NOT_SPOKEN)
        assert shown(d) == [TEXTS[3], TEXTS[5]]
        await d.press("u")
        assert TEXTS[5] in d.current_line
        await d.press("u")
        assert TEXTS[0] in d.current_line
        assert d.status(0) is Status.READY
        await d.until(lambda: shown(d) == [TEXTS[0], TEXTS[3]])
        await d.press("down")
        await d.until(lambda: shown(d) == [TEXTS[3]])


async def test_numbers_of_a_long_script_keep_their_width_under_a_filter(
    tmp_path: Path, engine: TellingEngine
) -> None:
    path = tmp_path / "long.txt"
    path.write_text("\n\n".join(f"Sentence {n}." for n in range(1, 1_201)), "utf-8")
    async with open_desk(path, engine=engine) as d:
        await d.press("end", "r")
        await d.until(lambda: d.status(1_199) is Status.READY)
        await d.press("g", TO_CHECK)
        await d.until(lambda: "to check: 1 of 1200" in d.lines[0])
        assert d.current_line.startswith("▌1200  ◉ Sentence 1200.")
