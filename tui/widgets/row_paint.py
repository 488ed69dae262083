"""One row of the table as styled segments of an exact width."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from rich.cells import cell_len, get_character_cell_size
from rich.segment import Segment
from rich.style import Style

from engine.domain import Status
from engine.i18n import _
from tui.display import clock, fit
from tui.marks import CONFLICT, NOTE, PAUSE, PLAYING, SPINNER, WORD_WIDTH, mark_of
from tui.rows import RowView


class StyleOf(Protocol):
    """The style of the table's component classes, laid over each other in this order."""

    def __call__(self, *names: str) -> Style: ...


WORDS_FROM, LABELS_FROM = 100, 130
"""Widths in cells from which the status is spelt out, and from which file labels are shown."""

MIN_NUMBER, TAKE_WIDTH, SECONDS_WIDTH = 3, 5, 7


@dataclass(frozen=True)
class Columns:
    """The widths, in cells, of a table of a given width."""

    number: int
    status: int
    text: int
    label: int

    @classmethod
    def of(cls, width: int, rows: int) -> Columns:
        number = max(MIN_NUMBER, len(str(rows)))
        status = 2 + (WORD_WIDTH if width >= WORDS_FROM else 0)
        label = min(44, width // 5) if width >= LABELS_FROM else 0
        taken = 1 + number + 2 + status + label + (2 if label else 0) + TAKE_WIDTH + SECONDS_WIDTH
        return cls(number, status, max(1, width - taken - 1), label)


@dataclass(frozen=True)
class RowState:
    """What is going on with a row apart from what it is.

    Attributes:
        beat: counts tenths of a second while something is being spoken.
        played: seconds heard so far while it plays, else None.
        found: what is looked for.
    """

    cursor: bool = False
    hover: bool = False
    beat: int = 0
    played: float | None = None
    selected: bool = False
    found: re.Pattern[str] | None = None


def paint_row(row: RowView, columns: Columns, state: RowState, style: StyleOf) -> list[Segment]:
    """The segments of a row: cursor bar, number, status, text, label, take, seconds."""
    base = _base(state)
    quiet = style(*base, "quiet")
    status = style(*base, f"status-{row.status.value if _live(row) else 'unspoken'}")
    text = style(*base) if row.spoken else style(*base, "unspoken")
    playing = style(*base, "playing")
    plays = state.played is not None
    segments = [
        Segment("▌" if state.cursor else "▎" if state.selected else " ", style(*base, "bar")),
        Segment(_number(row, columns.number), quiet),
        _gutter(row, playing if plays else None, style(*base, "conflict"), quiet),
        Segment(PAUSE if row.pause else " ", quiet),
        Segment(_status(row, columns.status, state.beat), status),
        *mark(fit(row.text, columns.text), text, state.found, style(*base, "found")),
    ]
    if columns.label:
        label = "  " + fit(row.label if row.spoken else "", columns.label)
        segments += mark(label, quiet, state.found, style(*base, "found"))
    segments += [
        Segment(_take(row), quiet),
        Segment(_seconds(row, state), playing if plays else status),
        Segment(" ", style(*base)),
    ]
    if state.played is None or not row.seconds:
        return segments
    width = sum(cell_len(segment.text) for segment in segments)
    heard = min(1.0, state.played / row.seconds)
    return underlay(segments, round(heard * width), _background(style("heard")))


def paint_heading(section: str, columns: Columns, width: int, style: StyleOf) -> list[Segment]:
    """The rule that opens a section, its name set where the rows' text begins."""
    lead = 1 + columns.number + 2
    name = fit(section, min(width - lead - 2, columns.text + columns.status)).rstrip()
    rest = max(0, width - lead - cell_len(name) - 2)
    return [
        Segment(" " * lead, style("heading")),
        Segment(name + " ", style("heading")),
        Segment("─" * rest, style("rule")),
        Segment(" ", style("rule")),
    ]


def paint_empty(words: str, width: int, style: StyleOf) -> list[Segment]:
    """A line without a row, with or without words on it."""
    return [Segment(fit(f"  {words}" if words else "", width), style("row", "quiet"))]


def mark(text: str, own: Style, found: re.Pattern[str] | None, style: Style) -> Iterable[Segment]:
    """The text, with what was found in it in a style of its own."""
    begin = 0
    for match in found.finditer(text) if found else ():
        yield Segment(text[begin : match.start()], own)
        yield Segment(match[0], style)
        begin = match.end()
    yield Segment(text[begin:], own)


def underlay(segments: list[Segment], cells: int, style: Style) -> list[Segment]:
    """Lay a style under the first ``cells`` cells; a wide character is covered whole or not."""
    painted: list[Segment] = []
    for text, own, _control in segments:
        split, left = 0, cells
        for character in text:
            left -= get_character_cell_size(character)
            if left < 0:
                break
            split += 1
        cells -= cell_len(text[:split])
        if split:
            painted.append(Segment(text[:split], (own or Style.null()) + style))
        if split < len(text):
            painted.append(Segment(text[split:], own))
            cells = 0
    return painted


def _base(state: RowState) -> tuple[str, ...]:
    ground = "cursor" if state.cursor else "hover" if state.hover else "row"
    return (ground, "selected") if state.selected else (ground,)


def _live(row: RowView) -> bool:
    return row.spoken or row.status in (Status.QUEUED, Status.SPEAKING)


def _background(style: Style) -> Style:
    return Style(bgcolor=style.bgcolor)


def _gutter(row: RowView, playing: Style | None, conflict: Style, quiet: Style) -> Segment:
    if playing is not None:
        return Segment(PLAYING, playing)
    if row.conflict:
        return Segment(CONFLICT, conflict)
    return Segment(NOTE if row.note else " ", quiet)


def _number(row: RowView, width: int) -> str:
    return f"{'' if row.number is None else row.number:>{width}}"


def _status(row: RowView, width: int, beat: int) -> str:
    mark = mark_of(row.status, spoken=row.spoken)
    glyph = mark.glyph
    if row.status is Status.SPEAKING and beat:
        glyph = SPINNER[beat % len(SPINNER)]
    return fit(f"{glyph} {_(mark.word)}" if width > 2 else glyph, width)


def _take(row: RowView) -> str:
    take = "" if row.take == "1/1" else row.take
    return f"{take:>{TAKE_WIDTH}}"


def _seconds(row: RowView, state: RowState) -> str:
    seconds = row.seconds if state.played is None else state.played
    if seconds is None:
        return " " * SECONDS_WIDTH
    shown = f"{seconds:.1f}s" if seconds < 100 else clock(seconds)
    return f"{shown:>{SECONDS_WIDTH}}"
