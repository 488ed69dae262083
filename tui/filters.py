"""Which rows to show: the kinds that a person looks through one after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.domain import Status
from engine.i18n import N_

if TYPE_CHECKING:
    from engine.project import Row


@dataclass(frozen=True)
class Filter:
    """A kind of rows. Its name is untranslated; who shows it translates it."""

    name: str
    fits: Callable[[Row], bool]


def _spoken(*statuses: Status) -> Callable[[Row], bool]:
    return lambda row: row.sentence.spoken and row.status in statuses


def _to_check(row: Row) -> bool:
    waits = (Status.FAILED, Status.FLAGGED, Status.READY)
    return bool(row.sentence.conflict) or (row.sentence.spoken and row.status in waits)


FILTERS = (
    Filter(N_("to check"), _to_check),
    Filter(N_("not accepted"), _spoken(*(set(Status) - {Status.ACCEPTED}))),
    Filter(N_("failed"), _spoken(Status.FAILED)),
    Filter(N_("changed since spoken"), _spoken(Status.STALE)),
    Filter(N_("not spoken"), lambda row: not row.sentence.spoken),
    Filter(N_("with a note"), lambda row: bool(row.sentence.note)),
)
"""In the order in which they are offered."""
