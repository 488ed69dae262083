from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from engine.domain import Script, Status, Take
from engine.errors import ProjectError, StudioError
from engine.places import config_file
from engine.project import Project
from engine.script import read_script
from tests.tui.conftest import OpenDesk
from tests.tui.desk import TEXTS, TellingEngine
from tui.early import Flags
from tui.messages import Failed
from tui.session import Session, open_session
from tui.widgets.sentence_dock import SentenceDock


async def test_an_error_is_shown_with_its_hint_and_can_be_copied(desk: OpenDesk) -> None:
    async with desk() as d:
        error = StudioError("[bold]No[/bold] such \x1b[31mthing", "Try [/another].\nOr none.")
        d.app.post_message(Failed(error))
        await d.sees("[bold]No[/bold] such ␛[31mthing")
        await d.sees("Try [/another].")
        await d.press("c")
        assert d.app.clipboard == "[bold]No[/bold] such \x1b[31mthing\n\nTry [/another].\nOr none."
        await d.sees("Copied")
        await d.press("escape")
        assert "such" not in d.screen


async def test_a_mistake_of_the_program_is_told_without_a_traceback(desk: OpenDesk) -> None:
    async with desk() as d:

        async def fail() -> None:
            raise ZeroDivisionError("by nought")

        d.app.desk.run_worker(fail(), group="test", exit_on_error=False)
        await d.sees("ZeroDivisionError: by nought")
        assert "Traceback" not in d.screen
        await d.press("escape", "down")
        assert "오늘은" in d.current_line


