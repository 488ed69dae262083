from __future__ import annotations

import asyncio
from pathlib import Path

from engine.domain import SpeechProgress, Status
from engine.errors import EngineStartError, SpeechFailed, SpeechRefused
from engine.project import Project
from engine.script import read_script
from tests.tui.conftest import OpenDesk
from tests.tui.desk import TEXTS, TellingEngine, open_desk
from tui.messages import WorkStopped


async def test_a_new_script_shows_its_sentences_as_drafts_under_their_sections(
    desk: OpenDesk,
) -> None:
    async with desk() as d:
        for text in TEXTS:
            assert text in d.screen
        assert "1장. 시작 ──" in d.screen
        assert d.line_with("안녕하세요.").split()[1:3] == ["1", "◦"]
        assert d.line_with("(웃음)").split() == ["∅", "(웃음)"]
        assert d.line_with("그 가게의").split()[0] == "4"
        assert "0/5 spoken" in d.screen
        assert "나레이션.txt" in d.lines[0]


async def test_the_first_row_to_speak_is_the_current_one_and_what_stands_above_it_is_seen(
    desk: OpenDesk, script: Path
) -> None:
    script.write_text("# 시작\n\n(음악)\n\n" + "\n".join(["안녕하세요."] * 40), encoding="utf-8")
    async with desk() as d:
        assert "시작 ──" in d.lines[2]
        assert d.lines[3].split() == ["∅", "(음악)"]
        assert d.lines[4].startswith("▌")


async def test_eighty_by_twenty_four_leaves_fourteen_lines_to_the_table(desk: OpenDesk) -> None:
    async with desk() as d:
        assert d.app.desk.table.size.height >= 14
        assert all(len(line) <= 80 for line in d.lines)


async def test_speaking_all_makes_every_spoken_row_ready_and_counts_the_audio(
    desk: OpenDesk,
) -> None:
    async with desk() as d:
        await d.speak_all()
        assert [d.status(i) for i in range(6)].count(Status.READY) == 5
        assert d.status(3) is Status.DRAFT
        await d.sees("5/5 spoken")
        assert "0:05" in d.lines[1]
        assert "1.0s" in d.line_with("안녕하세요.")


