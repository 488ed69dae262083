"""The current take as a waveform, with its cut, a ruler, and the place that is heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from tui import braille
from tui.cut_words import is_doubtful
from tui.messages import CutDragged, PlayheadPlaced
from tui.wave_view import WaveView
from tui.widgets.wave_paint import (
    Edge,
    Look,
    WaveState,
    looks_of,
    paint_head,
    paint_ruler,
    paint_wave,
    paint_words,
)

if TYPE_CHECKING:
    from engine.domain import Cut, Take
    from engine.outline import Outline

_PREFIX = "waveform--"

ZOOM = 2.0
"""How much closer one step is."""

DOUBTFUL_SECONDS, AROUND = 3.0, 0.5
"""At least, that are shown around the end of a doubtful cut: the last words, and the phrase; and
that are shown beside the other places where it may end."""

GRIP = 1
"""Cells beside an edge in which the mouse takes hold of it."""

QUIETEST = 0.02
"""Full scale 1.0. A take that stays below is drawn as quiet as it is."""


class Waveform(Widget):
    """Draws one take. It is told of changes by whoever makes them.

    Attributes:
        take: the one that is shown, or is about to be.
        words: what stands in place of the waveform; empty while there is one.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"{_PREFIX}{name}"
        for name in (
            *("head", "quiet", "doubtful", "hand", "kept", "away", "edge", "chosen"),
            *("playhead", "ruler", "candidate", "complaint", "key"),
        )
    }

    def __init__(self) -> None:
        super().__init__()
        self.take: Take | None = None
        self.outline: Outline | None = None
        self.words = ""
        self._state: WaveState | None = None
        self._codes: tuple[object, Sequence[Sequence[int]]] | None = None
        self._looks: tuple[object, Sequence[Look], Mapping[int, int]] | None = None
        self._dragged: Edge | None = None

    # What is shown

    @property
    def state(self) -> WaveState | None:
        """As it is drawn; None while there is no waveform."""
        return self._state

    @property
    def chosen(self) -> Edge:
        """The edge that keys move."""
        return self._state.chosen if self._state else "end"

    def show_words(self, words: str, take: Take | None = None) -> None:
        """Show no waveform; say why."""
        if (self.words, self.take, self._state) != (words, take, None):
            self.take, self.outline, self._state, self.words = take, None, None, words
            self._let_go()
            self.refresh()

    def show(
        self,
        take: Take,
        outline: Outline,
        candidates: Sequence[float],
        complaints: Sequence[float],
    ) -> None:
        """Show a take. One that is shown already stays in the same view; of another one all is
        seen, or the end of its cut where that is doubtful.

        Args:
            candidates: other ends, in seconds.
            complaints: places, in seconds.
        """
        before = self._state if self.take and self.take.id == take.id else None
        marked = candidates if is_doubtful(take.draft.found_cut) else ()
        if before is None:
            self._let_go()
            state = WaveState(self._first_view(take, outline, marked), take.draft.cut)
        else:
            state = replace(before, cut=take.draft.cut)
        self.take, self.outline, self.words = take, outline, ""
        self._put(replace(state, candidates=tuple(marked), complaints=tuple(complaints)))

    def choose(self, edge: Edge) -> None:
        """Have keys move this edge."""
        if self._state:
            self._put(replace(self._state, chosen=edge))

    def show_cut(self) -> None:
        """Draw the cut that the take has, after one that was dragged."""
        if self._state and self.take:
            self._put(replace(self._state, cut=self.take.draft.cut))

    def show_playhead(self, place: float | None) -> None:
        """Draw the playhead there, or none. Free of charge where it stays in its column."""
        if self._state and self._state.playhead != place:
            self._put(replace(self._state, playhead=place))

    def bring_into_view(self, place: float) -> None:
        """Move what is shown as far as it takes."""
        if self._state:
            self._put(replace(self._state, view=self._state.view.showing(place)))

    def zoom(self, steps: float, about: float) -> None:
        """Show a place closer, or from farther away.

        Args:
            steps: negative for farther away.
        """
        if self._state:
            view = self._state.view.zoomed(about, ZOOM**steps)
            self._put(replace(self._state, view=view))

    def show_whole(self) -> None:
        """Show all of the take."""
        if self._state:
            self._put(replace(self._state, view=WaveView.whole(self._state.view.total)))

    @property
    def step(self) -> float:
        """Seconds from one column of dots to the next."""
        state = self._state
        return state.view.seconds / (self._width * braille.ACROSS) if state else 0.0

    @staticmethod
    def _first_view(take: Take, outline: Outline, candidates: Sequence[float]) -> WaveView:
        cut = take.draft.cut
        if not is_doubtful(cut):
            return WaveView.whole(outline.seconds)
        # Where the phrase is missing nothing is cut, so that end is in no doubt.
        places = [*candidates] if cut.status == "missing" and candidates else [cut.end, *candidates]
        seconds = max(DOUBTFUL_SECONDS, max(places) - min(places) + 2 * AROUND)
        return WaveView.around((max(places) + min(places)) / 2, seconds, outline.seconds)

    def _put(self, state: WaveState) -> None:
        if state != self._state:
            self._state = state
            self.refresh()

    # Drawing

    def render_line(self, y: int) -> Strip:
        width, state = self._width, self._state
        if state is None or self.outline is None:
            segments = paint_words(self.words if y == 0 else "", width, self._style)
        elif y == 0:
            segments = paint_head(state, width, self._style)
        elif y == self.size.height - 1:
            segments = paint_ruler(state, width, self._style)
        else:
            looks, bars = self._looks_of(state, width)
            codes = self._wave(state.view, self.outline, width, self.size.height - 2)
            segments = paint_wave(codes[y - 1], looks, bars, self._style)
        return Strip(segments).adjust_cell_length(width, self._style("kept"))

    def _wave(
        self, view: WaveView, outline: Outline, width: int, lines: int
    ) -> Sequence[Sequence[int]]:
        """The characters of the wave, line by line; kept until something else is to be seen."""
        key = (id(outline), view, width, lines)
        if self._codes is None or self._codes[0] != key:
            rate = len(outline.peaks) / outline.seconds if outline.seconds else 0.0
            columns = outline.peaks.columns(
                view.start * rate, view.end * rate, width * braille.ACROSS
            )
            loudest = max(outline.peaks.loudest, QUIETEST)
            self._codes = key, braille.wave(columns / loudest, lines).tolist()
        return self._codes[1]

    def _looks_of(self, state: WaveState, width: int) -> tuple[Sequence[Look], Mapping[int, int]]:
        """How the cells of every line look; kept as the wave is."""
        if self._looks is None or self._looks[0] != (state, width):
            self._looks = (state, width), *looks_of(state, width)
        return self._looks[1:]

    @property
    def _width(self) -> int:
        return max(1, self.size.width)

    def _style(self, *names: str) -> Style:
        return self.get_visual_style(*(_PREFIX + name for name in names)).rich_style

    # The mouse

    def _place_at(self, x: float) -> float:
        assert self._state is not None
        # From the first cell to the last, so that either end of the view can be reached.
        return self._state.view.place_of(x, max(1, self._width - 1))

    def _edge_at(self, x: int) -> Edge | None:
        """The edge that the mouse is on; where both are, the one that is chosen."""
        state = self._state
        if state is None:
            return None
        edges: dict[Edge, float] = {"start": state.cut.start, "end": state.cut.end}
        near: set[Edge] = set()
        for edge, place in edges.items():
            column = state.view.column_of(place, self._width)
            if column is not None and abs(column - x) <= GRIP:
                near.add(edge)
        return state.chosen if state.chosen in near else next(iter(near), None)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if self._state is None or event.button != 1:
            return
        event.stop()
        edge = self._edge_at(event.x)
        if edge is None:
            self.post_message(PlayheadPlaced(self._place_at(event.x)))
            return
        self._dragged = edge
        self.choose(edge)
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragged is None or self._state is None:
            return
        event.stop()
        self._put(replace(self._state, cut=self._cut_at(event.x)))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._dragged is None or self._state is None or self.take is None:
            return
        event.stop()
        self._let_go()
        cut, before = self._state.cut, self.take.draft.cut
        if (cut.start, cut.end) != (before.start, before.end):
            self.post_message(CutDragged(self.take.id, cut.start, cut.end))

    def _let_go(self) -> None:
        """Drag nothing any more, and leave the mouse to others."""
        if self._dragged is not None:
            self._dragged = None
            self.release_mouse()

    def _cut_at(self, x: int) -> Cut:
        """The cut with the edge that is dragged under the mouse."""
        assert self._state is not None
        cut, place = self._state.cut, self._place_at(x)
        if self._dragged == "start":
            return replace(cut, start=min(place, cut.end), by_hand=True)
        return replace(cut, end=max(place, cut.start), by_hand=True)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        if self._state:
            event.stop()
            self.zoom(1, self._place_at(event.x))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        if self._state:
            event.stop()
            self.zoom(-1, self._place_at(event.x))
