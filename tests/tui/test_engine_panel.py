from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from textual.widgets import Log

from engine.client.base import EngineChanged
from engine.closing import PHRASES
from engine.errors import EngineLost, EngineStartError
from engine.places import log_folder
from engine.project import Project
from engine.script import read_script
from engine.settings_file import write_setting
from tests.tui.conftest import OpenDesk
from tests.tui.desk import TEXTS, Desk, TellingEngine
from tui.engine_facts import ranges
from tui.guards import LOG_NAME
from tui.log_follower import LogFollower, LogNews
from tui.screens.engine import EnginePanel


def own_log() -> Path:
    return log_folder() / LOG_NAME


def line(desk: Desk, name: str) -> str:
    """What the panel says of this; empty while it says nothing."""
    found = next((line for line in desk.lines if f"│  {name} " in line), "")
    return found.partition(name)[2].rpartition("│")[0].strip()


async def open_panel(desk: Desk) -> EnginePanel:
    await desk.press("f12")
    await desk.sees("─ Engine and log ─")
    panel = desk.app.screen
    assert isinstance(panel, EnginePanel)
    return panel


# The engine


async def test_the_panel_tells_who_speaks_and_that_nothing_is_to_be_done(desk: OpenDesk) -> None:
    async with desk() as d:
        await open_panel(d)
        await d.sees("Restarts")
        assert line(d, "Engine") == "scripted  ◉ ready"
        assert line(d, "Model") == "tone"
        assert line(d, "Device") == "cpu · int16"
        assert line(d, "Version") == "1"
        assert line(d, "Now") == "nothing"
        assert line(d, "Queue") == "empty"
        assert line(d, "Speed") == "not measured yet"
        assert line(d, "Restarts") == "none"
        assert "Last fault" not in d.screen
        assert "Time left" not in d.screen


