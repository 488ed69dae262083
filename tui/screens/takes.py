"""All takes of a sentence: what each is, and what to do with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from engine.complaints import shown_complaint
from engine.domain import status_of
from engine.i18n import N_, _
from tui.display import fit, model_name, safe
from tui.keys import JAMO
from tui.marks import mark_of
from tui.screens.panel import Panel

if TYPE_CHECKING:
    from engine.domain import FinishReason, Take
    from engine.project import Row
    from tui.commands.base import DeskParts
    from tui.session import Session

_ENDINGS: dict[FinishReason, str] = {
    "stop": N_("came to its end"),
    "length": N_("stopped at its limit"),
    "cancelled": N_("was cancelled"),
    "error": N_("ended in an error"),
    "unknown": N_("its server does not tell how it ended"),
}
_TEXT_CELLS = 60
_LEAD = "\n       "


class TakesPanel(Panel[None]):
    """The takes of one row, which can be heard, chosen, rejected and deleted here.

    Args:
        desk: plays them.
        sentence_id: a row that has a take at least.
    """

    BINDINGS = [  # noqa: RUF012
        Binding("space", "hear", N_("Hear"), id="takes.hear"),
        Binding(f"x,{JAMO['x']},delete", "reject", N_("Reject"), id="takes.reject"),
        Binding(f"d,{JAMO['d']},alt+x", "delete", N_("Delete"), id="takes.delete_this"),
        Binding(f"u,{JAMO['u']},ctrl+z", "undo", N_("Undo"), id="takes.undo"),
        Binding("ctrl+y", "redo", N_("Redo"), id="takes.redo"),
        *(
            Binding(f"{number},alt+{number}", f"choose({number})", show=False)
            for number in range(1, 10)
        ),
        Binding(f"down,j,{JAMO['j']}", "highlight(1)", show=False),
        Binding(f"up,k,{JAMO['k']}", "highlight(-1)", show=False),
    ]

    def __init__(self, desk: DeskParts, session: Session, sentence_id: int) -> None:
        row = session.project.row(sentence_id)
        super().__init__(_("Takes of row {number}").format(number=row.number or "–"))
        self._desk = desk
        self._project = session.project
        self._sentence_id = sentence_id

    def compose_body(self) -> Iterable[Widget]:
        text = self._row.sentence.text
        yield Static(Content.styled(fit(text, _TEXT_CELLS).rstrip(), "bold"), id="sentence")
        yield OptionList(compact=True)

    def on_mount(self) -> None:
        super().on_mount()
        self._list.focus()
        self._show(self._place_of_current())
        self._end = self._project.subscribe(self._changed)

    def on_unmount(self) -> None:
        self._end()

    def key_hints(self) -> list[tuple[str, str, str]]:
        return [
            ("Enter", _("Choose"), "screen.choose_this"),
            ("Space", _("Hear"), "screen.hear"),
            ("x", _("Reject"), "screen.reject"),
            ("d", _("Delete"), "screen.delete"),
            ("u", _("Undo"), "screen.undo"),
            *super().key_hints(),
        ]

    # What is listed

    @property
    def _row(self) -> Row:
        return self._project.row(self._sentence_id)

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    @property
    def _take(self) -> Take | None:
        """The highlighted one."""
        place, takes = self._list.highlighted, self._row.takes
        return takes[place] if place is not None and place < len(takes) else None

    def _place_of_current(self) -> int:
        row = self._row
        return row.takes.index(row.take) if row.take else 0

    def _changed(self, ids: Iterable[int]) -> None:
        if self._sentence_id in ids:
            self._show(self._list.highlighted or 0)

    def _show(self, highlighted: int) -> None:
        row = self._row
        self._list.clear_options()
        self._list.add_options(
            Option(_words(number, take, row)) for number, take in enumerate(row.takes, start=1)
        )
        if row.takes:
            self._list.highlighted = min(highlighted, len(row.takes) - 1)

    # What is done

    def action_highlight(self, by: int) -> None:
        (self._list.action_cursor_down if by > 0 else self._list.action_cursor_up)()

    def action_hear(self) -> None:
        if self._take is not None:
            self._desk.stop_playing()
            self._desk.begin_take(self._take)

    def action_choose_this(self) -> None:
        self._choose(self._take)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        takes = self._row.takes
        self._choose(takes[event.option_index] if event.option_index < len(takes) else None)

    def action_choose(self, number: int) -> None:
        takes = self._row.takes
        if number <= len(takes):
            self._choose(takes[number - 1])

    def _choose(self, take: Take | None) -> None:
        if take is not None:
            with self._desk.telling():
                self._project.pick_take(take.sentence_id, take.id)
                self.dismiss(None)

    def action_reject(self) -> None:
        if self._take is not None:
            with self._desk.telling():
                self._project.reject_take(self._take.id)

    def action_delete(self) -> None:
        if self._take is not None:
            self._desk.delete_take(self._take)
            if not self._row.takes:
                self.dismiss(None)

    def action_undo(self) -> None:
        self._desk.action_undo()

    def action_redo(self) -> None:
        self._desk.action_redo()


def _words(number: int, take: Take, row: Row) -> Content:
    """Two lines: what the take is, and what is to be said against it."""
    draft = take.draft
    mark = mark_of(status_of(replace(row.sentence, failure=""), take, row.asked))
    is_current = row.take is not None and row.take.id == take.id
    made_by = dict.fromkeys(filter(None, (draft.engine, model_name(draft.model))))
    voice = draft.voice or draft.asked.voice or " ".join(made_by)
    facts = (
        _("{seconds:.1f} s").format(seconds=take.seconds),
        _("seed {seed}").format(seed=draft.seed),
        _when(take.made),
        safe(voice),
    )
    return Content.assemble(
        ("▌" if is_current else " ", "$text-accent"),
        (f"{number:>2}  ", "bold $footer-key-foreground"),
        (f"{mark.glyph} {_(mark.word)}", mark.colour),
        "  ",
        " · ".join(facts),
        *_against(take, row),
    )


def _against(take: Take, row: Row) -> Iterable[Content]:
    draft = take.draft
    if draft.finish_reason != "stop" or not draft.complaints:
        yield Content.styled(_LEAD + _(_ENDINGS[draft.finish_reason]), "$foreground-muted")
    for complaint in draft.complaints:
        yield Content.styled(_LEAD + safe(shown_complaint(complaint)), "$text-warning")
    if draft.asked.text != row.asked.text:
        said = _("It says: {text}").format(text=draft.asked.text)
        yield Content.styled(_LEAD + fit(said, _TEXT_CELLS).rstrip(), "$text-warning")


def _when(made: datetime) -> str:
    """In the local time; without the day if that is today."""
    here, now = made.astimezone(), datetime.now().astimezone()
    return here.strftime("%H:%M" if here.date() == now.date() else "%Y-%m-%d %H:%M")
