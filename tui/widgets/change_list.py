"""Texts before and after, two lines each; any of them can be taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.display import safe
from tui.keys import JAMO
from tui.replacing import Pieces, after

_LINES = 2
_LEAD = 24
"""Cells of what stays that are shown before the first difference."""


@dataclass
class Change:
    """What would become of a sentence.

    Attributes:
        taken: it will be done; a click or the space bar changes that.
    """

    sentence_id: int
    number: int | None
    pieces: Pieces
    taken: bool = True

    @property
    def text(self) -> str:
        return after(self.pieces)

    @property
    def refused(self) -> bool:
        """A sentence cannot be empty."""
        return not self.text


class ChangeList(ScrollView, can_focus=True):
    """A list of changes with a cursor. Only what is on screen is drawn.

    Args:
        choosable: whether changes can be taken out.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"change-list--{name}" for name in ("row", "cursor", "quiet", "old", "new", "refused")
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"down,j,{JAMO['j']}", "move(1)", show=False),
        Binding(f"up,k,{JAMO['k']}", "move(-1)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("home", "move(-1000000)", show=False),
        Binding("end", "move(1000000)", show=False),
        Binding("space", "take_out", show=False),
    ]

    @dataclass
    class Toggled(Message):
        """A change was taken out, or in again."""

    cursor: reactive[int] = reactive(0)

    def __init__(self, *, choosable: bool = True) -> None:
        super().__init__()
        self._choosable = choosable
        self._changes: Sequence[Change] = ()

    def show(self, changes: Sequence[Change]) -> None:
        """List other changes."""
        self._changes = changes
        self.virtual_size = Size(0, _LINES * len(changes))
        self.cursor = 0
        self.scroll_to(y=0, animate=False, force=True)
        self.refresh()

    def grow(self) -> None:
        """There are more changes in the sequence that is listed; the cursor stays."""
        self.virtual_size = Size(0, _LINES * len(self._changes))
        self.refresh()

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self._changes) - 1))

    def watch_cursor(self, cursor: int) -> None:
        region = Region(0, cursor * _LINES, 1, _LINES)
        self.scroll_to_region(region, animate=False, force=True, x_axis=False)

    def action_move(self, by: int) -> None:
        self.cursor += by

    def action_take_out(self) -> None:
        if self._changes and self._choosable:
            change = self._changes[self.cursor]
            change.taken = not change.taken
            self.refresh()
            self.post_message(self.Toggled())

    def on_click(self, event: events.Click) -> None:
        index = event.style.meta.get("change")
        if index is not None:
            self.cursor = index
            self.action_take_out()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        index, line = divmod(y + self.scroll_offset.y, _LINES)
        if index >= len(self._changes):
            return Strip.blank(width, self._style("row"))
        base = "cursor" if index == self.cursor and self.has_focus else "row"
        segments = self._segments(self._changes[index], base, is_after=line == 1)
        segments = Segment.apply_style(segments, None, Style(meta={"change": index}))
        return Strip(segments).adjust_cell_length(width, self._style(base))

    def _segments(self, change: Change, base: str, *, is_after: bool) -> list[Segment]:
        quiet, plain = self._style(base, "quiet"), self._style(base)
        if is_after:
            lead = [Segment("           → ", quiet)]
            name = "new"
        else:
            box = "  –  " if change.refused else " [x] " if change.taken else " [ ] "
            box = box if self._choosable else "     "
            number = "–" if change.number is None else change.number
            lead = [Segment(box, plain), Segment(f"{number:>6}  ", quiet)]
            name = "old"
        if is_after and change.refused:
            return [*lead, Segment("∅", self._style(base, "refused"))]
        shown = plain if change.taken else quiet
        marked = self._style(base, name) if change.taken else quiet
        return [*lead, *_text(change.pieces, shown, marked, is_after=is_after)]

    def _style(self, *names: str) -> Style:
        return self.get_visual_style(*(f"change-list--{name}" for name in names)).rich_style


def _text(pieces: Pieces, plain: Style, marked: Style, *, is_after: bool) -> list[Segment]:
    segments: list[Segment] = []
    for place, piece in enumerate(pieces):
        kept = safe(piece.kept)
        if place == 0 and cell_len(kept) > _LEAD:
            kept = "…" + kept[-_LEAD // 2 :]
        segments += [
            Segment(kept, plain),
            Segment(safe(piece.new if is_after else piece.old), marked),
        ]
    return [segment for segment in segments if segment.text]