async def test_the_panel_tells_that_the_closing_phrase_is_learnt(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    gate = asyncio.Event()
    engine.plan(PHRASES["ko"], gate)
    write_setting("closing", "always")
    async with desk() as d:
        await d.press("r")
        await open_panel(d)
        learning = f"Learning the closing phrase: {PHRASES['ko']}"
        await d.until(lambda: line(d, "Now") == learning)
        assert f"row 1, 0.0 s so far: {TEXTS[0]}" in d.screen
        gate.set()
        await d.until(lambda: line(d, "Now") == "nothing")


@pytest.mark.parametrize("key", ["escape", "f12", "q", "ㅂ"])
async def test_the_panel_is_closed_and_the_desk_is_there_again(desk: OpenDesk, key: str) -> None:
    async with desk() as d:
        await open_panel(d)
        await d.press(key, "down")
        assert "Engine and log" not in d.screen
        assert "오늘은" in d.current_line


async def test_the_panel_opens_where_the_engine_is_clicked_in_the_header(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.pilot.click(d.app.desk.header, offset=(d.lines[0].index("ready"), 0))
        await d.sees("─ Engine and log ─")


async def test_what_is_spoken_and_what_waits_is_shown_and_kept_up_to_date(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    first, second = asyncio.Event(), asyncio.Event()
    engine.plan(TEXTS[0], first)
    engine.plan(TEXTS[4], second)
    async with desk() as d:
        await d.press("R")
        await d.until(lambda: engine.in_flight == [TEXTS[0]])
        await d.press("end", "r")
        await open_panel(d)
        await d.until(lambda: line(d, "Now") == f"row 1, 0.5 s so far: {TEXTS[0]}")
        await d.until(lambda: line(d, "Queue") == "4 takes wait: rows 5, 2–4")
        assert line(d, "Done") == "0 of 5"
        first.set()
        await d.until(lambda: line(d, "Now").startswith("row 4, 0.5 s so far"))
        assert line(d, "Queue") == "empty"
        assert line(d, "Done") == "4 of 5"
        assert " of audio in " in line(d, "Speed")
        await d.until(lambda: line(d, "Time left"))
        second.set()
        await d.until(lambda: line(d, "Now") == "nothing")
        assert "× real time: 0:0" in line(d, "Speed")
        await d.until(lambda: "Time left" not in d.screen)


async def test_restarts_and_the_last_fault_are_told_in_plain_words(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    async with desk() as d:
        await open_panel(d)
        assert engine.on_state
        lost = EngineLost("The [b]process\x1b ended.", "Its last words.", from_outside=False)
        engine.on_state(EngineChanged("restarting", None, lost))
        await d.until(lambda: line(d, "Restarts") == "1 time since the desk was opened")
        await d.until(lambda: line(d, "Last fault").endswith("The [b]process␛ ended."))
        await d.sees("Its last words.")
        # It is ready again at once; what has happened is not forgotten.
        await d.until(lambda: line(d, "Engine") == "scripted  ◉ ready")
        engine.on_state(EngineChanged("restarting", None, lost))
        await d.until(lambda: line(d, "Restarts") == "2 times since the desk was opened")


async def test_an_engine_that_cannot_be_had_is_told_with_its_reason(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    engine.start_error = EngineStartError("No such model.", "Fetch it first.")
    async with desk() as d:
        await d.sees("Something went wrong")
        await d.press("escape")
        await open_panel(d)
        await d.until(lambda: line(d, "Engine") == "scripted  ⊘ cannot be had")
        await d.until(lambda: line(d, "Last fault").endswith("No such model."))
        await d.sees("Fetch it first.")


async def test_a_project_that_another_studio_holds_is_not_spoken_here_and_says_so(
    desk: OpenDesk, script: Path
) -> None:
    with Project.open(script, read_script(script)):
        async with desk() as d:
            await open_panel(d)
            await d.sees("this project is not spoken here")
            assert line(d, "Engine") == "scripted  ∅ not used here"


async def test_the_log_is_there_even_where_the_project_is_not_yet(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    monkeypatch.setattr("tui.session.open_session", lambda *_given: go_on.wait() and None)
    own_log().write_text("It begins.\n", "utf-8")
    async with desk(wait=False) as d:
        try:
            await open_panel(d)
            await d.sees("It begins.")
            await d.until(lambda: line(d, "Now") == "The project is being opened.")
        finally:
            go_on.set()


@pytest.mark.parametrize(
    ("numbers", "said"),
    [([], ""), ([4], "4"), ([4, 5, 6], "4–6"), ([9, 2, 3, 11], "9, 2–3, 11"), ([2, 1], "2, 1")],
)
def test_neighbours_in_the_queue_are_drawn_together(numbers: list[int], said: str) -> None:
    assert ranges(numbers) == said


# The logs


async def test_the_log_follows_what_is_written_and_takes_nothing_of_it_for_markup(
    desk: OpenDesk,
) -> None:
    own_log().write_text("[bold]one[/nothing] \x1b[2Jtwo\n", "utf-8")
    async with desk() as d:
        await open_panel(d)
        await d.sees("[bold]one[/nothing] ␛[2Jtwo")
        with own_log().open("a", encoding="utf-8") as log:
            log.write("".join(f"line {number}\n" for number in range(200)))
        await d.sees("line 199")


async def test_a_log_that_is_scrolled_up_stays_where_it_is_until_its_end_is_wanted(
    desk: OpenDesk,
) -> None:
    own_log().write_text("".join(f"line {number}\n" for number in range(200)), "utf-8")
    async with desk() as d:
        await open_panel(d)
        await d.sees("line 199")
        await d.press("home")
        await d.sees("line 0 ")
        with own_log().open("a", encoding="utf-8") as log:
            log.write("the last\n")
        shown = d.app.screen.query_one(Log)
        await d.until(lambda: shown.line_count == 201)
        assert "line 0 " in d.screen
        assert "the last" not in d.screen
        await d.press("end")
        await d.sees("the last")


@pytest.mark.parametrize("way", ["tab", "click"])
async def test_the_other_log_is_that_of_the_engine(
    desk: OpenDesk, engine: TellingEngine, tmp_path: Path, way: str
) -> None:
    own_log().write_text("of the studio\n", "utf-8")
    engine.log_file = tmp_path / "worker.log"
    engine.log_file.write_text("of the engine\n", "utf-8")
    async with desk() as d:
        await open_panel(d)
        await d.sees("of the studio")
        if way == "tab":
            await d.press("tab")
        else:
            row = next(y for y, text in enumerate(d.lines) if "The engine's log" in text)
            at = (d.lines[row].index("The engine's log") + 2, row)
            await d.pilot.click(offset=at)
        await d.sees("of the engine")
        assert "of the studio" not in d.screen
        assert "worker.log" in d.screen


async def test_the_engines_log_comes_first_after_a_fault_of_the_engine(
    desk: OpenDesk, engine: TellingEngine, tmp_path: Path
) -> None:
    engine.log_file = tmp_path / "worker.log"
    engine.log_file.write_text("Segmentation fault\n", "utf-8")
    async with desk() as d:
        assert engine.on_state
        engine.on_state(EngineChanged("restarting", None, EngineLost("Gone.", from_outside=False)))
        await d.until(lambda: d.session.history.restarts)
        await open_panel(d)
        await d.sees("Segmentation fault")


async def test_an_engine_that_keeps_no_log_here_says_so(desk: OpenDesk) -> None:
    async with desk() as d:
        await open_panel(d)
        await d.press("tab")
        await d.sees("is not kept on this machine")


async def test_the_log_and_its_path_can_be_copied(desk: OpenDesk) -> None:
    own_log().write_text("one\ntwo\n", "utf-8")
    async with desk() as d:
        await open_panel(d)
        await d.sees("two")
        await d.press("c")
        assert d.app.clipboard == "one\ntwo"
        await d.sees("Copied")
        await d.press("p")
        assert d.app.clipboard == str(own_log())


async def test_only_what_is_selected_is_copied(desk: OpenDesk) -> None:
    own_log().write_text("one\ntwo\nthree\n", "utf-8")
    async with desk() as d:
        panel = await open_panel(d)
        await d.sees("three")
        log = panel.query_one(Log)
        await d.pilot.mouse_down(log, offset=(0, 1))
        await d.pilot.hover(log, offset=(3, 1))
        await d.pilot.mouse_up(log, offset=(3, 1))
        await d.press("c")
        assert d.app.clipboard == "two"


async def test_no_key_waits_for_a_log_that_cannot_be_read_now(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, go_on = threading.Event(), threading.Event()

    def slow(_self: LogFollower) -> LogNews:
        assert threading.current_thread() is not threading.main_thread()
        reading.set()
        go_on.wait()
        return LogNews((), anew=False)

    monkeypatch.setattr(LogFollower, "read", slow)
    async with desk() as d:
        try:
            await open_panel(d)
            await d.until(reading.is_set)
            await d.press("escape", "down")
            assert "오늘은" in d.current_line
        finally:
            go_on.set()


async def test_a_log_that_cannot_be_read_says_why(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: LogFollower) -> LogNews:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(LogFollower, "read", refuse)
    async with desk() as d:
        await open_panel(d)
        await d.sees("It cannot be read: Permission denied")
