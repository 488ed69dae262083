"""The script file is changed outside while the desk is open."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.tui.conftest import OpenDesk
from tests.tui.desk import SCRIPT, TEXTS, Desk, TellingEngine


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk looks at the file many times a second."""
    monkeypatch.setattr("tui.watching.PERIOD", 0.02)


def notes(d: Desk) -> list[str]:
    return [f"{note.title} {note.message}" for note in d.told]


def shown(d: Desk) -> list[str]:
    return [d.project.row(id_).sentence.text for id_ in d.project.ids]


async def test_a_change_is_taken_over_and_told(desk: OpenDesk, script: Path) -> None:
    async with desk() as d:
        changed = SCRIPT.replace(TEXTS[2], "준비됐나요?").replace("(웃음)\n", "")
        script.write_text(changed + "\n끝입니다.\n끝!\n", "utf-8")
        await d.is_told("2 new, 1 changed, 1 gone")
        await d.is_told("The script has changed.")
        assert shown(d) == [*TEXTS[:2], "준비됐나요?", *TEXTS[4:], "끝입니다.", "끝!"]
        assert "준비됐나요?" in d.line_with("준비")


async def test_the_cursor_stays_on_its_sentence(desk: OpenDesk, script: Path) -> None:
    async with desk() as d:
        await d.press("down", "down")
        script.write_text("새 첫 줄.\n둘째 줄.\n\n" + SCRIPT, "utf-8")
        await d.is_told("2 new")
        assert TEXTS[2] in d.current_line
        script.write_text(SCRIPT.replace(TEXTS[2], ""), "utf-8")
        await d.until(lambda: TEXTS[2] not in shown(d))
        await d.pilot.pause()
        assert "▌" in d.screen


async def test_a_file_that_is_replaced_or_comes_back_is_followed_too(
    desk: OpenDesk, script: Path
) -> None:
    async with desk() as d:
        new = script.with_name("new.txt")
        new.write_text(SCRIPT + "끝입니다.\n", "utf-8")
        new.replace(script)
        await d.is_told("1 new")
        script.unlink()
        await d.is_told("There is no file")
        assert len(shown(d)) == 7
        script.write_text(SCRIPT, "utf-8")
        await d.is_told("1 gone")


@pytest.mark.parametrize("data", [b"", b"# 1\n", b"\x00\x01\x02", SCRIPT.encode()[:20] + b"\xff"])
async def test_a_file_that_is_empty_or_no_text_takes_nothing_away(
    desk: OpenDesk, script: Path, data: bytes
) -> None:
    async with desk() as d:
        script.write_bytes(data)
        await d.is_told("The rows stay as they are.")
        assert shown(d) == list(TEXTS)
        assert len(d.told) == 1
        script.write_text(SCRIPT + "끝입니다.\n", "utf-8")
        await d.is_told("1 new")


async def test_a_second_change_that_the_clock_of_the_disk_does_not_show_is_seen(
    desk: OpenDesk, script: Path
) -> None:
    async with desk() as d:
        script.write_text(SCRIPT + "끝이다.\n", "utf-8")
        await d.is_told("1 new")
        before = script.stat()
        with script.open("r+b") as file:
            file.seek(len((SCRIPT + "끝이").encode()))
            file.write("야".encode())
        os.utime(script, ns=(before.st_atime_ns, before.st_mtime_ns))
        await d.until(lambda: "끝이야." in shown(d))


async def test_what_the_desk_wrote_itself_is_no_news(desk: OpenDesk, script: Path) -> None:
    async with desk() as d:
        await d.press("e", "!", "enter", "ctrl+s")
        await d.until(lambda: "안녕하세요.!" in script.read_text("utf-8"))
        script.write_text(script.read_text("utf-8") + "끝입니다.\n", "utf-8")
        await d.is_told("1 new")
        assert notes(d) == ["The script has changed. 1 new"]


async def test_what_is_being_typed_is_not_lost_and_the_change_comes_after_it(
    desk: OpenDesk, script: Path
) -> None:
    async with desk() as d:
        await d.press("e", "ctrl+u", *"반갑")
        script.write_text(SCRIPT.replace("안녕하세요", "여러분 안녕하세요"), "utf-8")
        await d.until(lambda: d.app.desk.has_news)
        await d.press(*"습니다.")
        assert "반갑습니다." in d.screen
        assert d.text(0) == "안녕하세요."
        await d.press("enter")
        await d.is_told("1 edited here too (your text stands)")
        assert d.text(0) == "반갑습니다."
        await d.sees("The script now says: 여러분 안녕하세요.")


async def test_a_change_waits_for_the_end_of_what_is_chosen_in_a_panel(
    desk: OpenDesk, script: Path
) -> None:
    async with desk() as d:
        await d.press("f1")
        script.write_text(SCRIPT + "끝입니다.\n", "utf-8")
        await d.until(lambda: d.app.desk.has_news)
        assert shown(d) == list(TEXTS)
        await d.press("escape")
        await d.is_told("1 new")
        assert shown(d) == [*TEXTS, "끝입니다."]


async def test_a_row_that_is_gone_is_not_spoken_any_more(
    desk: OpenDesk, script: Path, engine: TellingEngine
) -> None:
    go_on = asyncio.Event()
    engine.plan(TEXTS[0], go_on)
    async with desk() as d:
        await d.press("r")
        await d.until(lambda: engine.in_flight)
        script.write_text(SCRIPT.replace(TEXTS[0], ""), "utf-8")
        await d.is_told("1 gone")
        await d.until(lambda: not d.session.busy)
        go_on.set()


async def test_a_project_that_may_only_be_read_does_not_follow(
    desk: OpenDesk, script: Path
) -> None:
    async with desk() as first, desk() as other:
        script.write_text(SCRIPT + "끝입니다.\n", "utf-8")
        await first.until(lambda: len(shown(first)) == 7)
        assert len(shown(other)) == 6
        assert other.told == []
