"""Cutting takes again with other settings, with a look at what would change."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from engine.domain import Cut, Margins, Take, TakeDraft
from engine.errors import AudioError, InputError
from engine.i18n import _, ngettext
from tui.cut_words import cut_words
from tui.display import safe
from tui.recuts import CutWishes, Recuttable, differs, margin_of
from tui.replacing import Piece
from tui.screens.panel import Panel
from tui.widgets.change_list import Change, ChangeList
from tui.widgets.labelled import labelled
from tui.widgets.tick import Tick

TYPING = 0.3
"""Seconds after a key until cuts are looked for."""

CutAnew = Callable[[Take, CutWishes], Awaitable[TakeDraft]]


@dataclass
class Recut(Change):
    """What would become of a take."""

    take: Take | None = None
    draft: TakeDraft | None = None


class RecutPanel(Panel[dict[int, TakeDraft]], inherit_bindings=False):
    """Answers the drafts with the new cuts by their takes, or None.

    Args:
        rows: all that have a take; those that were selected, or the current one where none was,
            are marked so.
        cut: finds a cut anew.
    """

    CSS_PATH = [  # noqa: RUF012 - Textual declares it
        Path(__file__).with_name(name) for name in ("panel.tcss", "preview.tcss")
    ]
    AUTO_FOCUS = "#before"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("enter", "cut_again", show=False, priority=True),  # from the boxes too
        Binding("ctrl+q", "app.leave", show=False),
        Binding("tab,down", "app.focus_next", show=False),
        Binding("shift+tab,up", "app.focus_previous", show=False),
    ]

    def __init__(self, rows: Sequence[Recuttable], cut: CutAnew) -> None:
        super().__init__(_("Cut again"))
        self._rows = rows
        self._cut = cut
        self._changes: list[Recut] = []
        self._looking = False
        self._stay = self._unread = 0

    def compose(self) -> ComposeResult:
        with Vertical(id="panel"):
            yield from self.compose_body()

    def compose_body(self) -> Iterable[Widget]:
        usual = Margins()
        yield labelled(_("Before (s)"), "before", f"{usual.before:g}")
        yield labelled(_("After (s)"), "after", f"{usual.after:g}")
        yield labelled(_("Closing phrase"), "phrase", "", _("the one that each was asked for"))
        chosen = sum(row.selected for row in self._rows)
        scope = ngettext("only the {count} chosen row", "only the {count} chosen rows", chosen)
        only = Tick(scope.format(count=chosen), bool(chosen), id="scope", compact=True)
        only.display = bool(chosen)
        yield Horizontal(
            only,
            Tick(_("also what was cut by hand"), id="by-hand", compact=True),
            classes="switches",
        )
        yield Static(id="said")
        yield ChangeList()

    def on_mount(self) -> None:
        super().on_mount()
        self._look()

    def key_hints(self) -> list[tuple[str, str, str]]:
        return [
            ("Enter", _("Cut again"), "screen.cut_again"),
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
        self.action_cut_again()

    def on_change_list_toggled(self) -> None:
        self._tell()

    def action_take_out(self) -> None:
        self.query_one(ChangeList).action_take_out()

    def action_cut_again(self) -> None:
        taken = (change for change in self._changes if change.taken)
        done = {change.take.id: change.draft for change in taken if change.take and change.draft}
        if self._looking:
            self._say(_("Still looking …"))
        elif done:
            self.dismiss(done)
        elif self._changes:
            self._say(_("Nothing is left to be cut again."), "$text-warning")

    # The preview

    def _look(self) -> None:
        """Begin anew, with what is wished now."""
        self.workers.cancel_group(self, "preview")
        self._changes = []
        self._looking = False
        self.query_one(ChangeList).show(self._changes)
        narrow = self.query_one("#scope", Tick).value
        by_hand = self.query_one("#by-hand", Tick)
        # A cut by hand is given up only where its row is named.
        by_hand.disabled = not narrow
        try:
            wishes = self._wishes()
        except InputError as error:
            self._say(str(error), "$text-error")
            return
        rows = [row for row in self._rows if row.selected or not narrow]
        some = [row for row in rows if (narrow and by_hand.value) or not row.take.draft.cut.by_hand]
        self._looking = True
        looking = partial(self._look_at, some, wishes, len(rows) - len(some))
        self.run_worker(looking, group="preview", exit_on_error=False)

    def _wishes(self) -> CutWishes:
        """Raises InputError: a margin cannot be used."""
        values = {name: self.query_one(f"#{name}", Input).value for name in _FIELDS}
        margins = Margins(margin_of(values["before"]), margin_of(values["after"]))
        return CutWishes(margins, values["phrase"].strip())

    async def _look_at(self, rows: Sequence[Recuttable], wishes: CutWishes, stay: int) -> None:
        await asyncio.sleep(TYPING)
        self._stay, self._unread = stay, 0
        for number, row in enumerate(rows, start=1):
            try:
                draft = await self._cut(row.take, wishes)
            except AudioError:
                self._unread += 1
                continue
            if differs(row.take.draft.cut, draft.cut):
                self._changes.append(_change(row, draft))
                self.query_one(ChangeList).grow()
            self._say(_("Looked at {done} of {total} …").format(done=number, total=len(rows)))
        self._looking = False
        self._tell()

    def _tell(self) -> None:
        if self._looking:
            return
        done = sum(change.taken for change in self._changes)
        words = ngettext("{count} take changes.", "{count} takes change.", done)
        said = [words.format(count=done)]
        if out := len(self._changes) - done:
            said.append(_("{count} taken out.").format(count=out))
        if self._stay:
            words = ngettext("{count} cut by hand stays.", "{count} cut by hand stay.", self._stay)
            said.append(words.format(count=self._stay))
        if self._unread:
            said.append(_("{count} cannot be read.").format(count=self._unread))
        self._say("  ".join(said))

    def _say(self, words: str, colour: str = "") -> None:
        self.query_one("#said", Static).update(Content.styled(safe(words), colour))


_FIELDS = ("before", "after", "phrase")


def _change(row: Recuttable, draft: TakeDraft) -> Recut:
    before, after = row.take.draft.cut, draft.cut
    pieces = [Piece("", _words(before), _words(after)), Piece(f"  {row.text}")]
    return Recut(row.take.sentence_id, row.number, pieces, take=row.take, draft=draft)


def _words(cut: Cut) -> str:
    seconds = _("{seconds:.2f} s").format(seconds=cut.end - cut.start)
    return f"{cut.start:.3f} – {cut.end:.3f}  {seconds}  {cut_words(cut)}"
