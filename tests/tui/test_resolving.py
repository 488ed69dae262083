"""A row that was changed on the desk and in the script."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.tui.conftest import OpenDesk
from tests.tui.desk import SCRIPT, Desk

MINE, THEIRS = "안녕하십니까.", "여러분, 안녕하세요."


@asynccontextmanager
async def in_conflict(desk: OpenDesk, script: Path) -> AsyncIterator[Desk]:
    """A desk whose first row is."""
    async with desk() as d:
        await d.press("e", "ctrl+u", *MINE, "enter")
    script.write_text(SCRIPT.replace("안녕하세요.", THEIRS), "utf-8")
    async with desk(size=(100, 30)) as d:
        yield d


async def test_both_texts_are_shown_with_the_keys_that_choose(desk: OpenDesk, script: Path) -> None:
    async with in_conflict(desk, script) as d:
        assert MINE in d.current_line
        await d.sees(f"The script now says: {THEIRS}")
        await d.sees("Alt+V takes that text, Alt+K keeps yours.")
        assert "Alt+V Take the script's" in d.key_line
        assert "Alt+K Keep mine" in d.key_line


async def test_alt_v_takes_the_scripts_text_and_undo_brings_the_choice_back(
    desk: OpenDesk, script: Path
) -> None:
    async with in_conflict(desk, script) as d:
        await d.press("alt+v")
        assert d.text(0) == THEIRS
        await d.until(lambda: "The script now says" not in d.screen)
        assert "unsaved" not in d.screen
        await d.press("u")
        await d.sees("Undone: Take the script's text")
        assert d.text(0) == MINE
        await d.sees(f"The script now says: {THEIRS}")


async def test_alt_k_keeps_the_own_text_which_is_then_to_be_saved(
    desk: OpenDesk, script: Path
) -> None:
    async with in_conflict(desk, script) as d:
        assert "unsaved" not in d.screen
        await d.press("alt+k")
        assert d.text(0) == MINE
        await d.sees("1 unsaved")
        assert "The script now says" not in d.screen
        await d.press("ctrl+s")
        await d.until(lambda: MINE in script.read_text("utf-8"))


async def test_a_row_in_conflict_is_not_saved_over_the_scripts(
    desk: OpenDesk, script: Path
) -> None:
    async with in_conflict(desk, script) as d:
        await d.press("down", "e", "!", "enter", "ctrl+s")
        await d.is_told("Not everything was saved.")
        assert THEIRS in script.read_text("utf-8")
        await d.press("f3")
        assert MINE in d.current_line


async def test_many_are_chosen_at_once(desk: OpenDesk, script: Path) -> None:
    async with in_conflict(desk, script) as d:
        await d.press("ctrl+a", "alt+v")
        assert d.text(0) == THEIRS
        assert not d.app.desk.table.selected_count


@pytest.mark.parametrize("key", ["alt+v", "alt+k"])
async def test_where_only_one_text_was_changed_there_is_nothing_to_choose(
    desk: OpenDesk, key: str
) -> None:
    async with desk() as d:
        await d.press("e", "!", "enter", key)
        await d.sees("Nothing to choose here")
        assert d.text(0) == "안녕하세요.!"
