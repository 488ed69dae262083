"""What cutting takes again is about: which takes, and how. No I/O."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain import SAMPLE_RATE, Cut, Margins, Take
from engine.errors import InputError
from engine.i18n import _

WIDEST = 5.0
"""Seconds of a margin at most; longer pauses belong between the rows."""


@dataclass(frozen=True)
class CutWishes:
    """How cuts are to be found.

    Attributes:
        phrase: to look for in place of the one that each take was asked for; empty for that.
    """

    margins: Margins
    phrase: str = ""


@dataclass(frozen=True)
class Recuttable:
    """A row's take that may be cut again."""

    take: Take
    number: int | None
    text: str
    selected: bool


def margin_of(typed: str) -> float:
    """Seconds, as a person types them.

    Raises:
        InputError: it is no number of seconds, or too many.
    """
    try:
        seconds = float(typed.strip().replace(",", "."))
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= WIDEST:
        raise InputError(
            _("This is no margin: {typed}").format(typed=typed.strip()),
            _("Type seconds from 0 to {most:g}, like 0.25.").format(most=WIDEST),
        )
    return seconds


def differs(before: Cut, after: Cut) -> bool:
    """Whether another sample is kept, or the cut has another state."""
    return _said(before) != _said(after)


def _said(cut: Cut) -> tuple[object, ...]:
    edges = round(cut.start * SAMPLE_RATE), round(cut.end * SAMPLE_RATE)
    return *edges, cut.status, cut.by_hand
