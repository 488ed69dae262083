"""One pronunciation: what is written, how it is said, and what that changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from engine.errors import InputError
from engine.i18n import _
from engine.pronunciation import Rule, checked
from tui.rule_lists import Place, RuleLists
from tui.screens.panel import Panel
from tui.widgets.form_field import FormField
from tui.widgets.rule_effect import Candidate, RuleEffect
from tui.widgets.tick import Tick


class Answer(NamedTuple):
    """What was made of a rule."""

    rule: Rule
    everywhere: bool


class Choice(Tick, inherit_bindings=False):
    """A box that only the space bar and a click tick: Enter keeps the rule."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "toggle_button", show=False)]


class RulePanel(Panel[Answer], inherit_bindings=False):
    """Answers the rule to be kept, or None.

    Args:
        rule: what to begin with.
        others: the lists without it.
        place: where it stands, or shall.
        candidates: the rows that it is tried on.
    """

    CSS_PATH = [  # noqa: RUF012 - Textual declares it
        Path(__file__).with_name(name) for name in ("panel.tcss", "pronunciations.tcss")
    ]
    AUTO_FOCUS = "#written"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("enter", "keep", show=False),
        Binding("ctrl+q", "app.leave", show=False),
        Binding("tab,down", "app.focus_next", show=False),
        Binding("shift+tab,up", "app.focus_previous", show=False),
    ]

    def __init__(
        self, rule: Rule, others: RuleLists, place: Place, candidates: Sequence[Candidate]
    ) -> None:
        super().__init__(_("Pronunciation"))
        self._rule = rule
        self._others = others
        self._place = place
        self._waiting = False
        self._written = FormField("written", _("Written"), rule.written, _("a word of the script"))
        self._spoken = FormField("spoken", _("Say"), rule.spoken, _("nothing: it is left out"))
        self._effect = RuleEffect(candidates)

    def compose(self) -> ComposeResult:
        with Vertical(id="panel"):
            yield from self.compose_body()

    def compose_body(self) -> Iterable[Widget]:
        rule = self._rule
        yield self._written
        yield self._spoken
        yield Horizontal(
            Choice(_("whole words"), rule.whole_word, id="whole", compact=True),
            Choice(_("regular expression"), rule.regex, id="regex", compact=True),
            Choice(_("in every script"), self._place.everywhere, id="everywhere", compact=True),
            classes="switches",
        )
        yield self._effect

    def key_hints(self) -> list[tuple[str, str, str]]:
        return [
            ("Enter", _("Keep"), "screen.keep"),
            ("Tab", _("Next field"), "app.focus_next"),
            ("Esc", _("Leave as it was"), "screen.close"),
        ]

    # What happens

    def on_mount(self) -> None:
        super().on_mount()
        self._look()

    def on_input_changed(self) -> None:
        self._look()

    def on_checkbox_changed(self) -> None:
        self._look()

    def on_input_submitted(self) -> None:
        self.action_keep()

    def on_rule_effect_seen(self) -> None:
        if self._waiting:
            self.action_keep()

    def action_keep(self) -> None:
        """Answer once the rule has been seen to do no harm."""
        rule = self._checked(self._typed)
        # Only an expression can take for ever; a word need not be waited for.
        self._waiting = rule is not None and rule.regex and self._effect.looking
        if rule is None or self._waiting or (rule.regex and self._effect.too_slow):
            return
        self.dismiss(Answer(rule, self._wanted_everywhere))

    # Inside

    @property
    def _typed(self) -> Rule:
        return Rule(
            written=" ".join(self._written.value.split()),
            spoken=" ".join(self._spoken.value.split()),
            whole_word=self.query_one("#whole", Tick).value,
            regex=self.query_one("#regex", Tick).value,
        )

    @property
    def _wanted_everywhere(self) -> bool:
        return self.query_one("#everywhere", Tick).value

    def _look(self) -> None:
        self._waiting = False
        rule = self._checked(self._typed) if self._written.value.strip() else None
        if rule is None:
            self._effect.look_at_nothing()
            return
        with_it = self._others.put(
            rule, place_for(self._place, self._wanted_everywhere, self._others)
        )
        self._effect.look(self._others.all, with_it.all, rule)

    def _checked(self, rule: Rule) -> Rule | None:
        """The rule, or None after telling beneath a field what is wrong with it."""
        self._written.tell("")
        self._spoken.tell("")
        field = self._written
        try:
            checked(rule if not rule.regex else Rule(rule.written, "", rule.whole_word, regex=True))
            field = self._spoken
            return checked(rule)
        except InputError as error:
            field.tell(str(error))
            return None


def place_for(place: Place, everywhere: bool, others: RuleLists) -> Place:
    """Where a rule goes that is wanted in a list: where it was, or to the other list's end."""
    if everywhere == place.everywhere:
        return place
    return Place(everywhere, len(others.of(everywhere)))
