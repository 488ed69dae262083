"""The menu: what is not done all day, by its name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from engine.i18n import _
from tui.keys import JAMO, Action, show_key
from tui.screens.panel import Panel


class MenuPanel(Panel[Action]):
    """Answers the action that was chosen, or None.

    Args:
        actions: those to choose from.
    """

    BINDINGS = [  # noqa: RUF012
        Binding("f10", "close", show=False),
        Binding(f"down,j,{JAMO['j']}", "highlight(1)", show=False),
        Binding(f"up,k,{JAMO['k']}", "highlight(-1)", show=False),
    ]

    def __init__(self, actions: Sequence[Action]) -> None:
        super().__init__(_("Menu"))
        self._actions = actions

    def compose_body(self) -> Iterable[Widget]:
        width = max(cell_len(_(action.label)) for action in self._actions)
        yield OptionList(*(Option(_line(action, width)) for action in self._actions), compact=True)

    def on_mount(self) -> None:
        super().on_mount()
        self._list.highlighted = 0
        self._list.focus()

    def key_hints(self) -> list[tuple[str, str, str]]:
        return [("Enter", _("Open"), "screen.choose"), *super().key_hints()]

    @property
    def highlighted(self) -> Action:
        """The action that Enter chooses."""
        return self._actions[self._list.highlighted or 0]

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    def on_key(self, event: events.Key) -> None:
        """The keys that stand beside the names work here too."""
        for action in self._actions:
            if event.key in action.always:
                event.stop()
                self.dismiss(action)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._actions[event.option_index])

    def action_choose(self) -> None:
        self._list.action_select()

    def action_highlight(self, by: int) -> None:
        if by > 0:
            self._list.action_cursor_down()
        else:
            self._list.action_cursor_up()


def _line(action: Action, width: int) -> Content:
    """Its name, its keys, and what it does."""
    label = _(action.label)
    return Content.assemble(
        (label, "bold"),
        " " * (width - cell_len(label) + 2),
        (f"{show_key(action.always[0]):<8}", "$footer-key-foreground"),
        (_(action.tooltip), "$foreground-muted"),
    )
