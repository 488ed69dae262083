"""What the dock tells of a row beyond what the table shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.complaints import shown_complaint
from engine.domain import Status
from engine.i18n import _
from tui.marks import MARKS
from tui.widgets.sentence_dock import Detail

if TYPE_CHECKING:
    from engine.domain import Take
    from engine.project import Row


def detail_of(row: Row) -> Detail:
    """The words for a row of an open project."""
    return Detail(
        section=row.sentence.section,
        take=_about(row.take, row.takes) if row.take else (),
        notes=tuple(_notes(row)),
    )


def _about(take: Take, takes: Sequence[Take]) -> tuple[str, ...]:
    draft = take.draft
    which = _("take {number} of {count}").format(number=takes.index(take) + 1, count=len(takes))
    return (
        which if len(takes) > 1 else "",
        _("{seconds:.1f} s").format(seconds=take.seconds),
        " ".join(filter(None, (draft.engine, draft.model if draft.model != draft.engine else ""))),
        _("seed {seed}").format(seed=draft.seed),
    )


def _notes(row: Row) -> list[tuple[str, str]]:
    notes: list[tuple[str, str]] = []
    if row.sentence.failure:
        notes.append((MARKS[Status.FAILED].colour, _(row.sentence.failure)))
    if row.sentence.conflict:
        said = _("The script now says: {text}").format(text=row.sentence.conflict)
        notes.append((MARKS[Status.STALE].colour, said))
    if row.take is not None:
        colour = MARKS[Status.FLAGGED].colour
        notes += [(colour, shown_complaint(complaint)) for complaint in row.take.draft.complaints]
    return notes
