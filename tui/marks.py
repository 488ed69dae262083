"""How each status looks: a glyph that needs no colour, a word, and a colour."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain import Status
from engine.i18n import N_


@dataclass(frozen=True)
class Mark:
    """The looks of a status. Its words are untranslated; who shows them translates them.

    Attributes:
        glyph: one cell wide in every terminal (no character of ambiguous East Asian width).
        word: at most ten cells, in every language.
        meaning: for the help.
        colour: a Textual theme variable.
    """

    glyph: str
    word: str
    meaning: str
    colour: str


MARKS: dict[Status, Mark] = {
    Status.DRAFT: Mark("◦", N_("draft"), N_("not spoken yet"), "$foreground-muted"),
    Status.QUEUED: Mark("⋯", N_("queued"), N_("waits to be spoken"), "$text-accent"),
    Status.SPEAKING: Mark("◍", N_("speaking"), N_("being spoken now"), "$text-accent"),
    Status.READY: Mark("◉", N_("ready"), N_("spoken; waits for your ear"), "$text-primary"),
    Status.FLAGGED: Mark("!", N_("look"), N_("spoken, with a complaint"), "$text-warning"),
    Status.ACCEPTED: Mark("✓", N_("accepted"), N_("you accepted it"), "$text-success"),
    Status.STALE: Mark("↻", N_("changed"), N_("changed since it was spoken"), "$text-warning"),
    Status.REJECTED: Mark("✗", N_("rejected"), N_("you want another take"), "$text-error"),
    Status.FAILED: Mark("⊘", N_("failed"), N_("could not be spoken"), "$text-error"),
}

UNSPOKEN = Mark("∅", N_("not spoken"), N_("left out: no number, no file"), "$foreground 40%")
"""For rows that are not spoken: stage directions, comments."""

PLAYING = "►"
CONFLICT = "⚑"
"""The script and the desk have both changed the sentence."""

NOTE = "✎"
PAUSE = "ǁ"
"""The row has a pause of its own after it. A letter that looks like the sign for it, which some
terminals draw two cells wide."""

SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
WORD_WIDTH = 11
"""Cells for the longest word and a space."""


def mark_of(status: Status, *, spoken: bool = True) -> Mark:
    """The mark of a row."""
    return MARKS[status] if spoken or status in (Status.QUEUED, Status.SPEAKING) else UNSPOKEN
