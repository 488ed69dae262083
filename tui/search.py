"""Finding sentences by what they say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from tui.hangul import unfinished

if TYPE_CHECKING:
    from engine.project import Project


class Search:
    """Looks for a text in all that was written of a sentence: text, pronunciation, label, note.

    Upper and lower case are the same, as are composed and decomposed Hangul. Where nothing says
    just what was typed, its last syllable is taken as one that is still being composed.

    Attributes:
        query: what is looked for; empty for nothing.
        pattern: finds it in a shown text; None for nothing.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._written: dict[int, str] = {}
        self._known: tuple[str, Sequence[int]] | None = None
        self._places: dict[int, int] = {}
        self.query = ""
        self.pattern: re.Pattern[str] | None = None

    def look_for(self, typed: str, ids: Sequence[int]) -> dict[int, int]:
        """Look for something else among these; see :meth:`matches`."""
        self.query = unicodedata.normalize("NFC", typed) if typed.strip() else ""
        return self.matches(ids)

    def forget(self, changed: Iterable[int]) -> None:
        """These sentences may say something else now."""
        for sentence_id in changed:
            self._written.pop(sentence_id, None)
        self._known = None

    def matches(self, ids: Sequence[int]) -> dict[int, int]:
        """The sentences among these that say it, each with its place among them, from 1."""
        if self._known is None or self._known[0] != self.query or self._known[1] is not ids:
            self._places = {id_: place for place, id_ in enumerate(self._found(ids), start=1)}
            self._known = (self.query, ids)
        return self._places

    def _found(self, ids: Collection[int]) -> list[int]:
        self.pattern = None
        if not self.query:
            return []
        wanted = self.query.casefold()
        exact = [id_ for id_ in ids if wanted in self._said(id_)]
        likely = "" if exact else unfinished(self.query)
        self.pattern = re.compile(likely or re.escape(self.query), re.IGNORECASE)
        if not likely:
            return exact
        return [id_ for id_ in ids if self.pattern.search(self._said(id_))]

    def _said(self, sentence_id: int) -> str:
        said = self._written.get(sentence_id)
        if said is None:
            sentence = self._project.row(sentence_id).sentence
            note = getattr(sentence, "note", "")
            said = "\n".join((sentence.text, sentence.say, sentence.label, note))
            said = self._written[sentence_id] = unicodedata.normalize("NFC", said).casefold()
        return said
