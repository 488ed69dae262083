"""The lines of the waveform as styled segments of an exact width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from rich.segment import Segment

from engine.i18n import _
from tui import braille
from tui.actions import BY_ID
from tui.cut_words import cut_words, is_doubtful
from tui.display import fit
from tui.wave_view import WaveView

if TYPE_CHECKING:
    from engine.domain import Cut
    from tui.widgets.row_paint import StyleOf

Edge = Literal["start", "end"]
Look = Literal["kept", "away", "edge", "chosen", "playhead"]

STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120)
"""Seconds from one mark of the ruler to the next."""

LABEL_CELLS = 8
"""From one mark of the ruler to the next at least."""

KEYS = (
    "cut.start",
    "cut.end",
    "cut.around",
    "cut.other_edge",
    "cut.snap",
    "cut.found",
    "cut.closer",
)
"""The actions that are named in the head, the most useful first."""

TICK = "╵"
COMPLAINT = "!"


@dataclass(frozen=True)
class WaveState:
    """What is drawn besides the waveform itself.

    Attributes:
        chosen: the edge that keys move.
        playhead: seconds, None for none.
        candidates: other places for the end, in seconds; the likeliest first.
        complaints: places, in seconds.
    """

    view: WaveView
    cut: Cut
    chosen: Edge = "end"
    playhead: float | None = None
    candidates: Sequence[float] = ()
    complaints: Sequence[float] = ()


def paint_head(state: WaveState, width: int, style: StyleOf) -> list[Segment]:
    """What is kept, how that came, and where the playhead is."""
    cut, view = state.cut, state.view
    looks = {"start": style("head"), "end": style("head"), state.chosen: style("head", "chosen")}
    words = style("head", "doubtful" if is_doubtful(cut) else "hand" if cut.by_hand else "quiet")
    quiet = style("head", "quiet")
    kept = _("{kept:.2f} s of {total:.2f}").format(kept=cut.end - cut.start, total=view.total)
    left = [
        Segment(" ", style("head")),
        Segment(f"[{cut.start:.3f}", looks["start"]),
        Segment(" – ", quiet),
        Segment(f"{cut.end:.3f}]", looks["end"]),
        Segment(f"  {kept}  ", quiet),
        Segment(cut_words(cut), words),
    ]
    right: list[Segment] = []
    if state.playhead is not None:
        right.append(Segment("  ", style("head")))
        right.append(Segment(f"▸ {state.playhead:.3f}", style("head", "playhead")))
    if not view.is_whole:
        right.append(Segment(f"  {view.total / view.seconds:.3g}×", quiet))
    right.append(Segment(" ", style("head")))
    room = width - _cells(right)
    left = _fitting(left, room)
    room -= _cells(left)
    keys = _keys(room, style)
    return [*left, *keys, Segment(" " * (room - _cells(keys)), style("head")), *right]


def _keys(room: int, style: StyleOf) -> list[Segment]:
    """What the keys do here, as many as there is room for."""
    shown: list[Segment] = []
    for action in (BY_ID[id_] for id_ in KEYS):
        words = f" {_(action.label)}"
        item = [
            Segment("   " if shown else "    ", style("head")),
            Segment(action.shown_keys[0], style("head", "key")),
            Segment(words, style("head", "quiet")),
        ]
        if _cells(shown) + _cells(item) > room:
            break
        shown += item
    return shown


def paint_wave(
    codes: Sequence[int], looks: Sequence[Look], bars: Mapping[int, int], style: StyleOf
) -> list[Segment]:
    """One line of the waveform.

    Args:
        codes: its characters.
        looks: of each cell.
        bars: the dots that are drawn over the wave, by the cell.
    """
    segments: list[Segment] = []
    for look, cells in groupby(range(len(codes)), key=looks.__getitem__):
        text = "".join(chr(codes[cell] | bars.get(cell, 0)) for cell in cells)
        segments.append(Segment(text, style(look)))
    return segments


def looks_of(state: WaveState, width: int) -> tuple[list[Look], dict[int, int]]:
    """How each cell of the wave looks, and the dots of the edges and the playhead in it."""
    view, cut = state.view, state.cut
    middles = (view.place_of(cell + 0.5, width) for cell in range(width))
    looks: list[Look] = ["kept" if cut.start <= place < cut.end else "away" for place in middles]
    bars: dict[int, int] = {}
    other: Edge = "start" if state.chosen == "end" else "end"
    marked: tuple[tuple[float | None, Look], ...] = (
        (_place(cut, other), "edge"),
        (_place(cut, state.chosen), "chosen"),
        (state.playhead, "playhead"),
    )
    for place, look in marked:
        column = None if place is None else view.column_of(place, width * braille.ACROSS)
        if column is not None:
            cell, side = divmod(column, braille.ACROSS)
            looks[cell] = look
            bars[cell] = bars.get(cell, 0) | (braille.RIGHT if side else braille.LEFT)
    return looks, bars


def paint_ruler(state: WaveState, width: int, style: StyleOf) -> list[Segment]:
    """The time below the wave, and on it the candidates by number and the complaints."""
    marks: dict[int, tuple[str, str]] = {}
    for place in state.complaints:
        _put(marks, state.view.column_of(place, width), COMPLAINT, "complaint")
    for number, place in reversed(list(enumerate(state.candidates, start=1))):
        _put(marks, state.view.column_of(place, width), str(number), "candidate")
    cells: list[tuple[str, str]] = [(" ", "ruler")] * width
    for place, label in _marks(state.view, width):
        column = state.view.column_of(place, width)
        if column is None:
            continue
        # A number beside a mark would be read as one with it, and half a number for another.
        around = range(column, column + len(label) + 2)
        clear = around.stop <= width + 1 and not any(cell in marks for cell in around)
        for offset, character in enumerate(TICK + (label if clear else "")):
            cells[column + offset] = (character, "ruler")
    for column, mark in marks.items():
        cells[column] = mark
    return [
        Segment("".join(character for character, _look in alike), style(look))
        for look, alike in groupby(cells, key=lambda cell: cell[1])
    ]


def paint_words(words: str, width: int, style: StyleOf) -> list[Segment]:
    """A line of words in place of a waveform."""
    return [Segment(fit(f" {words}", width), style("quiet"))]


def _put(marks: dict[int, tuple[str, str]], column: int | None, character: str, look: str) -> None:
    if column is not None:
        marks[column] = character, look


def _marks(view: WaveView, width: int) -> Iterator[tuple[float, str]]:
    """The seconds that have a mark, and what is written there."""
    least = view.seconds / max(1, width) * LABEL_CELLS
    step = next((step for step in STEPS if step >= least), STEPS[-1])
    decimals = max(0, ceil(-log10(step)))
    for number in range(ceil(view.start / step - 1e-9), floor(view.end / step + 1e-9) + 1):
        yield number * step, _clock(number * step, decimals)


def _clock(seconds: float, decimals: int) -> str:
    if seconds < 60:
        return f"{seconds:.{decimals}f}"
    minutes, rest = divmod(round(seconds, decimals), 60)
    return f"{minutes:.0f}:{rest:0{3 + decimals if decimals else 2}.{decimals}f}"


def _place(cut: Cut, edge: Edge) -> float:
    return cut.start if edge == "start" else cut.end


def _cells(segments: Iterable[Segment]) -> int:
    return sum(cell_len(segment.text) for segment in segments)


def _fitting(segments: Iterable[Segment], room: int) -> list[Segment]:
    """As much of them as there is room for."""
    kept: list[Segment] = []
    for segment in segments:
        cells = cell_len(segment.text)
        if cells > room:
            return [*kept, Segment(fit(segment.text, room), segment.style)] if room > 0 else kept
        kept.append(segment)
        room -= cells
    return kept
