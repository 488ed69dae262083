"""Every key that no input method swallows arrives as it is bound, from a real terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.end_to_end.tmux import Tmux, needs_tmux
from tui.actions import ACTIONS
from tui.keys import Action

ROOT = Path(__file__).parents[2]
ONLY_WITH_KITTY = {"ctrl+h"}
"""Others that the actions have beside these arrive everywhere."""

LISTENER = """
import sys
from tui.alt_keys import name_alt_keys
from textual.app import App

name_alt_keys()

class Listener(App):
    ENABLE_COMMAND_PALETTE = False

    def on_ready(self):
        self.told("ready")

    async def on_event(self, event):
        if type(event).__name__ == "Key":
            self.told(event.key)
        else:
            await super().on_event(event)

    def told(self, key):
        with open(sys.argv[1], "a", encoding="utf-8") as file:
            file.write(key + "\\n")

Listener().run()
"""

_TMUX_NAMES = {
    "delete": "DC",
    "insert": "IC",
    "pageup": "PPage",
    "pagedown": "NPage",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "backslash": "\\",
    "semicolon": "\\;",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "backspace": "BSpace",
    "number_sign": "#",
    "comma": ",",
    "full_stop": ".",
    "question_mark": "?",
}


def tmux_name(key: str) -> str:
    *modifiers, last = key.split("+")
    name = _TMUX_NAMES.get(last, last if len(last) == 1 else last.capitalize())
    return "".join({"alt": "M-", "ctrl": "C-", "shift": "S-"}[part] for part in modifiers) + name


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_an_action_has_a_key_that_every_terminal_sends(action: Action) -> None:
    assert set(action.always) - ONLY_WITH_KITTY, action.id


@needs_tmux
def test_every_key_arrives_as_it_is_bound(tmp_path: Path) -> None:
    heard = tmp_path / "heard.txt"
    heard.touch()
    keys = [
        (key, action) for action in ACTIONS for key in action.always if key not in ONLY_WITH_KITTY
    ]
    command = [sys.executable, "-c", LISTENER, str(heard)]
    env = {"TEXTUAL_DISABLE_KITTY_KEY": "1", "PYTHONPATH": str(ROOT)}
    wrong: list[tuple[str, str, str]] = []
    with Tmux(command, columns=80, lines=24, env=env) as terminal:
        for number, (key, action) in enumerate([("", None), *keys]):
            if action is not None:
                terminal.keys(tmux_name(key))
            terminal.wait_until(
                lambda _screen, number=number: len(heard.read_text("utf-8").split()) > number,
                f"the key {key}",
            )
            told = heard.read_text("utf-8").split()[number]
            if action is not None and told not in action.keys.split(","):
                wrong.append((action.id, key, told))
    assert wrong == []
