"""What to do first, over the desk of somebody who sees it for the first time."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from engine.i18n import _
from tui.actions import BY_ID
from tui.keys import keys_in_use

FIRST = ("speak.all", "listen.play", "judge.accept", "speak.reroll", "project.export")
"""The actions that take a script all the way."""


class Welcome(Vertical):
    """Takes no key and no click for itself; who shows it ends it with the first of them."""

    def compose(self) -> ComposeResult:
        self.border_title = Content(_("Welcome to the desk"))
        self.border_subtitle = Content(_("Any key or a click closes this"))
        yield Static(
            Content(_("Have the script spoken, hear each sentence, keep what is good:")),
            classes="lead",
        )
        first = [BY_ID[name] for name in FIRST]
        keys = keys_in_use(self.screen, [*first, BY_ID["app.help"]])
        for action in first:
            yield _line(keys[action.id], _(action.tooltip))
        helping = "  ".join(keys["app.help"])
        yield Static(Content(_("All keys, any time: {keys}").format(keys=helping)), classes="more")


def _line(keys: tuple[str, ...], words: str) -> Horizontal:
    return Horizontal(
        Static(Content.styled("  ".join(keys), "$footer-key-foreground bold"), classes="keys"),
        Static(Content(words)),
    )
