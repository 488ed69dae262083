"""Choosing a script: the screen that a start without one shows, and Ctrl+O."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from textual import events

from engine.domain import Status
from engine.i18n import use_language
from engine.places import config_file
from engine.project import Project
from engine.project.place import DATABASE
from engine.script import read_script
from engine.studio import open_project
from tests.engine.project.making import speak
from tests.tui.conftest import OpenDesk
from tests.tui.desk import SCRIPT, TEXTS, Desk, QuietPlayer, TellingEngine
from tui import browsing
from tui.app import StudioApp
from tui.early import Flags
from tui.messages import ScriptChosen
from tui.screens.start import StartScreen

OpenStart = Callable[..., AbstractAsyncContextManager[Desk]]
OTHER = "다른 이야기입니다. 짧습니다.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the program is started in."""
    folder = tmp_path / "나의 영상"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder.resolve()


@pytest.fixture
def start(folder: Path, engine: TellingEngine, player: QuietPlayer) -> OpenStart:
    """Starts the program without a script: ``async with start() as d``."""

    @asynccontextmanager
    async def start_(
        *, size: tuple[int, int] = (80, 24), language: str = ""
    ) -> AsyncIterator[Desk]:
        app = StudioApp(None, None, Flags(engine=engine.name, language=language or None))
        async with app.run_test(size=size) as pilot:
            desk = Desk(app, pilot, engine)
            await desk.sees("..")
            yield desk

    return start_


