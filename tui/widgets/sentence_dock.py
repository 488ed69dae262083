"""Below the table: all there is to know of the current sentence, and its editor."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from engine.i18n import _
from tui.display import safe
from tui.marks import mark_of
from tui.rows import RowView

if TYPE_CHECKING:
    from tui.widgets.sentence_editor import SentenceEditor

Facts = tuple[Any, ...]
SEPARATOR = "  ·  "


@dataclass(frozen=True)
class Detail:
    """What the dock tells of a sentence beyond its row.

    Attributes:
        take: seed, engine and the like, each already in words.
        notes: complaints, the reason of a failure, a conflict: (colour, words).
    """

    section: str = ""
    take: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


class SentenceDock(Vertical):
    """Shows a sentence, or edits it.

    Attributes:
        found: what is looked for, to be marked in the text.
    """

    def __init__(self) -> None:
        super().__init__()
        self._editor: SentenceEditor | None = None
        self._told: dict[str, Facts] = {}
        self._doing = ""
        self.found: re.Pattern[str] | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="about")
        with VerticalScroll(id="reading", can_focus=False):
            yield Static(id="text")
            yield Static(id="notes")

    async def add_editor(self) -> None:
        """Make the editor. Apart from the rest, because a first paint need not wait for it."""
        from tui.widgets.sentence_editor import SentenceEditor

        self._editor = SentenceEditor()
        await self.mount(self._editor)

    @property
    def editor(self) -> SentenceEditor:
        """Raises RuntimeError before there is one."""
        if self._editor is None:
            raise RuntimeError("add_editor comes first")
        return self._editor

    @property
    def editing(self) -> bool:
        return self.has_class("-editing")

    def show(self, row: RowView, detail: Detail) -> None:
        """Tell of this sentence; an editor that is open stays open."""
        self._tell("#about", (row, detail, self._doing), self._about)
        self._tell("#text", (row.text, row.spoken, self.found), _text)
        self._tell("#notes", (detail.notes,), _notes)
        self.query_one("#notes").display = bool(detail.notes)

    def show_nothing(self) -> None:
        """There is no current sentence."""
        for selector in ("#about", "#text", "#notes"):
            self._tell(selector, (), Content)

    def _tell(self, selector: str, facts: Facts, words: Callable[..., Content]) -> None:
        # Laying out a long text takes longer than a key may take, and a row that is being spoken
        # is shown anew ten times a second.
        if self._told.get(selector) != facts:
            self._told[selector] = facts
            self.query_one(selector, Static).update(words(*facts))

    @property
    def splitting(self) -> bool:
        """A place is being chosen at which the text is split."""
        return self.editing and self.editor.read_only

    def begin_edit(self, text: str, *, doing: str, split_at: int | None = None) -> None:
        """Turn into an editor of this text, or of the place at which it is split.

        Args:
            doing: what is done with it, in words.
            split_at: the index to begin with.
        """
        self.add_class("-editing")
        self._doing = doing
        self.editor.begin(text, split_at=split_at)

    def end_edit(self) -> None:
        """Turn back into a reader."""
        self.remove_class("-editing")
        self._doing = ""

    @staticmethod
    def _about(row: RowView, detail: Detail, doing: str) -> Content:
        mark = mark_of(row.status, spoken=row.spoken)
        number = f"{row.number}" if row.number is not None else "–"
        parts = [
            Content.assemble((number, "bold"), "  ", (f"{mark.glyph} {_(mark.word)}", mark.colour))
        ]
        if doing:
            parts.append(Content.styled(doing, "$text-accent"))
        said = (detail.section, *detail.take)
        parts += [Content.styled(safe(words), "$foreground-muted") for words in said if words]
        return Content.styled(SEPARATOR, "$foreground 40%").join(parts)


def _text(text: str, spoken: bool, found: re.Pattern[str] | None) -> Content:
    shown = Content.styled(safe(text), "" if spoken else "$foreground-muted")
    return shown.highlight_regex(found, style="bold underline on $warning 35%") if found else shown


def _notes(notes: tuple[tuple[str, str], ...]) -> Content:
    return Content("\n").join([Content.styled(safe(words), colour) for colour, words in notes])
