"""The question before leaving while sentences are being spoken."""

from __future__ import annotations

from collections.abc import Iterable

from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from engine.i18n import N_, _, ngettext
from tui.keys import JAMO
from tui.screens.panel import Panel


class QuitPanel(Panel[bool]):
    """Answers True to stop and leave, None to stay."""

    BINDINGS = [  # noqa: RUF012
        Binding(f"y,{JAMO['y']},q,{JAMO['q']},ctrl+q", "stop", N_("Stop and quit"), id="quit.stop"),
        Binding(f"n,{JAMO['n']}", "close", N_("Stay"), id="quit.stay"),
    ]

    def __init__(self, active: int, title: str = "") -> None:
        super().__init__(title or _("Quit?"))
        self._active = active

    def compose_body(self) -> Iterable[Widget]:
        said = ngettext(
            "{count} sentence is being spoken or waits for it.",
            "{count} sentences are being spoken or wait for it.",
            self._active,
        ).format(count=self._active)
        yield Static(Content.styled(said, "bold"))
        yield Static(Content(_("Takes that are finished are kept. Go on any time with R.")))

    def key_hints(self) -> list[tuple[str, str, str]]:
        return [
            ("q", _("Stop and quit"), "screen.stop"),
            ("Esc", _("Stay"), "screen.close"),
        ]

    def action_stop(self) -> None:
        self.dismiss(True)


class OpenAnotherPanel(QuitPanel, inherit_bindings=False):
    """Answers True to go and choose another script, None to stay."""

    BINDINGS = [  # noqa: RUF012
        Binding(f"y,{JAMO['y']},ctrl+o", "stop", N_("Choose another script"), id="open.go"),
        Binding(f"escape,enter,n,{JAMO['n']},q,{JAMO['q']}", "close", N_("Stay"), id="open.stay"),
        Binding("ctrl+q", "app.leave", N_("Quit"), show=False),
    ]

    def __init__(self, active: int) -> None:
        super().__init__(active, _("Open another script?"))

    def compose_body(self) -> Iterable[Widget]:
        yield from super().compose_body()
        yield Static(Content(_("They go on until another script has been opened.")))

    def key_hints(self) -> list[tuple[str, str, str]]:
        return [
            ("Ctrl+O", _("Choose another script"), "screen.stop"),
            ("Esc", _("Stay"), "screen.close"),
        ]
