"""What every panel over the desk has in common: a title, a body, keys that close it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, ScreenResultType
from textual.style import Style
from textual.widget import Widget

from engine.i18n import N_, _
from tui.keys import JAMO

SAID_SECONDS = 3.0
"""How long a word to the user stands in place of the keys."""


class Panel(ModalScreen[ScreenResultType]):
    """A box in the middle of the desk. Esc, q or Enter closes it; its words can be selected."""

    CSS_PATH = Path(__file__).with_name("panel.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"escape,enter,q,{JAMO['q']}", "close", N_("Close"), id="panel.close"),
        Binding("ctrl+q", "app.leave", N_("Quit"), show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("pagedown,space", "scroll(10)", show=False),
    ]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def compose(self) -> ComposeResult:
        with Vertical(id="panel"), VerticalScroll(id="body", can_focus=False):
            yield from self.compose_body()

    def on_mount(self) -> None:
        self.query_one("#panel").border_title = Content(self._title)
        self._show_keys()

    def compose_body(self) -> Iterable[Widget]:
        """The widgets between the title and the keys."""
        raise NotImplementedError

    def key_hints(self) -> list[tuple[str, str, str]]:
        """Key, what it does, and the action a click runs."""
        return [("Esc", _("Close"), "screen.close")]

    def _show_keys(self) -> None:
        self.query_one("#panel").border_subtitle = self._keys_line()

    def _keys_line(self) -> Content:
        parts = []
        for key, label, action in self.key_hints():
            part = Content.assemble((key, "bold $footer-key-foreground"), " ", label)
            parts.append(part.stylize(Style.from_meta({"@click": action})))
        return Content("   ").join(parts)

    def say_copied(self) -> None:
        """Tell that the clipboard was asked to take something; not every terminal lets it."""
        said = _("Copied, if your terminal allows it.")
        self.query_one("#panel").border_subtitle = Content.styled(said, "$text-success")
        self.set_timer(SAID_SECONDS, self._show_keys)

    def action_close(self) -> None:
        self.dismiss(None)

    def action_scroll(self, lines: int) -> None:
        self.query_one("#body").scroll_relative(y=lines, animate=False)
