"""One server: its address, and the key that it wants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from engine.addresses import server_address
from engine.errors import InputError
from engine.i18n import _
from engine.servers_file import SavedServer
from tui.screens.panel import Panel
from tui.widgets.form_field import FormField


class ServerPanel(Panel[SavedServer], inherit_bindings=False):
    """Answers the server as it shall be kept, or None.

    Args:
        server: what to begin with; None for a new one. Its key is never shown: one that is not
            typed anew stays.
    """

    CSS_PATH = [  # noqa: RUF012 - Textual declares it
        Path(__file__).with_name(name) for name in ("panel.tcss", "engines.tcss")
    ]
    AUTO_FOCUS = "#address"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("enter", "keep", show=False),
        Binding("ctrl+q", "app.leave", show=False),
        Binding("tab,down", "app.focus_next", show=False),
        Binding("shift+tab,up", "app.focus_previous", show=False),
    ]

    def __init__(self, server: SavedServer | None) -> None:
        super().__init__(_("Server"))
        self._server = server or SavedServer("")
        unset = _("the one that is kept") if self._server.key else _("none")
        self._address = FormField(
            "address", _("Address"), self._server.address, "http://192.168.0.10:7860"
        )
        self._key = FormField("key", _("Key"), "", unset, secret=True)

    def compose(self) -> ComposeResult:
        with Vertical(id="panel"):
            yield from self.compose_body()

    def compose_body(self) -> Iterable[Widget]:
        yield self._address
        yield self._key
        yield Static(
            Content.styled(
                _("The key is kept in a file that only you can read, never in a project."),
                "$foreground-muted",
            ),
            classes="note",
        )

    def key_hints(self) -> list[tuple[str, str, str]]:
        return [
            ("Enter", _("Keep"), "screen.keep"),
            ("Tab", _("Next field"), "app.focus_next"),
            ("Esc", _("Leave as it was"), "screen.close"),
        ]

    def on_input_submitted(self) -> None:
        self.action_keep()

    def action_keep(self) -> None:
        self._address.tell("")
        self._key.tell("")
        try:
            address = server_address(self._address.value)
        except InputError as error:
            self._address.tell(str(error))
            self._address.focus_input()
            return
        key = self._key.value.strip()
        if not key.isprintable():
            self._key.tell(_("A key has no line ends or other control characters."))
            return
        # Neither a key nor a speaker's consent is for another server.
        known = self._server if address == self._server.address else SavedServer(address)
        self.dismiss(replace(known, key=key or known.key))
