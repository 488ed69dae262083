from __future__ import annotations

from pathlib import Path

from rich.cells import cell_len
from textual import events

from engine.domain import Status
from engine.project import Project
from engine.script import read_script
from tests.tui.desk import QuietPlayer, TellingEngine, open_desk
from tui.rows import ProjectRows, RowView

NASTY = (
    "see [/path] and [bold]this[/bold]",
    "[@click=app.quit]press me[/]",
    "red \x1b[31mtext\x1b[0m and a bell \x07",
    "a tab\there",
    "가족 👨\u200d👩\u200d👧 과 👍🏽 🇰🇷 ❤\ufe0f",
    "abc \u202edesrever\u202c def",
    "e\u0301e\u0301 \u1112\u1161\u11ab\u1100\u1173\u11af",
    "끝없이 " * 400,
)


def write(path: Path, lines: list[str]) -> Path:
    path.write_text("\n\n".join(lines), "utf-8")
    return path


async def test_nothing_in_a_text_is_markup_or_spoils_the_lines_of_the_screen(
    tmp_path: Path, engine: TellingEngine, player: QuietPlayer
) -> None:
    path = write(tmp_path / "[bold]x[red].txt", [f"Sentence {n}." for n in range(len(NASTY))])
    with Project.open(path, read_script(path)) as project:
        for sentence_id, text in zip(project.ids, NASTY, strict=True):
            project.edit(sentence_id, text=text)
    for size in ((80, 24), (51, 24), (200, 50)):
        async with open_desk(path, engine=engine, size=size) as d:
            for _ in range(len(NASTY)):
                await d.press("down")
                for line in d.lines:
                    assert cell_len(line) == size[0], line
                    assert not {"\x1b", "\x07", "\t", "\u202e", "\u200d"} & set(line)
            await d.press("home")
            assert "see [/path]" in d.current_line
            assert "[bold]x[r" in d.lines[0]


async def test_a_failure_that_quotes_markup_is_shown_as_it_is(
    tmp_path: Path, engine: TellingEngine, player: QuietPlayer
) -> None:
    path = write(tmp_path / "a.txt", ["[sigh] Well."])
    async with open_desk(path, engine=engine) as d:
        d.project.set_failure(d.project.ids[0], "Bad: [/path] [red]x")
        await d.sees("Bad: [/path] [red]x")


async def test_ten_thousand_rows_cost_no_more_to_draw_than_what_is_on_screen(
    tmp_path: Path, engine: TellingEngine, player: QuietPlayer, monkeypatch
) -> None:
    path = write(tmp_path / "long.txt", [f"Sentence number {n}." for n in range(10_000)])
    async with open_desk(path, engine=engine) as d:
        looked_at: list[int] = []
        real = ProjectRows.view

        def view(self: ProjectRows, index: int) -> RowView:
            looked_at.append(index)
            return real(self, index)

        monkeypatch.setattr(ProjectRows, "view", view)
        await d.press("end")
        assert "10000  ◦ Sentence number 9999." in d.current_line
        await d.press("pageup", "up", "down")
        assert len(looked_at) < 200
        looked_at.clear()
        await d.press("down")
        assert len(looked_at) < 10


async def test_the_cursor_skips_headings_and_keeps_them_in_view(
    tmp_path: Path, engine: TellingEngine, player: QuietPlayer
) -> None:
    parts = [f"# Part {n}\n\nSentence {n}." for n in range(25)]
    path = write(tmp_path / "parts.txt", parts)
    async with open_desk(path, engine=engine) as d:
        for n in range(25):
            assert f"Sentence {n}." in d.current_line
            assert f"Part {n} ──" in d.screen
            await d.press("down")
        await d.press("pageup")
        assert "Sentence" in d.current_line
        await d.press("home")
        assert "Part 0 ──" in d.lines[2]


async def test_the_wheel_scrolls_and_leaves_the_cursor(
    tmp_path: Path, engine: TellingEngine, player: QuietPlayer
) -> None:
    path = write(tmp_path / "long.txt", [f"Sentence {n}." for n in range(100)])
    async with open_desk(path, engine=engine) as d:
        table = d.app.desk.table
        wheel = events.MouseScrollDown(table, 5, 5, 0, 1, 0, False, False, False, 5, 5)
        table.post_message(wheel)
        await d.until(lambda: "Sentence 0." not in d.screen.split("draft")[0])
        assert table.cursor == 0
        await d.press("down")
        assert "Sentence 1." in d.current_line


async def test_the_wide_table_spells_statuses_out_and_shows_file_labels(
    tmp_path: Path, engine: TellingEngine, player: QuietPlayer
) -> None:
    path = write(tmp_path / "a.txt", ["One sentence.", "(laughs)"])
    async with open_desk(path, engine=engine, size=(140, 30)) as d:
        assert "◦ draft" in d.line_with("One sentence.")
        assert "One_sentence" in d.line_with("One sentence.")
        assert "∅ not spoken" in d.line_with("(laughs)")
        d.project.set_failure(d.project.ids[0], "no")
        await d.until(lambda: d.status(0) is Status.FAILED)
        await d.until(lambda: "⊘ failed" in d.line_with("One sentence."))
