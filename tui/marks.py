"""How each status looks: a glyph that needs no colour, a word, and a colour."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain import Status
from engine.i18n import _


@dataclass(frozen=True)
class Mark:
    """The looks of a status.

    Attributes:
        glyph: one cell wide in every terminal (no character of ambiguous East Asian width).
        word: at most ten cells.
        meaning: for the help.
        colour: a Textual theme variable.
    """

    glyph: str
    word: str
    meaning: str
    colour: str


MARKS: dict[Status, Mark] = {
    Status.DRAFT: Mark("◦", _("draft"), _("not spoken yet"), "$foreground-muted"),
    Status.QUEUED: Mark("⋯", _("queued"), _("waits to be spoken"), "$text-accent"),
    Status.SPEAKING: Mark("◍", _("speaking"), _("being spoken now"), "$text-accent"),
    Status.READY: Mark("◉", _("ready"), _("spoken; waits for your ear"), "$text-primary"),
    Status.FLAGGED: Mark("!", _("look"), _("spoken, with a complaint"), "$text-warning"),
    Status.ACCEPTED: Mark("✓", _("accepted"), _("you accepted it"), "$text-success"),
    Status.STALE: Mark("↻", _("changed"), _("changed since it was spoken"), "$text-warning"),
    Status.REJECTED: Mark("✗", _("rejected"), _("you want another take"), "$text-error"),
    Status.FAILED: Mark("⊘", _("failed"), _("could not be spoken"), "$text-error"),
}

UNSPOKEN = Mark("∅", _("not spoken"), _("left out: no number, no file"), "$foreground 40%")
"""For rows that are not spoken: stage directions, comments."""

PLAYING = "►"
CONFLICT = "⚑"
"""The script and the desk have both changed the sentence."""

SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
WORD_WIDTH = 11
"""Cells for the longest word and a space."""


def mark_of(status: Status, *, spoken: bool = True) -> Mark:
    """The mark of a row."""
    return MARKS[status] if spoken or status in (Status.QUEUED, Status.SPEAKING) else UNSPOKEN
