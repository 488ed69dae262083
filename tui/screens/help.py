"""All keys and all marks on one page, made from the same table as the bindings."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from typing import Any

from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from engine.i18n import _
from tui.actions import ACTIONS, GROUPS
from tui.keys import Action, keys_in_use
from tui.marks import CONFLICT, MARKS, NOTE, PAUSE, PLAYING, UNSPOKEN
from tui.screens.panel import Panel


class HelpPanel(Panel[None]):
    """Every action with all its keys; every status with its glyph.

    Args:
        under: the screen that the keys are pressed on.
    """

    def __init__(self, under: Screen[Any]) -> None:
        super().__init__(_("Keys"))
        self._in_use = keys_in_use(under, ACTIONS)

    def compose_body(self) -> Iterable[Widget]:
        for group in GROUPS:
            yield _heading(_(group))
            in_group = [action for action in ACTIONS if action.group == group]
            for tooltip, alike in groupby(in_group, attrgetter("tooltip")):
                yield _line(self._keys(list(alike)), "$footer-key-foreground bold", _(tooltip))
        yield _heading(_("Marks"))
        for mark in (*MARKS.values(), UNSPOKEN):
            yield _line(f"{mark.glyph} {_(mark.word)}", mark.colour, _(mark.meaning))
        yield _line(f"{PLAYING}", "$text-accent", _("plays now"))
        changed = _("you and the script file both changed it; yours stands")
        yield _line(f"{CONFLICT}", "$text-warning", changed)
        yield _line(f"{NOTE}", "$foreground-muted", _("has a note of yours"))
        yield _line(f"{PAUSE}", "$foreground-muted", _("has a pause of its own after it"))
        yield _heading(_("Hangul"))
        yield Static(
            Content(
                _(
                    "Letter keys work in Korean input mode too, while they stay single letters: "
                    "ㅁ accepts as a does. Every action also has a key that no input mode changes."
                )
            )
        )

    def _keys(self, actions: list[Action]) -> str:
        """The keys of one action, or the first and the last of a row of like actions."""
        keys = [self._in_use[action.id] or action.shown_keys for action in actions]
        return "  ".join(keys[0]) if len(keys) == 1 else f"{keys[0][0]} … {keys[-1][0]}"


def _heading(words: str) -> Widget:
    return Static(Content(words), classes="section")


def _line(left: str, style: str, right: str) -> Widget:
    return Horizontal(
        Static(Content.styled(left, style), classes="key"), Static(Content(right)), classes="line"
    )
