"""A failure in the user's words, ready to be copied into a message to somebody who can help."""

from __future__ import annotations

from collections.abc import Iterable

from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from engine.errors import StudioError
from engine.i18n import N_, _
from tui.display import safe, safe_lines
from tui.keys import JAMO
from tui.screens.panel import Panel


class ErrorPanel(Panel[None]):
    """Title, hint and detail of an error. ``c`` copies all of it."""

    BINDINGS = [Binding(f"c,{JAMO['c']}", "copy", N_("Copy"), id="error.copy")]  # noqa: RUF012

    def __init__(self, error: StudioError, detail: str = "") -> None:
        super().__init__(_("Something went wrong"))
        self.error = error
        self._detail = detail

    @property
    def words(self) -> str:
        """All of it as plain text."""
        return "\n\n".join(filter(None, (self.error.title, self.error.hint, self._detail)))

    def compose_body(self) -> Iterable[Widget]:
        yield Static(Content.styled(safe(self.error.title), "bold"), id="title")
        if self.error.hint:
            yield Static(Content(safe_lines(self.error.hint)), id="hint")
        if self._detail:
            yield Static(Content(safe_lines(self._detail)), id="detail")

    def key_hints(self) -> list[tuple[str, str, str]]:
        return [*super().key_hints(), ("c", _("Copy"), "screen.copy")]

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self.words)
        self.say_copied()
