"""Replacing text in many rows, with a preview."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.project import Project
from engine.script import read_script
from tests.tui.conftest import OpenDesk
from tests.tui.desk import TEXTS, Desk, TellingEngine, open_desk
from tui import bounded
from tui.replacing import Wanted, after, before, pattern_of, replaced
from tui.screens.replace import ReplacePanel


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    lines = ["One apple.", "Two pineapples.", "Three Apples.", "Apple", "Five plums."]
    path.write_text("\n\n".join(lines), "utf-8")
    return path


def texts(d: Desk) -> list[str]:
    return [d.text(index) for index in range(len(d.project.ids))]


def panel_is_open(d: Desk) -> bool:
    return isinstance(d.app.screen, ReplacePanel)


async def test_every_match_is_replaced_in_one_step_after_a_look_at_it(
    words: Path, engine: TellingEngine
) -> None:
    async with open_desk(words, engine=engine) as d:
        first = texts(d)
        await d.press("ctrl+r", *"apple", "tab", *"pear")
        assert "4 rows change." in d.screen
        assert "[x]      1  One apple." in d.screen
        assert "→ One pear." in d.screen
        assert "→ Two pinepears." in d.screen
        assert texts(d) == first
        await d.press("enter")
        assert not panel_is_open(d)
        assert "Replaced in 4 rows." in d.key_line
        second = ["One pear.", "Two pinepears.", "Three pears.", "pear", "Five plums."]
        assert texts(d) == second
        await d.press("u")
        assert texts(d) == first
        assert "Undone: Replace" in d.key_line
        await d.press("ctrl+y")
        assert texts(d) == second


async def test_switches_want_whole_words_and_the_same_case(
    words: Path, engine: TellingEngine
) -> None:
    async with open_desk(words, engine=engine) as d:
        await d.press("ctrl+r", *"apple", "tab", *"pear", "tab", "space")
        assert "2 rows change." in d.screen
        assert "▐x▌ whole words" in d.screen
        assert "▐ ▌ match case" in d.screen
        await d.press("tab", "space")
        assert "1 row changes." in d.screen
        assert "→ One pear." in d.screen
        await d.press("shift+tab", "space")
        assert "2 rows change." in d.screen
        assert "→ Two pinepears." in d.screen
        await d.press("escape")
        assert not panel_is_open(d)
        assert texts(d)[0] == "One apple."


async def test_a_row_can_be_taken_out_by_the_space_bar_and_by_a_click(
    words: Path, engine: TellingEngine
) -> None:
    async with open_desk(words, engine=engine, size=(80, 30)) as d:
        await d.press("ctrl+r", *"apple", "tab", *"pear", "tab", "tab", "tab", "tab")
        await d.press("j", "space")
        assert "3 rows change.  1 taken out." in d.screen
        assert "[ ]      2  Two pineapples." in d.screen
        await d.press("k", "space", "space", "down", "down", "space")
        assert "2 rows change.  2 taken out." in d.screen
        line = next(
            y for y, shown in enumerate(d.lines) if "Three Apples." in shown and "[" in shown
        )
        await d.pilot.click(offset=(30, line))
        await d.until(lambda: "3 rows change.  1 taken out." in d.screen)
        await d.press("enter")
        assert texts(d)[:4] == ["One pear.", "Two pineapples.", "Three pears.", "pear"]


async def test_a_row_that_would_become_empty_is_refused_with_words(
    words: Path, engine: TellingEngine
) -> None:
    async with open_desk(words, engine=engine) as d:
        await d.press("ctrl+r", *"apple")
        assert "3 rows change.  1 would become empty and stays." in d.screen
        await d.press("enter")
        assert texts(d) == ["One .", "Two pines.", "Three s.", "Apple", "Five plums."]


async def test_only_the_selected_rows_change_unless_one_wants_all(
    words: Path, engine: TellingEngine
) -> None:
    async with open_desk(words, engine=engine) as d:
        await d.press("v", "down", "ctrl+r", *"apple", "tab", *"fig")
        assert "▐x▌ only the 2 selected rows" in d.screen
        assert "2 rows change." in d.screen
        await d.press("tab", "tab", "tab", "tab", "space")
        assert "4 rows change." in d.screen
        await d.press("space", "tab", "enter")
        assert texts(d) == ["One fig.", "Two pinefigs.", "Three Apples.", "Apple", "Five plums."]
        assert "selected" not in d.screen


async def test_only_what_a_filter_shows_is_replaced(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("g", "5", "ctrl+r", *"웃음", "tab", *"하하", "enter")
        assert texts(d)[3] == "(하하)"
        await d.press("ctrl+r", *"라디오", "tab", *"a", "enter")
        assert "0 rows change." in d.screen
        assert panel_is_open(d)


async def test_what_was_looked_for_is_offered_to_be_replaced(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("slash", *"라디오", "enter", "ctrl+r")
        assert "1 row changes." in d.screen
        await d.press("tab", *"전축", "enter")
        assert "주인은 전축를 잘" in d.text(4)


async def test_a_regular_expression_takes_its_groups_along(
    words: Path, engine: TellingEngine
) -> None:
    async with open_desk(words, engine=engine) as d:
        await d.press("ctrl+r", *r"(\w+) (apple)", "tab", *r"\2 \1", "tab", "tab", "tab", "space")
        await d.sees("→ apple One.")
        await d.sees("2 rows change.")
        await d.press("tab", "enter")
        assert texts(d)[:3] == ["apple One.", "Two pineapples.", "Apple Threes."]


@pytest.mark.parametrize(
    ("find", "put"), [("(", ""), ("a{2}{3}", ""), ("a", r"\1"), ("(a)", r"\g<b>"), ("a", "\\")]
)
async def test_what_is_no_regular_expression_is_told_as_one_types(
    words: Path, engine: TellingEngine, find: str, put: str
) -> None:
    async with open_desk(words, engine=engine) as d:
        await d.press("ctrl+r", *find, "tab", *put, "tab", "tab", "tab", "space")
        await d.sees("This is no regular expression: ")
        await d.press("tab", "enter")
        assert panel_is_open(d)


async def test_an_expression_that_takes_for_ever_is_given_up_while_the_desk_goes_on(
    tmp_path: Path, engine: TellingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "PATIENCE", 1.0)
    path = tmp_path / "a.txt"
    path.write_text("a" * 60 + "!\n", "utf-8")
    async with open_desk(path, engine=engine) as d:
        await d.press("ctrl+r", *"(a+)+$", "tab", "b", "tab", "tab", "tab", "space")
        await d.press("tab", "enter")
        await d.sees("Still looking")
        await d.sees("This expression takes too long.")
        await d.press("shift+tab", "space")
        assert "0 rows change." in d.screen
        await d.press("space", "escape")
        assert not panel_is_open(d)


async def test_a_project_that_may_only_be_read_is_not_replaced_in(
    script: Path, desk: OpenDesk
) -> None:
    with Project.open(script, read_script(script)):
        async with desk(wait=False) as d:
            await d.sees("Read only")
            await d.press("ctrl+r")
            assert "Another studio" in d.key_line
            assert not panel_is_open(d)


async def test_nothing_to_replace_changes_nothing(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("ctrl+r", "enter")
        assert panel_is_open(d)
        await d.press(*"라디오", "tab", *"라디오", "enter")
        assert panel_is_open(d)
        await d.press("escape", "u")
        assert "Nothing to undo" in d.key_line
        assert texts(d) == list(TEXTS)


def test_pieces_put_together_are_the_text_before_and_after() -> None:
    (pieces,) = replaced(Wanted("a", "bb"), ["xaxax"])
    assert before(pieces) == "xaxax"
    assert after(pieces) == "xbbxbbx"


def test_a_plain_text_means_itself() -> None:
    (pieces,) = replaced(Wanted("a.c", r"\1[x]"), ["abc a.c"])
    assert after(pieces) == r"abc \1[x]"


def test_line_ends_do_not_get_into_a_sentence() -> None:
    (pieces,) = replaced(Wanted(" ", r"\n", regex=True), ["a b"])
    assert "\n" not in after(pieces)


def test_a_pattern_that_is_too_deep_is_no_regular_expression() -> None:
    with pytest.raises(re.error):
        pattern_of(Wanted("(" * 5_000 + ")" * 5_000, regex=True))
