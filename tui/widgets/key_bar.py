"""The bottom line: the most useful keys for what is going on, or a word to the user."""

from __future__ import annotations

from time import monotonic
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.timer import Timer
from textual.widget import Widget

from engine.i18n import _
from tui.actions import BY_ID
from tui.display import safe
from tui.offers import Offer

HINT_SECONDS = 4.0
FRESH_SECONDS = 0.3

_HELP = BY_ID["app.help"]


class KeyBar(Widget):
    """One line of keys, as many as fit, and help at its end; any of them can be clicked.

    Attributes:
        hints: how many have been shown so far.
    """

    ALLOW_SELECT: ClassVar[bool] = False

    offers: reactive[tuple[Offer, ...]] = reactive(())
    hint: reactive[str] = reactive("")
    """Shown instead of the keys while it lasts."""

    def __init__(self) -> None:
        super().__init__()
        self.hints = 0
        self._timer: Timer | None = None
        self._said = 0.0

    def say(self, hint: str) -> None:
        """Show a hint for a while in place of the keys."""
        self.hint = hint
        self.hints += 1
        self._said = monotonic()
        if self._timer:
            self._timer.stop()
        self._timer = self.set_timer(HINT_SECONDS, self.hush)

    def hush(self) -> None:
        """Show the keys again."""
        self.hint = ""

    def move_on(self) -> None:
        """The user has turned to something else: drop a hint unless it is brand new."""
        if monotonic() - self._said > FRESH_SECONDS:
            self.hush()

    async def on_click(self, event: events.Click) -> None:
        action = event.style.meta.get("runs")
        if action:
            await self.run_action(action)

    def render(self) -> Content:
        if self.hint:
            return Content.styled(f" {safe(self.hint)}", "$text-accent bold")
        # Its last key works in an editor too.
        help_item = _item(Offer(_HELP.shown_keys[-1], _(_HELP.label), "app.help"))
        room = self.size.width - help_item.cell_length
        line = Content("")
        for offer in self.offers:
            item = _item(offer)
            if line.cell_length + item.cell_length > room:
                break
            line = line.append(item)
        return line.pad_right(room - line.cell_length).append(help_item)


def _item(offer: Offer) -> Content:
    shown = Content.assemble(
        (offer.key, "$footer-key-foreground bold"),
        " ",
        (offer.label, "$footer-description-foreground"),
    )
    clickable = shown.stylize(Style.from_meta({"runs": offer.action}))
    return Content.assemble(" ", clickable, " ")
