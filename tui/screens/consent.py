"""The question before a clip of somebody's voice leaves this machine."""

from __future__ import annotations

from collections.abc import Iterable

from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from engine.addresses import shown_address
from engine.i18n import N_, _
from tui.display import safe
from tui.keys import JAMO
from tui.screens.panel import Panel


class ConsentPanel(Panel[bool], inherit_bindings=False):
    """Answers True where the speaker agrees, None where not.

    Args:
        clip: the name of its file.
        address: where it would be sent.
    """

    BINDINGS = [  # noqa: RUF012
        Binding(f"y,{JAMO['y']}", "agree", N_("The speaker agrees"), id="consent.agree"),
        Binding(f"escape,n,{JAMO['n']},q,{JAMO['q']}", "close", N_("Cancel"), id="consent.not"),
        Binding("ctrl+q", "app.leave", N_("Quit"), show=False),
    ]

    def __init__(self, clip: str, address: str) -> None:
        super().__init__(_("Send the clip?"))
        self._clip = clip
        self._address = address

    def compose_body(self) -> Iterable[Widget]:
        said = _(
            "The clip {clip} would be sent to {address}, which clones the voice in it."
        ).format(clip=safe(self._clip), address=safe(shown_address(self._address)))
        yield Static(Content.styled(said, "bold"))
        yield Static(Content(_("Does the person who speaks in it agree to that?")))

    def key_hints(self) -> list[tuple[str, str, str]]:
        return [
            ("y", _("The speaker agrees"), "screen.agree"),
            ("Esc", _("Cancel"), "screen.close"),
        ]

    def action_agree(self) -> None:
        self.dismiss(True)