async def test_leaving_is_asked_about_while_sentences_are_spoken(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    engine.plan(TEXTS[0], asyncio.Event())
    async with desk() as d:
        await d.press("R")
        await d.until(lambda: engine.in_flight)
        await d.press("q")
        await d.sees("5 sentences are being spoken")
        await d.press("escape")
        assert d.app.is_running
        assert d.session.busy == 5
        await d.press("ctrl+q", "q")
        await d.until(lambda: not d.app.is_running)
    assert d.app.return_value == 0
    assert engine.in_flight == []


async def test_leaving_is_not_asked_about_a_take_that_is_being_recorded(
    script: Path, desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording, go_on = asyncio.Event(), asyncio.Event()
    async with desk() as d:
        add_take = d.project.add_take

        async def slow_disk(*args: Any) -> Take:
            recording.set()
            await go_on.wait()
            return await add_take(*args)

        monkeypatch.setattr(d.project, "add_take", slow_disk)
        await d.press("r")
        await d.until(recording.is_set)
        leaving = asyncio.ensure_future(d.press("q"))
        await d.until(lambda: "Closing …" in d.screen)
        go_on.set()
        await leaving
        await d.until(lambda: not d.app.is_running)
    with Project.open(script, read_script(script)) as project:
        assert project.row(project.ids[0]).status is Status.READY


async def test_leaving_is_not_asked_about_when_nothing_is_going_on(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("q")
        await d.until(lambda: not d.app.is_running)
    assert d.app.return_value == 0


async def test_ctrl_c_does_not_leave_but_says_what_does(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("ctrl+c")
        assert "Ctrl+Q" in d.key_line
        assert d.app.is_running


def wavs_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.wav"))


async def test_an_export_is_summed_up_and_its_folder_can_be_copied(
    desk: OpenDesk, script: Path
) -> None:
    async with desk(size=(120, 40)) as d:
        await d.press("down", "r")
        await d.until(lambda: not d.session.busy)
        await d.press("f9")
        await d.sees("─ Export ─")
        assert "1  new" in d.screen
        assert "Without a take  4" in d.screen
        assert "It has not been spoken yet." in d.screen
        await d.press("c")
    folder = Path(d.app.clipboard)
    assert folder.parent == script.parent / "output"
    assert wavs_in(folder) == ["002_오늘은_목소리_이야기를_합니다.wav"]


async def test_an_export_of_nothing_says_so(desk: OpenDesk, script: Path) -> None:
    async with desk() as d:
        await d.press("ctrl+e")
        await d.sees("Nothing to export yet")
    assert not (script.parent / "output").exists()


async def test_commands_are_found_by_name_in_the_palette(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("ctrl+p", *"not spoken")
        await d.sees("Not spoken  (h, #")
        await d.press("enter")
        await d.until(lambda: not d.project.row(d.project.ids[0]).sentence.spoken)


@pytest.mark.parametrize("keys", [["pagedown"] * 16, ["space"] * 16])
async def test_a_panel_that_is_longer_than_the_screen_is_read_to_its_end(
    desk: OpenDesk, keys: list[str]
) -> None:
    async with desk() as d:
        await d.press("f1")
        await d.sees("─ Keys ─")
        assert "Hangul" not in d.screen
        await d.press(*keys)
        assert "Hangul" in d.screen


async def test_an_unknown_theme_is_told_and_the_usual_one_is_used(desk: OpenDesk) -> None:
    async with desk(theme="mauve") as d:
        assert d.app.theme == "studio-dark"
        assert any("mauve" in n.title for n in d.told)


async def test_every_theme_can_be_drawn(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.speak_all()
        for theme in d.app.available_themes:
            d.app.theme = theme
            await d.pilot.pause()
            assert "안녕하세요." in d.current_line


async def test_keys_in_the_bottom_line_can_be_clicked(desk: OpenDesk) -> None:
    async with desk() as d:
        bar = d.app.desk.bar
        await d.pilot.click(bar, offset=(d.key_line.index("Speak all"), 0))
        await d.until(lambda: not d.session.busy and d.session.tally.figures.done == 5)


async def test_leaving_tells_first_when_something_could_not_be_written(
    desk: OpenDesk, monkeypatch
) -> None:
    async with desk() as d:

        def full() -> None:
            raise ProjectError("The disk is full.", "Free some space.")

        monkeypatch.setattr(d.project, "flush", full)
        await d.press("q")
        await d.sees("To leave all the same, quit once more.")
        assert d.app.is_running
        await d.press("escape", "q")
        await d.until(lambda: not d.app.is_running)


async def test_the_program_can_be_left_while_the_project_is_still_opening(
    script: Path, desk: OpenDesk
) -> None:
    async with desk(wait=False) as d:
        await d.press("ctrl+q")
        await d.until(lambda: not d.app.is_running)
    assert d.app.return_value == 0
    with Project.open(script, read_script(script)) as project:
        assert not project.read_only


async def test_a_project_that_opens_while_the_program_is_left_is_closed_and_not_worked_on(
    script: Path, desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(path: Path, read: Script, flags: Flags) -> Session:
        begun.set()
        go_on.wait()
        return open_session(path, read, flags)

    monkeypatch.setattr("tui.session.open_session", slow)
    async with desk(wait=False) as d:
        await d.until(begun.is_set)
        closing = asyncio.ensure_future(d.app.desk.close())
        await asyncio.sleep(0)
        go_on.set()
        await closing
        await d.until(lambda: all(worker.is_finished for worker in d.app.workers))
        assert d.app.desk.session is None
    with Project.open(script, read_script(script)) as project:
        assert not project.read_only


async def test_a_project_is_not_opened_once_the_desk_has_been_closed(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = asyncio.Event()
    real, opened = SentenceDock.add_editor, []

    async def slow(self: SentenceDock) -> None:
        await late.wait()
        await real(self)

    monkeypatch.setattr(SentenceDock, "add_editor", slow)
    monkeypatch.setattr("tui.session.open_session", lambda *given: opened.append(given))
    async with desk(wait=False) as d:
        await d.app.desk.close()
        late.set()
        await d.until(lambda: all(worker.is_finished for worker in d.app.workers))
    assert opened == []


@pytest.mark.parametrize("wrong", ['silence = "x"', "silense = 1", "silence = "])
async def test_a_wrong_setting_ends_the_desk_and_is_kept_to_be_told(
    script: Path, desk: OpenDesk, wrong: str
) -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text(wrong, "utf-8")
    async with desk(wait=False) as d:
        await d.until(lambda: not d.app.is_running)
        assert len(d.app.screen_stack) <= 1
    assert d.app.refusal is not None
    assert "config.toml" in str(d.app.refusal)
    with Project.open(script, read_script(script)) as project:
        assert not project.read_only
