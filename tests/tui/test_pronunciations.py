"""The lists of words and how to say them, and what they make of the rows."""

from __future__ import annotations

import gc
import json
from pathlib import Path

import pytest
from textual import events
from textual.widgets import OptionList

from engine.domain import Status
from engine.export import plan_export, run_export
from engine.places import pronunciations_file
from engine.project import Project
from engine.pronunciation import Rule
from engine.pronunciation_file import read_rules, write_rules
from engine.script import read_script
from tests.tui.desk import Desk, TellingEngine, open_desk
from tui import bounded
from tui.rule_lists import Place, RuleLists
from tui.screens.pronunciations import PronunciationsPanel
from tui.screens.rule import RulePanel
from tui.widgets.rule_effect import RuleEffect

TEXTS = ("The GPU is fast.", "Two GPUs are faster.", "5km and 21km.", "Nothing here.")
GPU = Rule("GPU", "graphics card")
KM = Rule(r"(\d+)km", r"\1 kilometres", regex=True)


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    path.write_text("\n\n".join(TEXTS), "utf-8")
    return path


async def add(d: Desk, written: str, spoken: str, *ticks: str) -> None:
    """Fill in a new rule.

    Args:
        ticks: of whole, regex and everywhere those to be changed.
    """
    await d.press("i")
    assert isinstance(d.app.screen, RulePanel)
    await d.press(*written, "tab", *spoken)
    for name in ("whole", "regex", "everywhere"):
        await d.press("tab", *(["space"] if name in ticks else []))


async def keep(d: Desk) -> None:
    await d.press("enter")
    await d.until(lambda: isinstance(d.app.screen, PronunciationsPanel))


def asked(d: Desk) -> list[str]:
    return [d.project.row(id_).asked.text for id_ in d.project.ids]


def listed(d: Desk) -> list[str]:
    """What is written in the rules of the list, from top to bottom."""
    screen = d.app.screen.query_one(OptionList)
    lines = [line[4:] for line in d.lines[screen.region.y : screen.region.bottom]]
    return [line.split("→")[0].strip(" │") for line in lines if "→" in line]


async def open_list(d: Desk) -> None:
    await d.press("alt+d")
    await d.until(lambda: isinstance(d.app.screen, PronunciationsPanel))
    await d.pilot.pause()


async def test_a_word_is_said_otherwise_and_its_take_is_stale_until_that_is_undone(
    words: Path, engine: TellingEngine
) -> None:
    async with open_desk(words, engine=engine) as d:
        await d.speak_all()
        await open_list(d)
        await add(d, "GPU", "graphics card")
        await d.sees("1 row changes.")
        assert "1  The GPU is fast." in d.screen
        assert "→ The graphics card is fast." in d.screen
        assert asked(d) == list(TEXTS)
        await keep(d)
        assert asked(d) == ["The graphics card is fast.", *TEXTS[1:]]
        assert [d.text(index) for index in range(4)] == list(TEXTS)
        await d.press("escape")
        await d.sees("Said: The graphics card is fast.")
        assert "↻" in d.line_with("The GPU")
        assert d.status(0) is Status.STALE
        await d.press("u")
        assert "Undone: Change pronunciations" in d.key_line
        await d.until(lambda: "◉" in d.line_with("The GPU"))
        assert "Said:" not in d.screen
        await d.press("ctrl+y", "r")
        await d.until(lambda: d.status(0) is Status.READY)
        assert engine.asked[-1].spoken.text == "The graphics card is fast."


async def test_parts_of_words_and_regular_expressions_are_replaced_where_that_is_ticked(
    words: Path, engine: TellingEngine
) -> None:
    async with open_desk(words, engine=engine) as d:
        await open_list(d)
        await add(d, "GPU", "card", "whole")
        await d.sees("2 rows change.")
        await keep(d)
        await add(d, r"(\d+)km", r"\1 kilometres", "regex")
        await d.sees("→ 5 kilometres and 21 kilometres.")
        await keep(d)
        assert asked(d)[1:3] == ["Two cards are faster.", "5 kilometres and 21 kilometres."]
        assert d.project.rules == (Rule("GPU", "card", whole_word=False), KM)


