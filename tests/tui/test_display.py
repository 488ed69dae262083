from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from tui.display import clock, fit, fit_end, safe
from tui.marks import CONFLICT, MARKS, PLAYING, SPINNER, UNSPOKEN
from tui.widgets.row_paint import underlay


@given(st.text(st.characters()), st.integers(0, 60))
def test_any_text_fills_its_cells_exactly_and_holds_nothing_that_moves_the_cursor(
    text: str, width: int
) -> None:
    fitted = fit(text, width)
    assert cell_len(fitted) == width
    assert {unicodedata.category(c) for c in fitted} & {"Cc", "Cf", "Cs"} == set()


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("안녕하세요", 10, "안녕하세요"),
        ("안녕하세요", 12, "안녕하세요  "),
        ("안녕하세요", 9, "안녕하세…"),
        ("안녕하세요", 8, "안녕하… "),
        ("안녕하세요", 1, "…"),
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("", 2, "  "),
    ],
)
def test_a_wide_character_is_never_cut_in_two(text: str, width: int, shown: str) -> None:
    assert fit(text, width) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mred\x1b[0m", "a␛[31mred␛[0m"),
        ("tab\there\nand there", "tab here and there"),
        ("\x07bell\x7f", "␇bell␡"),
        ("left\u202eright\u2066", "leftright"),
        ("e\u0301", "é"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"),
        ("👨\u200d👩\u200d👧", "👨👩👧"),
        ("🇰🇷", "KR"),
        ("👍🏽", "👍"),
        ("❤\ufe0f", "❤"),
        ("broken \udcff", "broken \N{REPLACEMENT CHARACTER}"),
        ("[bold]not markup[/bold]", "[bold]not markup[/bold]"),
    ],
)
def test_what_could_spoil_the_screen_is_made_visible_or_left_out(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_glyphs_are_one_cell_wide_in_every_terminal() -> None:
    marks = [*(mark.glyph for mark in MARKS.values()), UNSPOKEN.glyph, PLAYING, CONFLICT, *SPINNER]
    for glyph in marks:
        assert unicodedata.east_asian_width(glyph) in ("N", "Na"), glyph


def test_statuses_can_be_told_apart_without_colour() -> None:
    glyphs = [mark.glyph for mark in (*MARKS.values(), UNSPOKEN)]
    assert len(set(glyphs)) == len(glyphs)


@given(st.text("a가 "), st.integers(0, 40))
def test_an_underlay_covers_whole_characters_and_changes_no_text(text: str, cells: int) -> None:
    over = Style(bgcolor="red")
    painted = underlay([Segment(text[:3]), Segment(text[3:])], cells, over)
    assert "".join(segment.text for segment in painted) == text
    covered = [segment.text for segment in painted if segment.style]
    assert cells - 1 <= cell_len("".join(covered)) <= cells or cell_len(text) <= cells
    assert text.startswith("".join(covered))


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (3723, "1:02:03")]
)
def test_time_is_told_as_on_a_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("~/a", 5, "~/a  "),
        ("~/films/coffee", 8, "…/coffee"),
        ("~/나의 영상", 6, "… 영상"),
        ("~/나의영상", 6, "…영상 "),
        ("영", 1, "…"),
        ("a", 0, ""),
    ],
)
def test_a_path_loses_its_beginning_rather_than_its_end(text: str, width: int, shown: str) -> None:
    assert fit_end(text, width) == shown
    assert cell_len(shown) == width
