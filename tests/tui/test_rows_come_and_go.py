"""The table follows a project whose rows come, go and move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from textual import events

from engine.project import Project
from tests.tui.conftest import OpenDesk
from tests.tui.desk import TEXTS, Desk, QuietPlayer, TellingEngine, open_desk
from tui.messages import RowsChanged
from tui.widgets.table_lines import Lines

Reorder = Callable[[Desk, Sequence[int]], None]


@pytest.fixture
def reorder(monkeypatch: pytest.MonkeyPatch) -> Reorder:
    """Gives the project these rows in this order, and tells the desk."""

    def change(d: Desk, ids: Sequence[int]) -> None:
        told = frozenset(d.project.ids) | frozenset(ids)
        now = tuple(ids)
        monkeypatch.setattr(Project, "ids", property(lambda _project: now))
        d.app.desk.post_message(RowsChanged(told))

    return change


@pytest.fixture
def long_script(tmp_path: Path) -> Path:
    path = tmp_path / "long.txt"
    path.write_text("\n\n".join(f"Sentence {n}." for n in range(100)), "utf-8")
    return path


async def test_the_cursor_stays_on_its_sentence_when_rows_above_it_go_and_move(
    desk: OpenDesk, reorder: Reorder
) -> None:
    async with desk() as d:
        a, b, c, e, f, g = d.project.ids
        await d.press("down", "down")
        assert TEXTS[2] in d.current_line
        reorder(d, (b, c, e, f, g))
        await d.until(lambda: TEXTS[0] not in d.screen)
        assert TEXTS[2] in d.current_line
        reorder(d, (c, g, f, e, b, a))
        await d.until(lambda: TEXTS[0] in d.screen)
        assert TEXTS[2] in d.current_line
        await d.press("down")
        assert TEXTS[5] in d.current_line


async def test_where_the_current_sentence_is_gone_the_nearest_row_is_the_current_one(
    desk: OpenDesk, reorder: Reorder
) -> None:
    async with desk() as d:
        ids = list(d.project.ids)
        await d.press("down")
        reorder(d, [id_ for id_ in ids if id_ != ids[1]])
        await d.until(lambda: TEXTS[2] in d.current_line)
        await d.until(lambda: TEXTS[2] in "".join(d.lines[-6:]))  # the dock tells of it too
        await d.press("end")
        reorder(d, ids[:1])
        await d.until(lambda: TEXTS[0] in d.current_line)


async def test_a_desk_whose_rows_are_all_gone_says_so_and_survives_every_key(
    desk: OpenDesk, reorder: Reorder
) -> None:
    async with desk() as d:
        ids = d.project.ids
        await d.speak_all()
        await d.press("down", "space")
        reorder(d, ())
        await d.sees("The script is empty.")
        assert TEXTS[1] not in d.screen
        for key in ("down", "k", "pageup", "pagedown", "end", "home", "space", "r", "a", "x"):
            await d.press(key)
        for key in ("h", "e", "u", "ctrl+y", "f", "t", "c", "R", "alt+1", "escape"):
            await d.press(key)
        assert "The script is empty." in d.screen
        reorder(d, ids)
        await d.until(lambda: TEXTS[5] in d.screen)
        await d.press("end")
        assert TEXTS[5] in d.current_line


async def test_what_plays_stays_marked_when_its_row_moves(
    desk: OpenDesk, player: QuietPlayer, reorder: Reorder
) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("space")
        await d.until(lambda: "►" in d.line_with(TEXTS[0]))
        reorder(d, d.project.ids[::-1])
        await d.until(lambda: d.screen.index(TEXTS[0]) > d.screen.index(TEXTS[1]))
        assert "►" in d.line_with(TEXTS[0])
        assert d.screen.count("►") == 1


async def test_the_screen_stays_put_when_rows_above_it_come_and_go(
    long_script: Path, engine: TellingEngine, reorder: Reorder
) -> None:
    async with open_desk(long_script, engine=engine) as d:
        ids = d.project.ids
        await d.press("pagedown", "pagedown", "pagedown", "up", "up")
        before = [line[6:60] for line in d.lines[2:10]]
        reorder(d, ids[5:])
        await d.until(lambda: len(d.app.desk.table.rows) == 95)
        await d.pilot.pause()
        assert [line[6:60] for line in d.lines[2:10]] == before


async def test_the_screen_stays_put_where_the_wheel_has_left_the_cursor_behind(
    long_script: Path, engine: TellingEngine, reorder: Reorder
) -> None:
    async with open_desk(long_script, engine=engine) as d:
        table, ids = d.app.desk.table, d.project.ids
        await d.press("end")
        for _ in range(20):
            table.post_message(
                events.MouseScrollUp(table, 5, 5, 0, -1, 0, False, False, False, 5, 5)
            )
        await d.until(lambda: "Sentence 99." not in "".join(d.lines[2:16]))
        await d.until(lambda: table.scroll_y == table.scroll_target_y)
        before = [line[6:60] for line in d.lines[2:10]]
        reorder(d, ids[3:])
        await d.until(lambda: len(table.rows) == 97)
        await d.pilot.pause()
        assert [line[6:60] for line in d.lines[2:10]] == before


async def test_an_edit_goes_on_while_rows_above_it_go(desk: OpenDesk, reorder: Reorder) -> None:
    async with desk() as d:
        await d.press("down", "e", "!")
        reorder(d, d.project.ids[1:])
        await d.until(lambda: TEXTS[0] not in d.screen)
        await d.press("?", "enter")
        assert d.text(0) == TEXTS[1] + "!?"


async def test_ten_thousand_rows_are_laid_out_anew_around_the_cursor(
    tmp_path: Path, engine: TellingEngine, reorder: Reorder
) -> None:
    path = tmp_path / "long.txt"
    path.write_text("\n\n".join(f"Sentence {n}." for n in range(10_000)), "utf-8")
    async with open_desk(path, engine=engine) as d:
        await d.press("end")
        await d.sees("Sentence 9999.")
        every = d.project.ids
        for ids, current in ((every[1:], 9999), (every[:-1], 9998), (every, 9998)):
            reorder(d, ids)
            await d.until(lambda ids=ids: len(d.session.rows) == len(ids))
            await d.until(lambda text=f"Sentence {current}.": text in d.current_line)
        assert len(Lines(d.session.rows)) == 10_000
