"""The line at the bottom in which one thing of a row is typed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from engine.i18n import _
from tui.display import safe
from tui.messages import FieldLeft


class FieldInput(Input):
    """Enter keeps, Esc leaves all as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave(False)", show=False),
        Binding("enter,tab", "leave(True)", show=False),
    ]

    def action_leave(self, kept: bool) -> None:
        self.post_message(FieldLeft(kept))


class FieldBar(Horizontal):
    """Takes the place of the keys while it is open.

    Attributes:
        touched: something was typed, even if it was deleted again.
    """

    touched = False

    def compose(self) -> ComposeResult:
        yield Static(id="field-label")
        field = FieldInput(compact=True)
        field.cursor_blink = False
        yield field
        yield Static(id="field-said")

    @property
    def open(self) -> bool:
        return self.has_class("-open")

    @property
    def value(self) -> str:
        return self.query_one(FieldInput).value

    def begin(self, label: str, value: str, placeholder: str) -> None:
        """Open with this value, the cursor at its end."""
        self.add_class("-open")
        self.query_one("#field-label", Static).update(Content(f" {label} "))
        field = self.query_one(FieldInput)
        with field.prevent(Input.Changed):
            field.value = value
        field.placeholder = placeholder
        field.cursor_position = len(value)
        self.touched = False
        self.tell("")
        self.take_keys()

    def take_keys(self) -> None:
        """Have what is typed go here."""
        # Widget.focus() would wait its turn, and what is typed meanwhile would go to the table.
        self.screen.set_focus(self.query_one(FieldInput))

    def end(self) -> None:
        """Close."""
        self.remove_class("-open")

    def tell(self, wrong: str) -> None:
        """Say what is wrong with what was typed; empty for nothing, which shows the keys."""
        keys = Content.styled(_("Enter Keep   Esc Leave as it was"), "$foreground-muted")
        said = Content.styled(safe(wrong), "$text-error bold") if wrong else keys
        self.query_one("#field-said", Static).update(Content.assemble(" ", said, " "))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.touched = True
        self.tell("")