async def test_a_rule_for_every_script_is_kept_in_the_users_file_and_holds_at_once(
    words: Path, engine: TellingEngine, tmp_path: Path
) -> None:
    async with open_desk(words, engine=engine) as d:
        await d.speak_all()
        await open_list(d)
        await add(d, "GPU", "graphics card", "everywhere")
        await keep(d)
        await d.until(lambda: d.status(0) is Status.STALE)
        assert read_rules(pronunciations_file()) == (GPU,)
        assert d.project.rules == ()
        await d.press("d")
        await d.until(lambda: d.status(0) is Status.READY)
        assert read_rules(pronunciations_file()) == ()
        await add(d, "GPU", "graphics card", "everywhere")
        await keep(d)
    other = tmp_path / "other.txt"
    other.write_text("A GPU.", "utf-8")
    async with open_desk(other, engine=engine) as d:
        assert asked(d) == ["A graphics card."]


@pytest.mark.parametrize(
    ("written", "spoken", "field", "said"),
    [
        ("(", "x", "written", "This is no regular expression: ("),
        ("a*", "x", "written", "This pattern matches nothing at all: a*"),
        ("a", r"\1", "spoken", "invalid group reference"),
        ("a", r"\g<b>", "spoken", "unknown group name"),
    ],
)
async def test_what_is_no_regular_expression_is_told_beneath_its_field(
    words: Path, engine: TellingEngine, written: str, spoken: str, field: str, said: str
) -> None:
    async with open_desk(words, engine=engine) as d:
        await open_list(d)
        await add(d, written, spoken, "regex")
        y = d.app.screen.query_one(f"#{field}").region.y
        assert said in " ".join(line.strip(" │") for line in d.lines[y + 1 : y + 3])
        await d.press("enter")
        assert isinstance(d.app.screen, RulePanel)
        await d.press("shift+tab", "space")
        assert said not in d.screen


async def test_a_rule_without_a_word_is_not_kept(words: Path, engine: TellingEngine) -> None:
    async with open_desk(words, engine=engine) as d:
        await open_list(d)
        await d.press("i", "enter")
        assert "A pronunciation needs a word." in d.screen
        await d.press("escape", "escape")
        assert d.project.rules == ()


async def test_an_expression_that_takes_for_ever_is_refused_even_where_no_row_shows_it(
    words: Path, engine: TellingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "PATIENCE", 0.7)
    async with open_desk(words, engine=engine) as d:
        await open_list(d)
        await add(d, "(z+)+$", "x", "regex")
        await d.press("enter")
        await d.sees("This expression takes too long.")
        await d.press("enter")
        assert isinstance(d.app.screen, RulePanel)
        assert d.project.rules == ()


async def test_enter_waits_until_an_expression_has_been_tried(
    words: Path, engine: TellingEngine
) -> None:
    async with open_desk(words, engine=engine) as d:
        await open_list(d)
        await add(d, r"(\d+)km", r"\1 kilometres", "regex")
        d.app.post_message(events.Key("enter", "\r"))
        await d.until(lambda: d.project.rules == (KM,))


async def test_a_rule_that_is_being_tried_is_let_go_of_with_the_desk(
    words: Path, engine: TellingEngine, recwarn: pytest.WarningsRecorder
) -> None:
    async with open_desk(words, engine=engine) as d:
        await open_list(d)
        await add(d, "(z+)+$", "x", "regex")
        await d.until(lambda: d.app.screen.query_one(RuleEffect).looking)
        await d.pilot.pause(0.3)  # it has a process by now
    gc.collect()
    assert [str(w.message) for w in recwarn if "unclosed" in str(w.message)] == []


@pytest.mark.parametrize("key", ["enter", "f2", "e", "ㄷ"])
async def test_a_rule_is_changed(words: Path, engine: TellingEngine, key: str) -> None:
    async with open_desk(words, engine=engine) as d:
        d.project.set_rules([GPU, KM])
        await open_list(d)
        assert listed(d) == ["GPU", r"(\d+)km"]
        await d.press(key)
        await d.press("tab", "end", *"!", "enter")
        await d.until(lambda: d.project.rules == (Rule("GPU", "graphics card!"), KM))
        await d.press("j", key, "escape")
        assert d.project.rules[1] == KM


