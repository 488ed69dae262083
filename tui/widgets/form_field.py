"""A line of a form: what it is, what was typed, and beneath it what is wrong with that."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui.display import safe


class FormField(Vertical):
    """One value to type.

    Args:
        value: what stands there, or None where several things do that are not the same.
        unset: what holds where nothing is typed.
        mixed: what to show in place of several things.
        secret: what is typed is not shown.

    Attributes:
        touched: something was typed here, even if it was deleted again.
    """

    def __init__(
        self,
        name: str,
        label: str,
        value: str | None,
        unset: str,
        mixed: str = "",
        *,
        secret: bool = False,
    ) -> None:
        super().__init__(classes="field")
        self.touched = False
        self._label = label
        self._first = value or ""
        self._unset = unset
        self._input = Input(
            self._first,
            placeholder=mixed if value is None else unset,
            id=name,
            compact=True,
            password=secret,
        )
        self._input.cursor_blink = False

    def compose(self) -> ComposeResult:
        yield Horizontal(Static(Content(self._label), classes="label"), self._input)
        yield Static(classes="said")

    @property
    def value(self) -> str:
        return self._input.value

    def focus_input(self) -> None:
        """Have what is typed go here."""
        self.screen.set_focus(self._input)

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.value != self._first:
            self.touched = True
            self._input.placeholder = self._unset

    def tell(self, words: str, colour: str = "$text-error") -> None:
        """Show beneath it what is wrong with it; empty for nothing."""
        said = self.query_one(".said", Static)
        said.display = bool(words)
        said.update(Content.styled(safe(words), colour))
