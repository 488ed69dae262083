"""What is set of a row besides its text: in the form, in a line, and where it is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from engine.domain import EngineInfo, Sentence, Status
from engine.export import plan_export, run_export
from engine.project import Project
from engine.pronunciation import Rule
from engine.script import read_script
from tests.tui.conftest import OpenDesk
from tests.tui.desk import TEXTS, Desk, TellingEngine, open_desk
from tui.fields import Surroundings, row_fields, typed_value
from tui.screens.row_form import RowForm

FIELDS = ("say", "label", "pause_after", "language", "voice", "instruct", "speed", "seed", "note")


def sentence(d: Desk, index: int = 0) -> Sentence:
    return d.project.row(d.project.ids[index]).sentence


def form_is_open(d: Desk) -> bool:
    return isinstance(d.app.screen, RowForm)


async def fill(d: Desk, **values: str) -> None:
    """Type into fields of the form, in place of what stands there."""
    for name, value in values.items():
        assert d.app.focused
        way = FIELDS.index(name) - FIELDS.index(d.app.focused.id or "")
        await d.press(*["tab" if way > 0 else "shift+tab"] * abs(way), "end", "ctrl+u", *value)


# The form


async def test_all_of_a_row_is_set_in_one_form_and_undone_in_one_step(desk: OpenDesk) -> None:
    async with desk() as d:
        before = sentence(d)
        await d.press("f4")
        assert form_is_open(d)
        await fill(
            d,
            say="Annyeong!",
            label="hello there",
            pause_after="1.5",
            language="en",
            voice="Sohee",
            instruct="softly",
            speed="1.2",
            seed="7",
            note="Too fast?",
        )
        await d.press("enter")
        assert not form_is_open(d)
        after = sentence(d)
        assert after == replace(
            before,
            say="Annyeong!",
            label="hello_there",
            pause_after=1.5,
            language="English",
            voice="Sohee",
            instruct="softly",
            speed=1.2,
            seed=7,
            note="Too fast?",
        )
        await d.press("u")
        assert sentence(d) == before
        assert "Undone: Edit row" in d.key_line
        await d.press("ctrl+y")
        assert sentence(d) == after


async def test_escape_leaves_the_row_as_it_was(desk: OpenDesk) -> None:
    async with desk() as d:
        before = sentence(d)
        await d.press("f4", *"Something", "escape")
        assert not form_is_open(d)
        assert sentence(d) == before
        await d.press("u")
        assert "Nothing to undo." in d.key_line


async def test_the_form_shows_what_is_set_and_what_holds_where_nothing_is(desk: OpenDesk) -> None:
    async with desk() as d:
        d.project.edit(d.project.ids[0], pause_after=0.0, speed=1.25, seed=3, note="Mine.")
        await d.press("f4")
        values = {name: d.app.screen.query_one(f"#{name}", Input).value for name in FIELDS}
        assert values == dict.fromkeys(FIELDS, "") | {
            "pause_after": "0",
            "speed": "1.25",
            "seed": "3",
            "note": "Mine.",
        }
        assert "Korean, as the script" in d.screen
        assert "안녕하세요" in d.line_of_form("Label")


@pytest.mark.parametrize(("typed", "stored"), [("", None), ("0", 0.0), ("0,5", 0.5)])
async def test_no_pause_is_not_the_same_as_none_of_its_own(
    desk: OpenDesk, typed: str, stored: float | None
) -> None:
    async with desk() as d:
        d.project.edit(d.project.ids[0], pause_after=2.0)
        await d.press("f4")
        await fill(d, pause_after=typed)
        await d.press("enter")
        assert sentence(d).pause_after == stored


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("pause_after", "-1", "A pause is 0 to 60 seconds."),
        ("pause_after", "nan", "A pause is 0 to 60 seconds."),
        ("pause_after", "soon", "It must be a number."),
        ("speed", "9", "A speed is 0.25 to 4"),
        ("speed", "0", "A speed is 0.25 to 4"),
        ("seed", "1.5", "It must be a whole number."),
        ("seed", "-3", "A seed is a whole number from 0"),
        ("language", "Klingon", "Unknown language: Klingon"),
        ("label", "?!", "A file's name needs a letter or a digit."),
    ],
)
async def test_what_cannot_be_is_told_beneath_its_field_and_nothing_is_kept(
    desk: OpenDesk, name: str, typed: str, said: str
) -> None:
    async with desk() as d:
        before = sentence(d)
        await d.press("f4")
        await fill(d, **{name: typed})
        field = d.app.screen.query_one(f"#{name}").region
        assert typed in d.lines[field.y]
        assert said in d.lines[field.y + 1]
        await d.press(*["tab"] * 3, "enter")
        assert form_is_open(d)
        assert d.app.focused is d.app.screen.query_one(f"#{name}")
        await d.press("end", "ctrl+u")
        assert said not in d.screen
        await d.press("enter")
        assert not form_is_open(d)
        assert sentence(d) == before


async def test_the_form_holds_for_all_selected_rows_and_leaves_alone_what_differs(
    desk: OpenDesk,
) -> None:
    async with desk() as d:
        first, second, third = d.project.ids[:3]
        d.project.edit(first, note="One.", speed=1.5)
        d.project.edit(second, note="Two.", speed=1.5)
        await d.press("v", "down", "f4")
        assert "2 rows" in d.screen
        assert "not the same in these rows" in d.line_of_form("Note")
        assert "1.5" in d.line_of_form("Speed")
        await fill(d, pause_after="3")
        await d.press("enter")
        rows = [d.project.row(id_).sentence for id_ in (first, second, third)]
        assert [row.pause_after for row in rows] == [3.0, 3.0, None]
        assert [row.note for row in rows] == ["One.", "Two.", ""]
        assert [row.speed for row in rows] == [1.5, 1.5, 1.0]
        assert "Changed 2 rows." in d.key_line
        assert "selected" not in d.screen
        await d.press("u")
        assert [sentence(d, i).pause_after for i in (0, 1)] == [None, None]


async def test_a_mixed_field_that_is_typed_into_and_emptied_is_emptied_in_all_rows(
    desk: OpenDesk,
) -> None:
    async with desk() as d:
        d.project.edit(d.project.ids[0], note="One.")
        await d.press("v", "down", "f4")
        await fill(d, note="x")
        await d.press("backspace", "enter")
        assert [sentence(d, i).note for i in (0, 1)] == ["", ""]


async def test_what_the_engine_cannot_do_is_said_beneath_the_field_and_kept_all_the_same(
    desk: OpenDesk,
) -> None:
    async with desk() as d:
        await d.until(lambda: d.session.engine_info)
        d.session.engine_info = EngineInfo(
            *("small", "m", "cpu", "f"), ("Korean",), 1, "1", voices=("Sohee",), instructs=False
        )
        await d.press("f4")
        await fill(d, language="en", voice="Ryan", instruct="softly")
        assert "small does not speak English." in d.screen
        assert "small has no such voice. Its voices: Sohee." in d.screen
        assert "small takes no instructions: it leaves them aside or" in d.screen
        await d.press("shift+tab")
        await d.sees("There are Sohee.")
        await d.press("enter")
        kept = sentence(d)
        assert (kept.language, kept.voice, kept.instruct) == ("English", "Ryan", "softly")


async def test_the_engine_tells_the_desk_what_it_can_do(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.until(lambda: d.session.engine_info)
        await d.press("f4")
        await fill(d, language="ko")
        assert "does not speak" in d.screen  # it speaks English alone
        await fill(d, language="en")
        assert "does not speak" not in d.screen


async def test_a_take_is_stale_while_the_row_is_said_another_way(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("f4", *"Hello", "enter")
        assert d.status(0) is Status.STALE
        await d.sees("Said: Hello")
        await d.press("u")
        assert d.status(0) is Status.READY
        assert "Said:" not in d.screen
        await d.press("ctrl+y", "r")
        await d.until(lambda: d.status(0) is Status.READY)
        assert engine.asked[-1].spoken.text == "Hello"


# One thing in a line


@pytest.mark.parametrize(
    ("key", "label", "typed", "name", "stored"),
    [
        *((key, "Label", "my file", "label", "my_file") for key in ("l", "alt+l", "ㅣ")),
        *((key, "Pause after", "1.5", "pause_after", 1.5) for key in ("w", "alt+w", "ㅈ")),
        ("alt+n", "Note", "Louder?", "note", "Louder?"),
    ],
)
async def test_one_thing_is_typed_in_a_line_at_the_bottom(
    desk: OpenDesk, key: str, label: str, typed: str, name: str, stored: object
) -> None:
    async with desk() as d:
        await d.press(key)
        assert d.key_line.startswith(f" {label} ")
        assert "Enter Keep" in d.key_line
        await d.press(*typed, "enter")
        assert getattr(sentence(d), name) == stored
        assert "Edit" in d.key_line
        await d.press("down", key, *"x1", "escape")
        assert getattr(sentence(d, 1), name) == getattr(Sentence(0, "", "", ""), name)
        await d.press("u")
        assert getattr(sentence(d), name) != stored


async def test_the_line_holds_for_the_selection(desk: OpenDesk) -> None:
    async with desk() as d:
        d.project.edit(d.project.ids[0], pause_after=1.0)
        await d.press("v", "down", "w")
        assert "not the same in these rows" in d.key_line
        await d.press("enter")
        assert [sentence(d, i).pause_after for i in (0, 1)] == [1.0, None]
        await d.press("w", "0", "enter")
        assert [sentence(d, i).pause_after for i in range(3)] == [0.0, 0.0, None]


async def test_the_line_stays_open_over_what_cannot_be(desk: OpenDesk) -> None:
    async with desk(size=(100, 24)) as d:
        await d.press("w", *"-5", "enter")
        assert "A pause is 0 to 60 seconds." in d.key_line
        await d.press("ctrl+u", *"5", "enter")
        assert sentence(d).pause_after == 5.0


async def test_the_keys_of_the_desk_are_letters_in_the_line(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    async with desk() as d:
        await d.press("alt+n", *"arRxq", "f5", "f8", "ctrl+e", *"가", "enter")
        assert sentence(d).note == "arRxq가"
        assert engine.asked == []


async def test_a_click_into_the_table_keeps_what_was_typed(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("alt+n", *"Mine")
        y = next(y for y, line in enumerate(d.lines) if "준비되셨나요" in line)
        await d.pilot.click(offset=(20, y))
        await d.until(lambda: sentence(d).note == "Mine")
        assert sentence(d, 2).note == ""


async def test_a_click_into_the_table_goes_back_to_what_cannot_be(desk: OpenDesk) -> None:
    async with desk(size=(100, 24)) as d:
        await d.press("w", *"soon")
        y = next(y for y, line in enumerate(d.lines) if "준비되셨나요" in line)
        await d.pilot.click(offset=(20, y))
        await d.sees("It must be a number.")
        await d.press("ctrl+u", "2", "enter")
        assert [sentence(d, index).pause_after for index in range(3)] == [2.0, None, None]


async def test_leaving_the_desk_keeps_what_was_typed(
    script: Path, desk: OpenDesk, engine: TellingEngine
) -> None:
    async with desk() as d:
        await d.press("alt+n", *"Mine", "ctrl+q")
    project = Project.open(script, read_script(script))
    try:
        assert project.row(project.ids[0]).sentence.note == "Mine"
    finally:
        project.close()


# Where it is seen


async def test_notes_and_pauses_are_marked_in_the_row_and_told_below_the_table(
    desk: OpenDesk,
) -> None:
    async with desk(size=(80, 30)) as d:
        plain = d.line_with(TEXTS[0])
        assert "✎" not in plain
        assert "ǁ" not in plain
        id_ = d.project.ids[0]
        d.project.edit(id_, note="Louder?", pause_after=0.0, label="hello", seed=7, speed=1.5)
        await d.sees("Note: Louder?")
        assert "✎ǁ" in d.line_with(TEXTS[0])
        assert "pause after: 0 s  ·  speed: 1.5×  ·  always seed 7  ·  label: hello" in d.screen
        await d.press("down")
        assert "Louder?" not in d.screen


async def test_a_label_is_told_only_where_it_is_not_the_one_made_of_the_text(
    desk: OpenDesk,
) -> None:
    async with desk() as d:
        d.project.fix_labels()
        await d.pilot.pause()
        d.project.edit(d.project.ids[0], note="Seen.")
        await d.sees("Note: Seen.")
        assert "label:" not in d.screen


async def test_the_form_shows_what_the_list_of_pronunciations_makes_of_the_row(
    desk: OpenDesk,
) -> None:
    async with desk() as d:
        d.project.set_rules([Rule("안녕하세요", "안녕")])
        await d.press("f4")
        assert "안녕." in d.line_of_form("Say")
        await d.press(*"Hi", "enter")
        assert d.project.row(d.project.ids[0]).asked.text == "Hi"


async def test_markup_in_a_note_is_text(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("alt+n", *"[b]x[/nope]", "enter")
        assert "Note: [b]x[/nope]" in d.screen


# What may not be


@pytest.mark.parametrize("key", ["f4", "l", "alt+l", "w", "alt+w", "alt+n"])
async def test_a_project_that_another_studio_holds_refuses_with_words(
    script: Path, engine: TellingEngine, key: str
) -> None:
    holder = Project.open(script, read_script(script))
    try:
        async with open_desk(script, engine=engine) as d:
            await d.press(key)
            assert not form_is_open(d)
            assert "nothing can be changed here" in d.key_line
    finally:
        holder.close()


@pytest.mark.parametrize("key", ["f4", "w"])
async def test_where_no_row_is_shown_nothing_can_be_set(desk: OpenDesk, key: str) -> None:
    async with desk() as d:
        await d.press("g", "3", key)
        assert not form_is_open(d)
        assert "No row is of this kind" in d.key_line


async def test_the_file_has_the_label_that_was_given_and_keeps_the_written_text(
    desk: OpenDesk, tmp_path: Path
) -> None:
    async with desk() as d:
        await d.press("f4", *"Hello", "tab", *"first words", "enter")
        await d.speak_all()
        plan = plan_export(d.project, out=tmp_path / "out")
        result = run_export(plan)
        assert result.files[1].name == "001_first_words.wav"


def test_the_bounds_of_a_field_are_those_of_the_project() -> None:
    fields = row_fields([], Surroundings("Korean", 0.3, 0.9))
    blank = Sentence(1, "a", "a", "Korean")
    typed: dict[str, Callable[[], object]] = {
        name: lambda name=name: typed_value(fields[name], "", blank) for name in FIELDS
    }
    assert {name: value() for name, value in typed.items()} == {
        name: getattr(blank, name) for name in FIELDS
    }
