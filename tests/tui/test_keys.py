from __future__ import annotations

from collections import Counter
from gettext import NullTranslations

import pytest
from textual.binding import Binding

from tests.tui.conftest import OpenDesk
from tui.actions import ACTIONS, BY_ID, DESK_ACTIONS, TABLE_ACTIONS
from tui.keys import JAMO, is_composed_hangul
from tui.marks import MARKS
from tui.screens.desk import DeskScreen
from tui.widgets.sentence_table import SentenceTable


def test_no_key_does_two_things_and_no_action_has_two_ids() -> None:
    keys = Counter(key for action in ACTIONS for key in action.keys.split(","))
    assert [key for key, count in keys.items() if count > 1] == []
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)


def test_every_action_has_a_key_that_no_input_method_swallows() -> None:
    for action in ACTIONS:
        assert any(len(key) > 1 or key.isdigit() for key in action.always), action.id


@pytest.mark.parametrize("action", [a for a in ACTIONS if a.letter], ids=lambda a: a.id)
def test_a_letter_works_as_its_jamo_too(action) -> None:
    if action.letter.isalpha():
        assert JAMO[action.letter] in action.keys.split(",")


@pytest.mark.parametrize("action", DESK_ACTIONS, ids=lambda a: a.id)
def test_every_action_of_the_desk_is_there(action) -> None:
    assert callable(getattr(DeskScreen, f"action_{action.name.partition('(')[0]}"))


@pytest.mark.parametrize("action", TABLE_ACTIONS, ids=lambda a: a.id)
def test_every_action_of_the_table_is_there(action) -> None:
    assert callable(getattr(SentenceTable, f"action_{action.name.partition('(')[0]}"))


@pytest.mark.parametrize("action", ACTIONS, ids=lambda a: a.id)
def test_every_binding_has_an_id_a_tooltip_and_a_group(action) -> None:
    binding = action.binding()
    assert isinstance(binding, Binding)
    assert binding.id
    assert binding.tooltip
    assert binding.group
    assert binding.group.description


@pytest.mark.parametrize(
    ("character", "composed"),
    [("가", True), ("힣", True), ("ㅓ", False), ("j", False), (None, False)],
)
def test_only_whole_syllables_count_as_composed(character: str | None, composed: bool) -> None:
    assert is_composed_hangul(character) is composed


SEVERAL = {"listen.pick_take": ("Alt+1", "…", "Alt+9"), "speak.count": ("1", "…", "8")}
"""Actions that share a line of the help."""


async def test_the_help_lists_every_action_with_all_its_keys(desk: OpenDesk) -> None:
    async with desk(size=(120, 140)) as d:
        await d.press("question_mark")
        await d.sees("Keys")
        for action in ACTIONS:
            lines = [line for line in d.lines if action.tooltip in line]
            assert lines, action.id
            keys = SEVERAL.get(action.id.rpartition("_")[0], action.shown_keys)
            assert all(key in lines[0] for key in keys), action.id
        for mark in MARKS.values():
            assert f"{mark.glyph} {mark.word}" in d.screen


async def test_jamo_move_and_a_syllable_only_gives_a_hint(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("ㅓ", "ㅓ", "ㅏ")
        assert "오늘은" in d.current_line
        before = d.lines[:-1]
        await d.press("가")
        assert "한/영" in d.key_line
        assert d.lines[:-1] == before


async def test_keys_can_be_remapped_by_their_ids(desk: OpenDesk) -> None:
    async with desk(size=(120, 140)) as d:
        d.app.set_keymap({"move.down": "n", "find.next": "ctrl+n"})
        await d.press("n")
        assert "오늘은" in d.current_line
        await d.press("f1")
        line = next(line for line in d.lines if BY_ID["move.down"].tooltip in line)
        assert " n " in line
        assert "↓" not in line


async def test_the_help_the_key_line_and_the_palette_speak_the_users_language(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Loud(NullTranslations):
        def gettext(self, message: str) -> str:
            return message.upper()

    monkeypatch.setattr("engine.i18n._translation", Loud())
    async with desk(size=(120, 140)) as d:
        assert "SPEAK ALL" in d.key_line
        assert "F1 HELP" in d.key_line
        await d.press("f1")
        await d.sees("PLAY THE ROW'S TAKE")
        assert "LISTEN" in d.screen
        await d.press("escape", "ctrl+p", *"export")
        await d.sees("EXPORT  (F9, Ctrl+E)")