@pytest.mark.parametrize("key", ["delete", "ctrl+delete", "d", "ㅇ"])
async def test_a_rule_is_deleted(words: Path, engine: TellingEngine, key: str) -> None:
    async with open_desk(words, engine=engine) as d:
        d.project.set_rules([GPU, KM])
        await open_list(d)
        await d.press(key)
        await d.until(lambda: d.project.rules == (KM,))
        await d.until(lambda: listed(d) == [r"(\d+)km"])
        await d.press(key)
        await d.until(lambda: d.project.rules == ())
        await d.press(key, "escape", "u", "u")
        assert d.project.rules == (GPU, KM)


@pytest.mark.parametrize("key", ["ctrl+z", "u", "ㅕ"])
async def test_changes_of_both_lists_are_taken_back_one_by_one(
    words: Path, engine: TellingEngine, key: str
) -> None:
    write_rules(pronunciations_file(), [KM])
    async with open_desk(words, engine=engine) as d:
        d.project.set_rules([GPU])
        await open_list(d)
        await d.press("j", "d")
        await d.until(lambda: read_rules(pronunciations_file()) == ())
        assert asked(d)[2] == TEXTS[2]
        await d.press("d")
        await d.until(lambda: d.project.rules == ())
        await d.until(lambda: listed(d) == [])
        await d.press(key)
        await d.until(lambda: d.project.rules == (GPU,))
        assert read_rules(pronunciations_file()) == ()
        await d.until(lambda: listed(d) == ["GPU"])
        await d.press(key)
        await d.until(lambda: read_rules(pronunciations_file()) == (KM,))
        await d.until(lambda: listed(d) == ["GPU", r"(\d+)km"])
        assert asked(d)[2] == "5 kilometres and 21 kilometres."
        await d.press(key)
        assert d.project.rules == (GPU,)


@pytest.mark.parametrize("key", ["insert", "i", "ㅑ"])
async def test_a_rule_is_added_below_the_one_that_is_chosen(
    words: Path, engine: TellingEngine, key: str
) -> None:
    async with open_desk(words, engine=engine) as d:
        d.project.set_rules([GPU, KM])
        await open_list(d)
        await d.press(key, *"fast", "tab", *"quick", "enter")
        new = Rule("fast", "quick")
        await d.until(lambda: d.project.rules == (GPU, new, KM))
        await d.sees("→ The graphics card is quick.")


async def test_rules_are_put_in_order_and_the_first_wins(
    words: Path, engine: TellingEngine
) -> None:
    one, two = Rule("GPU", "one"), Rule("GPU", "two")
    async with open_desk(words, engine=engine) as d:
        d.project.set_rules([one, two])
        await open_list(d)
        await d.press("alt+down")
        await d.until(lambda: d.project.rules == (two, one))
        assert asked(d)[0] == "The two is fast."
        await d.press("alt+down", "alt+up")
        await d.until(lambda: d.project.rules == (one, two))


async def test_a_rule_goes_from_one_list_to_the_other(words: Path, engine: TellingEngine) -> None:
    async with open_desk(words, engine=engine) as d:
        d.project.set_rules([GPU])
        await open_list(d)
        await d.press("enter", *["tab"] * 4, "space", "enter")
        await d.until(lambda: d.project.rules == ())
        assert read_rules(pronunciations_file()) == (GPU,)
        assert asked(d)[0] == "The graphics card is fast."


async def test_a_row_with_its_own_way_to_be_said_is_left_alone(
    words: Path, engine: TellingEngine
) -> None:
    async with open_desk(words, engine=engine) as d:
        d.project.edit(d.project.ids[0], say="The GPU, that is, is fast.")
        await open_list(d)
        await add(d, "GPU", "graphics card")
        await d.sees("0 rows change.")
        await keep(d)
        assert asked(d)[0] == "The GPU, that is, is fast."


