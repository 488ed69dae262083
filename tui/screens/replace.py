"""Replacing text in many rows, with a look at what comes of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from engine.i18n import _, ngettext
from tui import bounded
from tui.display import safe
from tui.replacing import Pieces, Wanted, replaced
from tui.screens.panel import Panel
from tui.widgets.change_list import Change, ChangeList
from tui.widgets.labelled import labelled
from tui.widgets.tick import Tick

TYPING = 0.1
"""Seconds after a key until a regular expression is tried."""


@dataclass(frozen=True)
class Candidate:
    """A row in which to replace."""

    sentence_id: int
    number: int | None
    text: str
    selected: bool


class ReplacePanel(Panel[dict[int, str]], inherit_bindings=False):
    """Answers the new texts by their sentences, or None.

    Args:
        candidates: the rows that are shown.
        find: what to begin with.
    """

    CSS_PATH = [  # noqa: RUF012 - Textual declares it
        Path(__file__).with_name(name) for name in ("panel.tcss", "preview.tcss")
    ]
    AUTO_FOCUS = "#find"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("enter", "replace", show=False),
        Binding("ctrl+q", "app.leave", show=False),
        Binding("tab,down", "app.focus_next", show=False),
        Binding("shift+tab,up", "app.focus_previous", show=False),
    ]

    def __init__(self, candidates: Sequence[Candidate], find: str) -> None:
        super().__init__(_("Replace"))
        self._candidates = candidates
        self._find = find
        self._changes: list[Change] = []
        self._looking = False

    def compose(self) -> ComposeResult:
        with Vertical(id="panel"):
            yield from self.compose_body()

    def compose_body(self) -> Iterable[Widget]:
        yield labelled(_("Find"), "find", self._find)
        yield labelled(_("Replace with"), "put", "")
        selected = sum(row.selected for row in self._candidates)
        scope = ngettext(
            "only the {count} selected row", "only the {count} selected rows", selected
        )
        switches = [
            Tick(_("whole words"), id="whole", compact=True),
            Tick(_("match case"), id="case", compact=True),
            Tick(_("regular expression"), id="regex", compact=True),
        ]
        yield Horizontal(*switches, classes="switches")
        if selected:
            yield Tick(scope.format(count=selected), True, id="scope", compact=True)
        yield Static(id="said")
        yield ChangeList()

    def on_mount(self) -> None:
        super().on_mount()
        self._look()

    def key_hints(self) -> list[tuple[str, str, str]]:
        return [
            ("Enter", _("Replace"), "screen.replace"),
            ("Tab", _("To the list"), "app.focus_next"),
            ("Space", _("Take out or in"), "screen.take_out"),
            *super().key_hints(),
        ]

    # What happens

    def on_input_changed(self) -> None:
        self._look()

    def on_checkbox_changed(self) -> None:
        self._look()

    def on_input_submitted(self) -> None:
        self.action_replace()

    def on_change_list_toggled(self) -> None:
        self._tell()

    def action_take_out(self) -> None:
        self.query_one(ChangeList).action_take_out()

    def action_replace(self) -> None:
        done = {c.sentence_id: c.text for c in self._changes if c.taken and not c.refused}
        if self._looking:
            self._say(_("Still looking …"))
        elif done:
            self.dismiss(done)
        elif self._changes:
            self._say(_("Nothing is left to be replaced."), "$text-warning")

    # The preview

    def _wanted(self) -> Wanted:
        return Wanted(
            find=self.query_one("#find", Input).value,
            put=self.query_one("#put", Input).value,
            whole_words=self.query_one("#whole", Tick).value,
            match_case=self.query_one("#case", Tick).value,
            regex=self.query_one("#regex", Tick).value,
        )

    def _look(self) -> None:
        wanted = self._wanted()
        scope = self.query("#scope").results(Tick)
        narrow = any(box.value for box in scope)
        rows = [row for row in self._candidates if row.selected or not narrow]
        self._looking = wanted.regex and bool(wanted.find)
        self.workers.cancel_group(self, "preview")
        if not wanted.find:
            self._show([], [])
            self._say("")
        elif wanted.regex:
            looking = self._look_within_bounds(wanted, rows)
            self.run_worker(looking, group="preview", exit_on_error=False)
        else:
            self._show(rows, replaced(wanted, [row.text for row in rows]))

    async def _look_within_bounds(self, wanted: Wanted, rows: Sequence[Candidate]) -> None:
        await asyncio.sleep(TYPING)
        found: list[Pieces] = []
        said = ""
        try:
            found = await bounded.replaced(wanted, [row.text for row in rows])
        except re.error as error:
            said = _("This is no regular expression: {reason}").format(reason=error)
        except bounded.TooSlow:
            said = _("This expression takes too long. A simpler one may do.")
        except OSError as error:
            said = _("It cannot be tried now: {reason}").format(reason=error.strerror or error)
        self._looking = False
        self._show(rows if found else [], found)
        if said:
            self._say(said, "$text-error")

    def _show(self, rows: Sequence[Candidate], found: Sequence[Pieces]) -> None:
        self._changes = [
            Change(row.sentence_id, row.number, pieces)
            for row, pieces in zip(rows, found, strict=True)
            if pieces
        ]
        self.query_one(ChangeList).show(self._changes)
        self._tell()

    def _tell(self) -> None:
        done = [change for change in self._changes if change.taken and not change.refused]
        refused = sum(change.refused for change in self._changes)
        said = [
            ngettext("{count} row changes.", "{count} rows change.", len(done)).format(
                count=len(done)
            )
        ]
        out = len(self._changes) - len(done) - refused
        if out:
            said.append(_("{count} taken out.").format(count=out))
        if refused:
            words = ngettext(
                "{count} would become empty and stays.",
                "{count} would become empty and stay.",
                refused,
            )
            said.append(words.format(count=refused))
        self._say("  ".join(said), "$text-warning" if refused else "")

    def _say(self, words: str, colour: str = "") -> None:
        self.query_one("#said", Static).update(Content.styled(safe(words), colour))
