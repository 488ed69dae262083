"""The script file, written with what was done on the desk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from engine.domain import Status
from engine.errors import ProjectError
from engine.project import scripted
from engine.script import read_script
from tests.tui.conftest import OpenDesk
from tests.tui.desk import SCRIPT, TEXTS, Desk


async def retype(d: Desk, text: str) -> None:
    await d.press("e", "ctrl+u", *text, "enter")


async def save(d: Desk) -> None:
    await d.press("ctrl+s")
    await d.until(lambda: not d.project.saving_script)
    await d.pilot.pause()


async def test_ctrl_s_writes_what_was_edited_and_tells_where_the_old_script_is(
    desk: OpenDesk, script: Path
) -> None:
    async with desk() as d:
        await retype(d, "반갑습니다.")
        await save(d)
        await d.sees("Saved 1 change; the old script is in 나레이션.txt.bak.")
    assert script.read_text("utf-8") == SCRIPT.replace(TEXTS[0], "반갑습니다.")
    assert script.with_name("나레이션.txt.bak").read_text("utf-8") == SCRIPT


async def test_the_header_counts_what_is_not_saved_yet_and_a_click_there_saves_it(
    desk: OpenDesk, script: Path
) -> None:
    async with desk() as d:
        assert "unsaved" not in d.screen
        await retype(d, "반갑습니다.")
        await d.press("down")
        await retype(d, "시작합니다.")
        await d.sees("2 unsaved")
        await d.press("u")
        await d.sees("1 unsaved")
        before = d.lines[0].partition("unsaved")[0]
        await d.pilot.click(offset=(cell_len(before), 0))
        await d.until(lambda: "unsaved" not in d.lines[0])
        assert "반갑습니다." in script.read_text("utf-8")


async def test_the_bottom_line_offers_to_save_only_what_is_not_saved_yet(desk: OpenDesk) -> None:
    async with desk(size=(160, 24)) as d:
        assert "Save script" not in d.key_line
        await retype(d, "반갑습니다.")
        await d.until(lambda: "Ctrl+S Save script" in d.key_line)
        await save(d)
        await d.press("down")
        await d.until(lambda: "Save script" not in d.key_line)


async def test_saved_rows_keep_their_takes_and_are_not_marked(desk: OpenDesk) -> None:
    async with desk() as d:
        await retype(d, "반갑습니다. 여러분.")
        await d.speak_all()
        await d.press("a", "home")
        await save(d)
        assert d.status(0) is Status.ACCEPTED
        assert "✓" in d.current_line
    async with desk() as d:
        assert d.text(0) == "반갑습니다. 여러분."
        assert d.status(0) is Status.ACCEPTED
        assert d.told == []


async def test_with_nothing_to_save_the_desk_says_so(desk: OpenDesk, script: Path) -> None:
    async with desk() as d:
        await d.press("ctrl+s")
        await d.sees("Nothing to save")
    assert not script.with_name("나레이션.txt.bak").exists()


async def test_a_row_that_a_file_cannot_hold_is_shown_and_nothing_is_written(
    desk: OpenDesk, script: Path
) -> None:
    async with desk() as d:
        await retype(d, "# 제목")
        await d.press("end")
        await save(d)
        await d.is_told("would be read as something else: # 제목")
        assert "# 제목" in d.current_line
    assert script.read_text("utf-8") == SCRIPT


async def test_a_change_outside_is_taken_over_before_the_script_is_written(
    desk: OpenDesk, script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.watching.PERIOD", 3600.0)
    async with desk() as d:
        await retype(d, "반갑습니다.")
        script.write_text(SCRIPT.replace(TEXTS[2], "준비됐나요?"), "utf-8")
        await save(d)
        await d.is_told("has been changed outside")
        await d.until(lambda: d.text(2) == "준비됐나요?")
        assert TEXTS[0] in script.read_text("utf-8")
        await save(d)
        await d.sees("Saved 1 change")
    said = [row.text for row in read_script(script).sentences]
    assert said == ["반갑습니다.", TEXTS[1], "준비됐나요?", *TEXTS[3:]]


async def test_a_script_that_cannot_be_written_is_told_and_the_edits_stay(
    desk: OpenDesk, script: Path
) -> None:
    async with desk() as d:
        await retype(d, "반갑습니다.")
        script.chmod(0o444)
        await save(d)
        await d.is_told("may not be opened")
        await d.sees("1 unsaved")
        script.chmod(0o644)
        await save(d)
        await d.sees("Saved 1 change")


async def test_a_script_in_an_encoding_without_the_new_letters_becomes_utf_8_with_a_word(
    desk: OpenDesk, script: Path
) -> None:
    script.write_bytes(SCRIPT.encode("cp949"))
    async with desk() as d:
        await retype(d, "반갑습니다 们.")
        await save(d)
        await d.is_told("The script is in UTF-8 now.")
    assert "반갑습니다 们." in script.read_text("utf-8-sig")


async def test_a_project_that_another_studio_holds_is_not_saved(
    desk: OpenDesk, script: Path
) -> None:
    async with desk(), desk() as other:
        await other.press("ctrl+s")
        await other.sees("Another studio holds this project")
    assert script.read_text("utf-8") == SCRIPT


async def test_who_leaves_at_once_after_saving_has_saved(
    desk: OpenDesk, script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put: Callable[..., str] = scripted.put
    asked = False

    def slow(*args: object) -> str:
        while not asked:
            pass
        return put(*args)

    monkeypatch.setattr(scripted, "put", slow)
    async with desk() as d:
        await retype(d, "반갑습니다.")
        await d.press("ctrl+s")
        assert d.project.saving_script
        asked = True
        await d.press("ctrl+q")
    assert "반갑습니다." in script.read_text("utf-8")
    async with desk() as d:
        assert d.project.unsaved == 0


async def test_a_full_disk_is_told_and_the_next_try_writes_it_all(
    desk: OpenDesk, script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> str:
        raise ProjectError("The disk is full: 나레이션.txt could not be written.", "Free some.")

    async with desk() as d:
        await retype(d, "반갑습니다.")
        with monkeypatch.context() as patch:
            patch.setattr(scripted, "put", full)
            await save(d)
        await d.is_told("The disk is full")
        assert script.read_text("utf-8") == SCRIPT
        await save(d)
        await d.sees("Saved 1 change")
