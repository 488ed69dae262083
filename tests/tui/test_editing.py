from __future__ import annotations

import asyncio

from textual import events

from engine.domain import Status
from tests.tui.conftest import OpenDesk
from tests.tui.desk import TEXTS, Desk, TellingEngine


async def retype(d: Desk, text: str) -> None:
    await d.press("e", "ctrl+u", *text)


async def test_enter_keeps_what_was_typed(desk: OpenDesk) -> None:
    async with desk() as d:
        await retype(d, "새 문장.")
        assert "Enter Keep" in d.key_line
        await d.press("enter")
        assert d.text(0) == "새 문장."
        assert "새 문장." in d.current_line
        assert "Speak" in d.key_line


async def test_escape_leaves_the_text_as_it_was(desk: OpenDesk) -> None:
    async with desk() as d:
        await retype(d, "Nothing of this")
        await d.press("escape")
        assert d.text(0) == "안녕하세요."
        assert "안녕하세요." in d.current_line
        await d.press("down")
        assert "오늘은" in d.current_line


async def test_the_keys_of_the_desk_are_letters_in_the_editor(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    async with desk() as d:
        await retype(d, "arRxcuq ㅓㅁ가")
        await d.press("f8", "f7", "ctrl+e", "enter")
        assert d.text(0) == "arRxcuq ㅓㅁ가"
        assert engine.asked == []


async def test_an_edited_row_is_marked_as_changed_since_it_was_spoken(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("e", "!", "enter")
        assert d.status(0) is Status.STALE
        assert "↻" in d.current_line
        assert "Re-roll" in d.key_line
        await d.press("u")
        assert d.status(0) is Status.READY


async def test_f5_keeps_the_text_and_speaks_it(desk: OpenDesk, engine: TellingEngine) -> None:
    async with desk() as d:
        await retype(d, "새 문장.")
        await d.press("f5")
        await d.until(lambda: d.status(0) is Status.READY)
        assert engine.asked[0].spoken.text == "새 문장."


async def test_a_row_can_be_edited_while_it_is_spoken(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    go_on = asyncio.Event()
    engine.plan(TEXTS[0], go_on)
    async with desk() as d:
        await d.press("r")
        await d.until(lambda: engine.in_flight)
        await retype(d, "두 번째")
        go_on.set()
        await d.until(lambda: not d.session.busy)
        await d.press(*" 글", "enter")
        assert d.text(0) == "두 번째 글"
        assert d.status(0) is Status.STALE


async def test_lines_that_are_pasted_become_one(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("e", "ctrl+u")
        d.app.post_message(events.Paste("one\r\n  two\n\nthree"))
        await d.until(lambda: "three" in d.app.desk.dock.editor.text)
        await d.press("enter")
        assert d.text(0) == "one two three"


async def test_an_empty_text_is_not_kept(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("e", "ctrl+u", "enter")
        assert d.text(0) == "안녕하세요."
        assert "needs a text" in d.key_line


async def test_clicking_another_row_keeps_the_edit(desk: OpenDesk) -> None:
    async with desk() as d:
        await retype(d, "새 문장.")
        table = d.app.desk.table
        await d.pilot.click(table, offset=(20, 3))
        await d.pilot.pause()
        assert d.text(0) == "새 문장."
        assert "준비되셨나요?" in d.current_line
        assert d.app.focused is table


async def test_a_double_click_opens_the_editor(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.pilot.click(d.app.desk.table, offset=(20, 2), times=2)
        await d.until(lambda: d.app.desk.dock.editing)
        await d.press("!", "enter")
        assert d.text(1).endswith("!")


async def test_leaving_the_program_keeps_an_edit_that_is_open(desk: OpenDesk) -> None:
    async with desk() as d:
        project = d.project
        await retype(d, "새 문장.")
        await d.press("ctrl+q")
    assert project.row(project.ids[0]).sentence.text == "새 문장."