async def test_a_row_shows_the_seconds_that_have_arrived_while_it_is_spoken(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    go_on = asyncio.Event()
    engine.plan(TEXTS[0], go_on)
    async with desk() as d:
        await d.press("R")
        await d.until(lambda: "0.5s" in d.line_with("안녕하세요."))
        assert "⋯" in d.line_with("오늘은")
        assert "Cancel" in d.key_line
        go_on.set()
        await d.sees("5/5 spoken")


async def test_a_reroll_goes_ahead_of_the_rest_and_is_not_spoken_again_in_its_turn(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    go_on = asyncio.Event()
    engine.plan(TEXTS[0], go_on)
    async with desk() as d:
        await d.press("R")
        await d.until(lambda: engine.in_flight == [TEXTS[0]])
        await d.press("end", "f5")
        go_on.set()
        await d.until(lambda: not d.session.busy)
        asked = [request.spoken.text for request in engine.asked]
        assert asked == [TEXTS[0], TEXTS[5], TEXTS[1], TEXTS[2], TEXTS[4]]
        await d.until(lambda: d.status(5) is Status.READY)


async def test_a_row_that_is_not_said_is_not_spoken_and_says_how_to_change_that(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    async with desk() as d:
        await d.press("down", "down", "down")
        assert "h Spoken again" in d.key_line
        await d.press("r")
        assert "This row is not spoken" in d.key_line
        await d.press("h")
        await d.until(lambda: "4" in d.line_with("(웃음)"))
        assert d.line_with("그 가게의").split()[0] == "5"
        await d.press("r")
        await d.until(lambda: not d.session.busy and engine.asked)
        assert engine.asked[0].spoken.text == "(웃음)"


async def test_accepting_goes_on_to_the_next_row_that_is_said(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("a", "a", "a")
        assert [d.status(i) for i in range(3)] == [Status.ACCEPTED] * 3
        assert "그 가게의" in d.current_line
        await d.press("f8", "f8")
        await d.sees("✓ 5")
        assert "last row" in d.key_line


async def test_nothing_can_be_accepted_or_played_before_there_is_a_take(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("a")
        assert "Nothing to accept yet" in d.key_line
        await d.press("space")
        assert "No take yet" in d.key_line
        assert "안녕하세요." in d.current_line
        await d.press("x")
        await d.until(lambda: len(d.told) == 1)


async def test_a_row_counts_the_seconds_that_are_made_before_they_can_be_heard(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    gate = asyncio.Event()
    engine.plan(TEXTS[0], SpeechProgress(40), gate)
    async with desk() as d:
        await d.press("R")
        await d.until(lambda: "3.2s" in d.line_with(TEXTS[0]))
        gate.set()
        await d.until(lambda: "1.0s" in d.line_with(TEXTS[0]))


async def test_rejecting_and_speaking_all_makes_another_take(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("x")
        assert d.status(0) is Status.REJECTED
        assert "✗" in d.line_with("안녕하세요.")
        await d.speak_all()
        assert d.status(0) is Status.READY
        await d.until(lambda: "2/2" in d.line_with("안녕하세요."))


async def test_takes_can_be_gone_through(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("r")
        await d.until(lambda: d.status(0) is Status.READY)
        await d.press("T")
        assert "no other take" in d.key_line
        await d.press("r")
        await d.until(lambda: "2/2" in d.line_with("안녕하세요."))
        await d.press("t")
        await d.until(lambda: "1/2" in d.line_with("안녕하세요."))
        await d.press("left_parenthesis")
        await d.until(lambda: "2/2" in d.line_with("안녕하세요."))


async def test_undo_and_redo_say_what_they_did_and_go_there(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("u")
        assert "Nothing to undo" in d.key_line
        await d.speak_all()
        await d.press("x", "end", "u")
        assert "Undone: Reject" in d.key_line
        assert d.status(0) is Status.READY
        assert "안녕하세요." in d.current_line
        await d.press("ctrl+y")
        assert d.status(0) is Status.REJECTED


async def test_next_to_check_finds_failures_before_what_waits_for_an_ear(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    engine.plan(TEXTS[4], SpeechRefused("Too long a sentence.", "Split it."))
    async with desk() as d:
        await d.press("f")
        assert "Nothing needs a look" in d.key_line
        await d.speak_all()
        assert d.status(4) is Status.FAILED
        await d.press("f3")
        assert "그 가게의" in d.current_line
        await d.sees("Too long a sentence. Split it.")


async def test_a_failure_is_told_and_the_rest_goes_on(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    engine.plan(TEXTS[0], SpeechFailed("Nonsense."), SpeechFailed("Nonsense."))
    async with desk() as d:
        await d.speak_all()
        await d.sees("4/5 spoken")
        assert "⊘" in d.line_with("안녕하세요.")
        assert any(n.title == "Nonsense." for n in d.told)


async def test_cancelling_takes_the_row_first_and_all_only_after_a_second_press(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    engine.plan(TEXTS[0], asyncio.Event())
    async with desk() as d:
        await d.press("c")
        assert "Nothing is being spoken" in d.key_line
        await d.press("R")
        await d.until(lambda: engine.in_flight == [TEXTS[0]])
        await d.press("down", "c")
        assert "Cancelled." in d.key_line
        assert d.session.busy == 4
        await d.press("c")
        assert "Press c again to cancel all 4" in d.key_line
        assert d.session.busy == 4
        await d.press("ctrl+x")
        assert "Cancelled 4 sentences." in d.key_line
        await d.until(lambda: not d.session.busy)
        await d.until(lambda: "◦" in d.line_with("안녕하세요."))
        assert d.project.row(d.project.ids[0]).sentence.failure == ""


async def test_only_a_question_that_is_still_shown_takes_a_second_press_for_an_answer(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    engine.plan(TEXTS[0], asyncio.Event())
    async with desk() as d:
        await d.press("R")
        await d.until(lambda: engine.in_flight == [TEXTS[0]])
        await d.press("down", "c", "c", "u", "c")
        assert "Press c again to cancel all 4" in d.key_line
        assert d.session.busy == 4


async def test_a_hint_goes_when_the_next_thing_is_done(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("space")
        assert "No take yet" in d.key_line
        await d.press("h")
        assert "No take yet" not in d.key_line
        await d.press("u", "e")
        assert "Enter Keep" in d.key_line
        await d.press("escape", "space", "space")
        assert "No take yet" in d.key_line
        await d.pilot.click(d.app.desk.table, offset=(20, 1), times=2)
        await d.until(lambda: d.app.desk.dock.editing)
        await d.sees("Enter Keep")


async def test_a_key_before_the_project_is_open_is_told_to_wait(
    desk: OpenDesk, monkeypatch
) -> None:
    opened = asyncio.Event()
    from tui.screens.desk_life import DeskLife

    real = DeskLife.open

    async def late(self: DeskLife) -> None:
        await opened.wait()
        await real(self)

    monkeypatch.setattr(DeskLife, "open", late)
    async with desk(wait=False) as d:
        await d.press("down", "e")
        assert "Still opening" in d.key_line
        assert "오늘은" in d.current_line
        opened.set()
        await d.until(lambda: d.app.desk.session is not None)
        assert "오늘은" in d.current_line


async def test_an_engine_that_cannot_be_had_is_told_once_and_the_desk_stays(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    engine.start_error = EngineStartError("No voice is installed.", "Install one.")
    async with desk() as d:
        await d.sees("No voice is installed.")
        await d.sees("Install one.")
        await d.press("escape")
        await d.sees("cannot be had")
        await d.press("e", "!", "enter")
        assert d.text(0) == "안녕하세요.!"
        await d.press("r")
        await d.until(lambda: len(d.told) == 1)
        assert len(d.app.screen_stack) == 1


async def test_an_engine_that_goes_is_told_once_however_many_sentences_meet_its_end(
    desk: OpenDesk,
) -> None:
    async with desk() as d:
        gone = EngineStartError("The engine is gone.", "Look for it.")
        d.app.desk.post_message(WorkStopped(gone))
        await d.sees("Look for it.")
        d.app.desk.post_message(WorkStopped(gone))
        await d.pilot.pause()
        assert d.told == []
        await d.press("escape")
        d.app.desk.post_message(WorkStopped(gone))
        await d.until(lambda: len(d.told) == 1)
        assert len(d.app.screen_stack) == 1


async def test_a_project_that_another_studio_holds_is_shown_and_cannot_be_changed(
    script: Path, desk: OpenDesk, engine: TellingEngine
) -> None:
    with Project.open(script, read_script(script)):
        async with desk(wait=False) as d:
            await d.sees("Read only: another studio has this project open")
            await d.press("e")
            assert "Another studio" in d.key_line
            await d.press("R")
            assert "Another studio" in d.key_line
            await d.press("h")
            await d.until(lambda: len(d.told) == 1)
            assert not d.session.project.row(d.project.ids[3]).sentence.spoken
    assert engine.asked == []


async def test_what_a_desk_that_may_only_be_read_refuses_is_not_offered(
    script: Path, desk: OpenDesk
) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("r")
        await d.until(lambda: "2/2" in d.line_with(TEXTS[0]))
    with Project.open(script, read_script(script)):
        async with desk(size=(200, 24)) as d:
            shown = d.key_line.split("  ")
            assert [key.strip() for key in shown if key.strip()] == [
                "Space Play",
                "P Play on",
                "f Next to check",
                "q Quit",
                "F1 Help",
            ]
            await d.press("down", "down", "down")
            assert "Spoken again" not in d.key_line
            assert "Edit" not in d.key_line


async def test_a_desk_that_may_only_be_read_exports_only_to_a_folder_that_was_named(
    script: Path, desk: OpenDesk, tmp_path: Path
) -> None:
    async with desk() as d:
        await d.speak_all()
    with Project.open(script, read_script(script)):
        async with desk() as d:
            await d.press("f9")
            assert "export there; or close it and open it here." in d.key_line
            assert len(d.app.screen_stack) == 1
        assert not (script.parent / "output").exists()
        async with desk(out=tmp_path / "mine") as d:
            assert "F9 Export" in d.key_line
            await d.press("f9")
            await d.sees("5  new")
    assert len(list((tmp_path / "mine").rglob("*.wav"))) == 5
    assert not (script.parent / "output").exists()


async def test_a_damaged_project_is_told_and_the_script_stays_on_screen(
    script: Path, desk: OpenDesk
) -> None:
    Project.open(script, read_script(script)).close()
    database = script.with_name(script.name + ".studio") / "project.db"
    database.write_bytes(b"no database at all" * 300)
    async with desk(wait=False) as d:
        await d.until(lambda: len(d.app.screen_stack) == 2)
        await d.press("escape")
        assert "안녕하세요." in d.screen
        await d.press("r")
        assert len(d.key_line.strip()) > 10
        assert "Still opening" not in d.key_line
        assert "opening" not in d.lines[0]
        assert "not used here" in d.lines[0]


def rewrite(script: Path, old: str, new: str, more: str) -> None:
    script.write_text(script.read_text("utf-8").replace(old, new) + more, "utf-8")


async def test_what_changed_in_the_script_is_told_and_conflicts_are_marked(
    script: Path, desk: OpenDesk, engine: TellingEngine
) -> None:
    async with desk() as d:
        await d.press("e", *"!!", "enter")
    rewrite(script, "안녕하세요.", "여러분 안녕하세요.", "\n새 문장입니다.\n")
    async with open_desk(script, engine=engine, size=(100, 30)) as d:
        (told,) = d.told
        assert "1 new" in told.message
        assert "1 edited here too" in told.message
        assert "⚑" in d.line_with("안녕하세요.!!")
        await d.sees("The script now says: 여러분 안녕하세요.")
        await d.press("end", "f")
        assert "안녕하세요.!!" in d.current_line


async def test_work_is_there_again_when_the_desk_is_opened_again(
    script: Path, desk: OpenDesk, engine: TellingEngine
) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("a", "ctrl+q")
    async with open_desk(script, engine=engine) as d:
        assert d.status(0) is Status.ACCEPTED
        await d.sees("5/5 spoken")


async def test_a_script_with_nothing_to_say_can_be_walked_through(
    tmp_path: Path, engine: TellingEngine
) -> None:
    path = tmp_path / "directions.txt"
    path.write_text("(웃음)\n", "utf-8")
    async with open_desk(path, engine=engine) as d:
        for key in ("down", "r", "R", "a", "x", "u", "f", "t", "c", "space", "end", "pagedown"):
            await d.press(key)
        assert "0/0 spoken" in d.screen
        assert engine.asked == []