def write(path: Path, text: str = SCRIPT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


async def worked_on(path: Path, text: str = SCRIPT, *, accepted: int = 0) -> Path:
    """A script that was opened before."""
    project, _settings = open_project(write(path, text), read_script(path), {})
    for sentence_id in project.ids[:accepted]:
        await speak(project, sentence_id)
        project.accept(sentence_id)
    project.close()
    return path


async def is_open(desk: Desk, text: str) -> None:
    """Wait until the desk shows a sentence and its project is open."""
    await desk.sees("◉ ready")
    await desk.until(lambda: not isinstance(desk.app.screen, StartScreen))
    await desk.until(lambda: desk.app.desk.session is not None)
    assert text in desk.screen


def line_of(desk: Desk, text: str) -> str:
    return next(line for line in desk.lines if text in line)


async def test_scripts_of_late_are_listed_with_how_far_they_have_come(
    start: OpenStart, tmp_path: Path
) -> None:
    await worked_on(tmp_path / "영상 1" / "커피.txt", accepted=2)
    await worked_on(tmp_path / "영상 2" / "차.txt", OTHER, accepted=2)
    async with start(size=(120, 30)) as d:
        await d.sees("2 of 5 accepted")
        assert "커피.txt" in line_of(d, "2 of 5 accepted")
        assert "영상 1" in line_of(d, "2 of 5 accepted")
        assert "just now" in line_of(d, "2 of 5 accepted")
        await d.sees("✓ 2 of 2 accepted")
        rows = [line for line in d.lines if "just now" in line]
        assert ["차.txt" in rows[0], "커피.txt" in rows[1]] == [True, True]


async def test_enter_opens_the_script_of_late_that_comes_first(
    start: OpenStart, tmp_path: Path
) -> None:
    await worked_on(tmp_path / "커피.txt", accepted=1)
    async with start() as d:
        await d.sees("1 of 5 accepted")
        await d.press("enter")
        await is_open(d, TEXTS[0])
        assert d.status(0) is Status.ACCEPTED
        await d.press("r")
        await d.until(lambda: d.status(0) is Status.READY)


async def test_a_script_is_chosen_by_the_arrows(start: OpenStart, folder: Path) -> None:
    write(folder / "1화.txt", OTHER)
    write(folder / "2화.txt")
    async with start() as d:
        await d.press("down", "up", "down", "enter")
        await is_open(d, TEXTS[0])
        assert d.project.script_path == folder / "2화.txt"


async def test_a_script_is_chosen_with_the_mouse_through_folders(
    start: OpenStart, folder: Path
) -> None:
    write(folder / "새 폴더" / "커피 영상.txt")

    async def click(d: Desk, text: str) -> None:
        await d.sees(text)
        await d.pilot.click(offset=(5, d.lines.index(line_of(d, text))))

    async with start() as d:
        await click(d, "▸ 새 폴더")
        await d.sees("커피 영상.txt")
        await click(d, "↑ ..")
        await click(d, "▸ 새 폴더")
        await click(d, "커피 영상.txt")
        await is_open(d, TEXTS[0])


async def test_a_path_is_completed_and_opened(start: OpenStart, folder: Path) -> None:
    path = write(folder / "새 폴더" / "커피 영상.txt")
    write(folder / "a.txt", OTHER)
    async with start() as d:
        await d.press("새", "tab")
        await d.sees(f"새 폴더{os.sep}")
        await d.sees("커피 영상.txt")
        await d.press("커", "tab")
        await d.until(lambda: d.lines[2].rstrip().endswith("커피 영상.txt"))
        await d.press("enter")
        await is_open(d, TEXTS[0])
        assert d.project.script_path == path


async def test_what_is_typed_in_one_burst_is_what_is_opened(start: OpenStart, folder: Path) -> None:
    write(folder / "a.txt", OTHER)
    write(folder / "b.txt")
    async with start() as d:
        for key, character in (("b", "b"), ("enter", "\r")):
            d.app.post_message(events.Key(key, character))
        await is_open(d, TEXTS[0])


async def test_any_file_opens_by_its_path(start: OpenStart, tmp_path: Path) -> None:
    path = write(tmp_path / "elsewhere" / "render")
    async with start() as d:
        await d.press(*str(path), "enter")
        await is_open(d, TEXTS[0])


async def test_a_script_of_late_is_found_by_a_part_of_its_name(
    start: OpenStart, tmp_path: Path
) -> None:
    for number in range(12):
        await worked_on(tmp_path / f"영상 {number}" / f"{number}화.txt", OTHER)
    await worked_on(tmp_path / "찾을 것" / "커피.txt")
    for _again in range(2):
        for number in range(12):
            await worked_on(tmp_path / f"영상 {number}" / f"{number}화.txt", OTHER)
    async with start() as d:
        await d.sees("5 more")
        assert "커피" not in d.screen
        await d.press("커", "피")
        await d.sees("찾을 것")
        await d.press("enter")
        await is_open(d, TEXTS[0])


async def test_a_script_that_is_gone_is_shown_so_and_opening_it_says_why(
    start: OpenStart, tmp_path: Path
) -> None:
    await worked_on(tmp_path / "여기.txt", OTHER)
    (await worked_on(tmp_path / "없음.txt")).unlink()
    async with start() as d:
        await d.sees("the script is gone")
        assert "없음.txt" in line_of(d, "the script is gone")
        await d.press("없", "enter")
        await d.sees("There is no file")
        await d.sees("Check its name and its folder.")
        await d.press("backspace")
        await d.until(lambda: "There is no file" not in d.screen)
        await d.press("여", "enter")
        await is_open(d, "다른 이야기입니다.")


async def test_a_damaged_project_is_one_line_of_the_list(start: OpenStart, tmp_path: Path) -> None:
    broken = await worked_on(tmp_path / "깨짐.txt")
    (broken.with_name("깨짐.txt.studio") / DATABASE).write_bytes(b"nonsense" * 1000)
    await worked_on(tmp_path / "커피.txt", accepted=1)
    async with start() as d:
        await d.sees("cannot be read")
        assert "깨짐.txt" in line_of(d, "cannot be read")
        await d.sees("1 of 5 accepted")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"RIFF\x00\x01\x02\x00", "is not a text file"),
        (b"%PDF-1.7", "is a document, not a text file"),
        (b"", "has nothing to speak"),
    ],
)
async def test_what_is_no_script_is_told_in_words_and_the_list_stays(
    start: OpenStart, folder: Path, content: bytes, said: str
) -> None:
    (folder / "a.txt").write_bytes(content)
    write(folder / "b.txt")
    async with start() as d:
        await d.press("enter")
        await d.until(lambda: said in " ".join(line.strip() for line in d.lines))
        assert "b.txt" in d.screen
        await d.press("down", "enter")
        await is_open(d, TEXTS[0])


async def test_a_folder_that_may_not_be_read_is_told_and_left_again(
    start: OpenStart, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "2화").mkdir()
    write(folder / "b.txt")
    look = browsing.os.scandir

    def refusing(path: Path):
        if Path(path).name == "2화":
            raise PermissionError(13, "Permission denied")
        return look(path)

    monkeypatch.setattr("tui.browsing.os.scandir", refusing)
    async with start() as d:
        await d.press("enter")
        await d.sees("may not be read")
        await d.press("up", "enter")
        await d.sees("b.txt")
        assert "may not be read" not in d.screen


