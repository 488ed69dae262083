"""The line at the bottom in which one types what is to be found."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from engine.i18n import _
from tui.messages import FindEnded, FindStepped, FindTyped


class FindInput(Input):
    """Arrows go through the matches, Enter stays there, Esc goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave(False)", show=False),
        Binding("enter", "leave(True)", show=False),
        Binding("down,ctrl+n", "step(1)", show=False),
        Binding("up,ctrl+g", "step(-1)", show=False),
    ]

    def action_leave(self, kept: bool) -> None:
        self.post_message(FindEnded(kept))

    def action_step(self, by: int) -> None:
        self.post_message(FindStepped(by))


class FindBar(Horizontal):
    """Takes the place of the keys while it is open."""

    def compose(self) -> ComposeResult:
        yield Static(Content(f" {_('Find')} "), id="find-label")
        field = FindInput(compact=True)
        field.cursor_blink = False
        yield field
        yield Static(id="find-count")
        yield Static(Content(f" {_('↑↓ Go through   Enter Stay   Esc Back')} "), id="find-keys")

    @property
    def open(self) -> bool:
        return self.has_class("-open")

    def begin(self, query: str) -> None:
        """Open, with what was looked for last, ready to be typed over."""
        self.add_class("-open")
        field = self.query_one(FindInput)
        with field.prevent(Input.Changed):
            field.value = query
        field.action_select_all()
        # Widget.focus() would wait its turn, and what is typed meanwhile would go to the table.
        self.screen.set_focus(field)

    def end(self) -> None:
        """Close."""
        self.remove_class("-open")

    def tell(self, place: int, count: int, *, asked: bool) -> None:
        """Show which of how many matches the current row is.

        Args:
            asked: something is looked for.
        """
        if count:
            said = Content(f" {place}/{count} ")
        else:
            said = Content.styled(f" {_('no match')} ", "$text-error") if asked else Content("")
        self.query_one("#find-count", Static).update(said)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(FindTyped(event.value))
