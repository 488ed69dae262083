"""Choosing which rows to show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from engine.i18n import _
from tui.filters import FILTERS, Filter
from tui.keys import JAMO
from tui.screens.panel import Panel


class FilterPanel(Panel[int]):
    """Answers the number of a filter as it is listed, 0 for all rows, None to leave all as it is.

    Args:
        counts: the rows that fit each of FILTERS.
        total: all rows.
        chosen: the filter that is on, if any.
    """

    BINDINGS = [  # noqa: RUF012
        *(Binding(str(number), f"choose({number})", show=False) for number in range(10)),
        Binding(f"down,j,{JAMO['j']},g,{JAMO['g']}", "highlight(1)", show=False),
        Binding(f"up,k,{JAMO['k']}", "highlight(-1)", show=False),
    ]

    def __init__(self, counts: Sequence[int], total: int, chosen: Filter | None) -> None:
        super().__init__(_("Show"))
        self._counts = (total, *counts)
        self._chosen = FILTERS.index(chosen) + 1 if chosen else 0

    def compose_body(self) -> Iterable[Widget]:
        names = (_("all rows"), *(_(kind.name) for kind in FILTERS))
        yield OptionList(
            *(
                Option(
                    Content.assemble(
                        (f"{number} ", "$footer-key-foreground bold"),
                        (f"{count:>6}  ", "bold" if count else "$foreground-muted"),
                        name,
                    )
                )
                for number, (name, count) in enumerate(zip(names, self._counts, strict=True))
            ),
            compact=True,
        )

    def on_mount(self) -> None:
        super().on_mount()
        self._list.highlighted = self._chosen
        self._list.focus()

    def key_hints(self) -> list[tuple[str, str, str]]:
        return [("Enter", _("Show"), "screen.choose_this"), *super().key_hints()]

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.action_choose(event.option_index)

    def action_choose_this(self) -> None:
        self._list.action_select()

    def action_choose(self, number: int) -> None:
        if number <= len(FILTERS):
            self.dismiss(number)

    def action_highlight(self, by: int) -> None:
        if by > 0:
            self._list.action_cursor_down()
        else:
            self._list.action_cursor_up()