async def test_a_wrong_setting_is_told_where_the_script_was_chosen(
    start: OpenStart, folder: Path
) -> None:
    write(folder / "b.txt")
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text("silence = 99\n", encoding="utf-8")
    async with start() as d:
        await d.press("enter")
        await d.sees("The setting silence cannot be 99.")
        await d.sees("b.txt")
        config_file().write_text("", encoding="utf-8")
        await d.press("enter")
        await is_open(d, TEXTS[0])


async def test_escape_leaves_nothing_where_there_is_nothing_to_go_back_to(
    start: OpenStart,
) -> None:
    async with start() as d:
        await d.press("escape")
        assert "Ctrl+Q" in d.key_line
        assert isinstance(d.app.screen, StartScreen)
        await d.press("ctrl+q")
        await d.until(lambda: not d.app.is_running)
    assert d.app.return_value == 0


async def test_the_help_and_the_palette_can_be_had_before_a_script(start: OpenStart) -> None:
    async with start() as d:
        await d.press("f1")
        await d.sees("─ Keys ─")
        await d.press("escape", "ctrl+p", *"export")
        await d.sees("No matches found")
        await d.press("escape", "escape")
        assert isinstance(d.app.screen, StartScreen)


async def test_settings_can_be_changed_before_a_script_is_chosen(
    start: OpenStart, folder: Path
) -> None:
    write(folder / "b.txt")
    async with start() as d:
        await d.press("ctrl+t")
        await d.sees("─ Settings ─")
        await d.press("escape", "enter")
        await is_open(d, TEXTS[0])


async def test_the_keys_in_the_bottom_line_can_be_clicked(start: OpenStart, folder: Path) -> None:
    write(folder / "b.txt")
    async with start() as d:
        await d.pilot.click(offset=(d.key_line.index("Complete"), 23))
        await d.until(lambda: d.lines[2].rstrip().endswith("b.txt"))
        await d.pilot.click(offset=(d.key_line.index("Open"), 23))
        await is_open(d, TEXTS[0])


async def test_from_the_desk_one_goes_to_the_scripts_and_back(desk: OpenDesk, folder: Path) -> None:
    async with desk() as d:
        await d.press("down", "ctrl+o")
        await d.sees("Open a script")
        await d.sees("나레이션.txt")
        await d.press("escape")
        assert "오늘은" in d.current_line
        await d.speak_all()


async def test_another_script_takes_the_place_of_the_one_that_is_open(
    desk: OpenDesk, folder: Path, script: Path, engine: TellingEngine
) -> None:
    other = write(folder / "다른.txt", OTHER)
    async with desk() as d:
        await d.press("r")
        await d.until(lambda: d.status(0) is Status.READY)
        await d.press("a", "ctrl+o")
        await d.sees("나레이션.txt")
        await d.press("다", "enter")
        await d.sees("다른 이야기입니다.")
        await is_open(d, "다른 이야기입니다.")
        assert d.project.script_path == other
        assert TEXTS[0] not in d.screen
        await d.speak_all()
        assert d.status(1) is Status.READY
        # The first one is free for whoever wants it, with all that was done to it.
        first = Project.open(script, read_script(script))
        assert not first.read_only
        assert first.row(first.ids[0]).status is Status.ACCEPTED
        first.close()
        await d.press("ctrl+o", "나", "enter")
        await is_open(d, TEXTS[0])
        assert d.status(0) is Status.ACCEPTED


async def test_the_script_that_is_open_is_only_gone_back_to(
    desk: OpenDesk, folder: Path, script: Path
) -> None:
    async with desk() as d:
        session = d.session
        await d.press("ctrl+o", "나", "enter")
        await d.until(lambda: not isinstance(d.app.screen, StartScreen))
        assert d.session is session


async def test_what_is_being_spoken_is_asked_about_and_goes_on_until_another_is_open(
    desk: OpenDesk, folder: Path, engine: TellingEngine
) -> None:
    write(folder / "다른.txt", OTHER)
    wait = asyncio.Event()
    engine.plan(TEXTS[0], wait)
    async with desk() as d:
        await d.press("R")
        await d.until(lambda: engine.in_flight)
        await d.press("ctrl+o")
        await d.sees("5 sentences are being spoken")
        await d.press("escape")
        assert not isinstance(d.app.screen, StartScreen)
        await d.press("ctrl+o", "ctrl+o")
        await d.sees("Open a script")
        await d.press("escape")
        assert d.session.busy == 5
        await d.press("ctrl+o", "ctrl+o", "다", "enter")
        await is_open(d, "다른 이야기입니다.")
        assert engine.in_flight == []
        assert d.session.busy == 0