async def test_the_written_text_is_what_is_exported(
    words: Path, engine: TellingEngine, tmp_path: Path
) -> None:
    async with open_desk(words, engine=engine) as d:
        d.project.set_rules([GPU])
        d.project.edit(d.project.ids[2], say="Five and twenty-one kilometres.")
        await d.speak_all()
        assert "The graphics card is fast." in {request.spoken.text for request in engine.asked}
        result = run_export(plan_export(d.project, out=tmp_path / "out"))
        assert len(result.files) == 4
        assert [result.files[1].name, result.files[3].name] == [
            "001_The_GPU_is_fast.wav",
            "003_5km_and_21km.wav",
        ]
        manifest = next(path for path in (tmp_path / "out").iterdir() if path.suffix == ".json")
        said = manifest.read_text("utf-8")
        assert json.loads(said)
        assert "The GPU is fast." in said
        assert "5km and 21km." in said


async def test_a_project_that_another_studio_holds_keeps_its_list_and_says_so(
    words: Path, engine: TellingEngine
) -> None:
    holder = Project.open(words, read_script(words))
    try:
        holder.set_rules([GPU])
        holder.flush()
        async with open_desk(words, engine=engine) as d:
            await open_list(d)
            await d.press("d")
            await d.sees("This project is open for reading only.")
            assert d.project.rules == (GPU,)
            await d.press("enter", *["tab"] * 4, "space", "enter")
            await d.sees("This project is open for reading only.")
            assert read_rules(pronunciations_file()) == ()
            await add(d, "fast", "quick", "everywhere")
            await keep(d)
            await d.until(lambda: read_rules(pronunciations_file()) == (Rule("fast", "quick"),))
    finally:
        holder.close()


async def test_what_another_desk_has_put_into_the_users_list_is_not_lost(
    words: Path, engine: TellingEngine
) -> None:
    async with open_desk(words, engine=engine) as d:
        await open_list(d)
        write_rules(pronunciations_file(), [KM])
        await add(d, "GPU", "graphics card", "everywhere")
        await keep(d)
        await d.sees("changed elsewhere meanwhile")
        assert read_rules(pronunciations_file()) == (KM,)
        await d.press("escape")
        await open_list(d)
        await add(d, "GPU", "graphics card")  # beside the one that is chosen
        await keep(d)
        await d.until(lambda: read_rules(pronunciations_file()) == (KM, GPU))


async def test_a_users_list_that_cannot_be_read_is_told_and_left_as_it_is(
    words: Path, engine: TellingEngine
) -> None:
    path = pronunciations_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("this is no TOML", "utf-8")
    async with open_desk(words, engine=engine) as d:
        await open_list(d)
        assert "cannot be read" in d.told[-1].title
        await add(d, "GPU", "graphics card", "everywhere")
        await keep(d)
        await d.sees("cannot be read")
        assert path.read_text("utf-8") == "this is no TOML"
        await add(d, "GPU", "graphics card")
        await keep(d)
        await d.until(lambda: d.project.rules == (GPU,))


async def test_entries_of_the_users_list_that_are_no_rules_are_told_of(
    words: Path, engine: TellingEngine
) -> None:
    path = pronunciations_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('[[pronunciation]]\nwritten = "("\nspoken = "x"\nregex = true\n', "utf-8")
    async with open_desk(words, engine=engine) as d:
        await open_list(d)
        assert "1 entry of your list cannot be used" in d.told[-1].message


def test_lists_stay_apart_while_their_rules_are_put_in_order() -> None:
    a, b, c = Rule("a", "1"), Rule("b", "2"), Rule("c", "3")
    lists = RuleLists((a, b), (c,))
    assert lists.all == (a, b, c)
    assert lists.moved(Place(False, 0), 1) == (RuleLists((b, a), (c,)), Place(False, 1))
    assert lists.moved(Place(True, 0), 1) == (lists, Place(True, 0))
    assert lists.put(a, Place(True, 1)).everywhere == (c, a)
    assert lists.without(Place(False, 1)).all == (a, c)
