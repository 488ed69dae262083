"""The menu of what is not done all day."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tests.tui.conftest import OpenDesk
from tests.tui.desk import Desk
from tui.actions import MENU
from tui.screens.menu import MenuPanel


async def open_menu(d: Desk) -> None:
    await d.press("f10")
    await d.sees("─ Menu ─")


async def test_the_menu_names_what_is_in_the_table_with_its_keys(desk: OpenDesk) -> None:
    async with desk(size=(120, 40)) as d:
        await open_menu(d)
        for action in MENU:
            line = next(line for line in d.lines if f"│  {action.label}  " in line)
            assert action.tooltip in line
            assert any(key in line for key in action.shown_keys)
    known = {"edit.pronunciations", "project.export", "app.settings", "app.help"}
    assert known <= {action.id for action in MENU}


async def test_each_action_has_a_line_of_its_own_at_80_by_24(desk: OpenDesk) -> None:
    async with desk() as d:
        await open_menu(d)
        top = next(y for y, line in enumerate(d.lines) if "─ Menu ─" in line) + 2
        for action, line in zip(MENU, d.lines[top:], strict=False):
            assert f"│  {action.label}  " in line


async def test_what_is_chosen_with_the_keys_is_done(desk: OpenDesk) -> None:
    async with desk() as d:
        await open_menu(d)
        for _step in range(len(MENU)):
            await d.press("down")
            if highlighted(d) == "app.help":
                break
        await d.press("up", "j", "enter")
        await d.sees("─ Keys ─")
        await d.press("escape")
        assert "─ Menu ─" not in d.screen


def highlighted(d: Desk) -> str:
    panel = d.app.screen
    assert isinstance(panel, MenuPanel)
    return panel.highlighted.id


async def test_what_is_clicked_is_done(desk: OpenDesk) -> None:
    async with desk() as d:
        await open_menu(d)
        y, line = next((y, line) for y, line in enumerate(d.lines) if "│  Export" in line)
        await d.pilot.click(offset=(cell_len(line.partition("Export")[0]) + 1, y))
        await d.sees("Nothing to export yet")


async def test_the_keys_that_it_names_work_in_it_too(desk: OpenDesk) -> None:
    async with desk() as d:
        await open_menu(d)
        await d.press("f1")
        await d.sees("─ Keys ─")
        await d.press("escape")
        assert "─ Menu ─" not in d.screen


@pytest.mark.parametrize("key", ["escape", "f10", "q"])
async def test_the_menu_is_left_without_doing_anything(desk: OpenDesk, key: str) -> None:
    async with desk() as d:
        await open_menu(d)
        await d.press(key)
        assert "─ Menu ─" not in d.screen
        assert d.app.is_running
        await d.press("down")
        assert "오늘은" in d.current_line


async def test_the_menu_offers_only_what_can_be_done_while_a_text_is_edited(
    desk: OpenDesk,
) -> None:
    async with desk() as d:
        await d.press("e", "f10")
        await d.sees("─ Menu ─")
        assert "Settings" in d.screen
        assert "Export  " not in d.screen
        await d.press("escape", "!", "enter")
        await d.until(lambda: d.text(0) == "안녕하세요.!")