async def test_a_script_that_cannot_be_opened_leaves_the_desk_as_it_is(
    desk: OpenDesk, folder: Path
) -> None:
    (folder / "leer.txt").touch()
    async with desk() as d:
        session = d.session
        await d.press("ctrl+o", *"leer", "enter")
        await d.until(lambda: "has nothing to speak" in " ".join(map(str.strip, d.lines)))
        await d.press("escape")
        assert d.session is session
        await d.speak_all()


async def test_what_the_command_line_said_of_one_script_does_not_hold_for_another(
    script: Path, folder: Path, engine: TellingEngine, player: QuietPlayer, tmp_path: Path
) -> None:
    write(folder / "other.txt", OTHER)
    flags = Flags(engine=engine.name, language="English", out=tmp_path / "out")
    app = StudioApp(script, read_script(script, language="English"), flags)
    async with app.run_test() as pilot:
        d = Desk(app, pilot, engine)
        await d.sees("◉ ready")
        await d.press("ctrl+o", *"other", "enter")
        await is_open(d, "다른 이야기입니다.")
        assert d.project.language == "Korean"
        assert app.desk.flags.settings() == {"engine": engine.name}
        assert app.desk.flags.out is None


async def test_what_it_said_before_a_script_was_chosen_holds_for_the_first(
    start: OpenStart, folder: Path
) -> None:
    write(folder / "b.txt", OTHER)
    async with start(language="Japanese") as d:
        await d.press("enter")
        await is_open(d, "다른 이야기입니다.")
        assert d.project.language == "Japanese"


async def test_names_are_shown_as_they_are_and_move_nothing(start: OpenStart, folder: Path) -> None:
    write(folder / "[bold]x [@click=app.quit].txt")
    async with start() as d:
        await d.sees("[bold]x [@click=app.quit].txt")
        await d.press("enter")
        await is_open(d, TEXTS[0])


async def test_it_is_korean_and_keeps_its_columns_in_eighty_cells(
    start: OpenStart, tmp_path: Path
) -> None:
    use_language("ko")
    await worked_on(tmp_path / "아주 길고 긴 이름의 영상 대본 파일입니다 정말로.txt", accepted=1)
    (await worked_on(tmp_path / "a.txt", accepted=5)).unlink()
    async with start() as d:
        await d.sees("대본 열기")
        await d.sees("5문장 중 1 채택")
        await d.sees("대본이 없어졌어요")
        from rich.cells import cell_len

        rows = [line for line in d.lines if "방금" in line]
        assert len({cell_len(line.partition("방금")[0]) for line in rows}) == 1


async def test_a_list_that_is_longer_than_the_screen_follows_the_arrows(
    start: OpenStart, folder: Path
) -> None:
    for number in range(40):
        write(folder / f"{number}화.txt", OTHER)
    write(folder / "마지막.txt")
    async with start() as d:
        assert "마지막.txt" not in d.screen
        await d.press(*["pagedown"] * 4)
        await d.sees("마지막.txt")
        await d.press("enter")
        await is_open(d, TEXTS[0])


async def test_no_style_is_read_twice_before_the_first_paint(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    refresh = StudioApp.refresh_css

    def refreshing(self: StudioApp, animate: bool = True) -> None:
        if self.screen_stack:
            read.append("again")
        refresh(self, animate)

    monkeypatch.setattr(StudioApp, "refresh_css", refreshing)
    monkeypatch.setattr(StudioApp, "on_desk_painted", lambda _self: read.append("painted"))
    async with desk():
        assert read[0] == "painted"


async def test_the_menu_and_the_settings_are_there_before_a_script_is_chosen(
    start: OpenStart, folder: Path, monkeypatch: pytest.MonkeyPatch, player: QuietPlayer
) -> None:
    monkeypatch.setattr("tui.output.output_devices", lambda: ["스피커"])
    script = write(folder / "대본.txt")
    async with start() as d:
        await d.press("f10")
        await d.sees("─ Menu ─")
        assert "Export" not in d.screen
        await d.press("ctrl+t")
        await d.sees("─ Settings ─")
        await d.press("4", "0", "enter", "escape")
        await d.until(lambda: config_file().exists())
        assert config_file().read_text("utf-8") == "volume = 40\n"
        await d.until(lambda: "─ Settings ─" not in d.screen)
        await d.press("ctrl+p", *"theme", "enter")
        await d.sees("▌ Theme")
        await d.press("right")
        await d.until(lambda: d.app.theme == "studio-light")
        await d.press("escape")
        await d.sees(script.name)
        d.app.post_message(ScriptChosen(script))
        await is_open(d, TEXTS[0])
        await d.until(lambda: player.volume == 0.4)
