"""The list of words and how to say them: those of this script, and those that hold in every one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from engine.errors import StudioError
from engine.i18n import _
from engine.pronunciation import Rule
from tui.display import fit, safe
from tui.keys import JAMO
from tui.rule_lists import Place, RuleLists
from tui.screens.panel import Panel
from tui.screens.rule import Answer, RulePanel, place_for
from tui.widgets.rule_effect import Candidate, RuleEffect

_WRITTEN = 24
"""Cells for what is written."""


class PronunciationsPanel(Panel[None], inherit_bindings=False):
    """Every change holds at once.

    Args:
        candidates: the rows whose words are said by the lists.
        keep: has other lists hold in place of these; raises StudioError where it cannot.
    """

    CSS_PATH = [  # noqa: RUF012 - Textual declares it
        Path(__file__).with_name(name) for name in ("panel.tcss", "pronunciations.tcss")
    ]
    AUTO_FOCUS = "OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"escape,q,{JAMO['q']}", "close", show=False),
        Binding("ctrl+q", "app.leave", show=False),
        Binding(f"down,j,{JAMO['j']}", "highlight(1)", show=False),
        Binding(f"up,k,{JAMO['k']}", "highlight(-1)", show=False),
        Binding(f"enter,f2,e,{JAMO['e']}", "edit", show=False),
        Binding(f"insert,i,{JAMO['i']}", "add", show=False),
        Binding(f"delete,ctrl+delete,d,{JAMO['d']}", "delete", show=False),
        Binding(f"ctrl+z,u,{JAMO['u']}", "undo", show=False),
        Binding("alt+up", "move(-1)", show=False),
        Binding("alt+down", "move(1)", show=False),
    ]

    def __init__(
        self,
        lists: RuleLists,
        candidates: Sequence[Candidate],
        keep: Callable[[RuleLists, RuleLists], Awaitable[None]],
    ) -> None:
        super().__init__(_("Pronunciations"))
        self._lists = lists
        self._candidates = candidates
        self._keep = keep
        self._keeping = False
        self._past: list[tuple[RuleLists, Place | None]] = []
        self._places: list[Place | None] = []
        self._effect = RuleEffect(candidates)

    def compose(self) -> ComposeResult:
        with Vertical(id="panel"):
            yield from self.compose_body()

    def compose_body(self) -> Iterable[Widget]:
        yield OptionList(compact=True)
        yield Static(id="said")
        yield self._effect

    def on_mount(self) -> None:
        super().on_mount()
        self._show(None)

    def key_hints(self) -> list[tuple[str, str, str]]:
        return [
            ("i", _("Add"), "screen.add"),
            ("Enter", _("Edit"), "screen.edit"),
            ("d", _("Delete"), "screen.delete"),
            ("Alt+↑↓", _("Move"), "screen.move(1)"),
            ("u", _("Undo"), "screen.undo"),
            *super().key_hints(),
        ]

    # What happens

    def on_option_list_option_highlighted(self) -> None:
        place = self._here
        if place is None:
            self._effect.look_at_nothing()
        else:
            others = self._lists.without(place)
            self._effect.look(others.all, self._lists.all, self._lists.at(place))

    def on_option_list_option_selected(self) -> None:
        self.action_edit()

    def action_highlight(self, by: int) -> None:
        if by > 0:
            self._list.action_cursor_down()
        else:
            self._list.action_cursor_up()

    def action_add(self) -> None:
        here = self._here
        place = replace(here, index=here.index + 1) if here else Place(False, 0)
        self._ask(Rule("", ""), self._lists, place)

    def action_edit(self) -> None:
        place = self._here
        if place is not None:
            self._ask(self._lists.at(place), self._lists.without(place), place)

    def action_delete(self) -> None:
        place = self._here
        if place is not None:
            self._have(self._lists.without(place), place)

    def action_move(self, by: int) -> None:
        place = self._here
        if place is not None:
            self._have(*self._lists.moved(place, by))

    def action_undo(self) -> None:
        """Take back the last change of this visit, of the user's list too."""
        if self._past and not self._keeping:
            lists, place = self._past[-1]
            self._have(lists, place, back=True)

    # Inside

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    @property
    def _here(self) -> Place | None:
        """Where the highlighted rule stands; None where there is no rule."""
        index = self._list.highlighted
        return None if index is None else self._places[index]

    def _ask(self, rule: Rule, others: RuleLists, place: Place) -> None:
        def put(answer: Answer | None) -> None:
            if answer is not None:
                there = place_for(place, answer.everywhere, others)
                self._have(others.put(answer.rule, there), there)

        self.app.push_screen(RulePanel(rule, others, place, self._candidates), put)

    def _have(self, lists: RuleLists, place: Place | None, *, back: bool = False) -> None:
        """Have these lists hold, and go to a place in them.

        Args:
            back: they are those from before the last change.
        """
        if not self._keeping and lists != self._lists:
            self._keeping = True
            self.run_worker(self._have_kept(lists, place, back), exit_on_error=False)

    async def _have_kept(self, lists: RuleLists, place: Place | None, back: bool) -> None:
        said = ""
        try:
            await self._keep(self._lists, lists)
            if back:
                self._past.pop()
            else:
                self._past.append((self._lists, self._here))
            self._lists = lists
            self._show(place)
        except StudioError as error:
            said = str(error)
        finally:
            self._keeping = False
        self.query_one("#said", Static).update(Content.styled(safe(said), "$text-error"))

    def _show(self, place: Place | None) -> None:
        """List the rules, the one at a place highlighted, else the first."""
        options: list[Option] = []
        self._places = []
        for everywhere, name in ((False, _("In this script")), (True, _("In every script"))):
            rules = self._lists.of(everywhere)
            options.append(Option(_heading(name, empty=not rules), disabled=True))
            self._places.append(None)
            for index, rule in enumerate(rules):
                options.append(Option(_line(rule)))
                self._places.append(Place(everywhere, index))
        self._list.set_options(options)
        self._list.highlighted = self._option_at(place)

    def _option_at(self, place: Place | None) -> int | None:
        if place is not None:
            last = len(self._lists.of(place.everywhere)) - 1
            place = replace(place, index=min(place.index, last))
        if place in self._places and place is not None:
            return self._places.index(place)
        return next((i for i, known in enumerate(self._places) if known is not None), None)


def _heading(name: str, *, empty: bool) -> Content:
    none = Content.styled(_("none"), "$foreground-muted") if empty else ""
    return Content.assemble((name, "bold $text-primary"), "  ", none)


def _line(rule: Rule) -> Content:
    ways = (_("regular expression") if rule.regex else "", "" if rule.whole_word else _("parts"))
    return Content.assemble(
        "  ",
        fit(rule.written, _WRITTEN),
        (" → ", "$foreground-muted"),
        safe(rule.spoken) or "∅",
        ("   " + ", ".join(filter(None, ways)), "$foreground-muted"),
    )
