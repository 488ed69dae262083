"""What the desk has made of the rows and the script file does not have yet. No I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from engine.domain import Sentence
from engine.project.rows import Place
from engine.script.placing import in_order
from engine.script.rewriting import in_one_line


class Unsaved:
    """Counts what is to be written into the script, and keeps count while rows change.

    Args:
        sentences, places: of the table; looked at, not copied.
    """

    def __init__(self, sentences: Mapping[int, Sentence], places: Mapping[int, Place]) -> None:
        self._sentences = sentences
        self._places = places
        self._differing: set[int] | None = None
        self._moved: int | None = None

    def count(self, ids: Iterable[int]) -> int:
        """How many rows were edited, made, deleted or moved.

        Args:
            ids: of the rows that are shown, in order.
        """
        if self._differing is None:
            self._differing = {id_ for id_, row in self._sentences.items() if differs(row)}
        if self._moved is None:
            self._moved = self._count_moved(ids)
        return len(self._differing) + self._moved

    def put(self, before: Sentence, after: Sentence) -> None:
        """A row is another now."""
        if (before.shown, before.source_text) != (after.shown, after.source_text):
            self._moved = None
        if self._differing is not None:
            (self._differing.add if differs(after) else self._differing.discard)(after.id)

    def place(self, sentence_id: int) -> None:
        """A row has another place now, or is new."""
        self._moved = None
        if self._differing is not None and differs(self._sentences[sentence_id]):
            self._differing.add(sentence_id)

    def _count_moved(self, ids: Iterable[int]) -> int:
        rows = ((id_, self._sentences[id_]) for id_ in ids)
        lines = [self._places[id_].line for id_, row in rows if row.source_text]
        known = [line for line in lines if line is not None]
        return 0 if _rises(known) else len(known) - len(in_order(known))


def differs(row: Sentence) -> bool:
    """Whether the script does not say of a row what the desk does, its place left aside. In a
    conflict it is for the user to say which of both it shall be."""
    if row.hidden or row.conflict:
        return False
    if row.removed:
        return bool(row.source_text)
    return row.text != row.source_text and in_one_line(row.text) != row.source_text


def _rises(numbers: Collection[int]) -> bool:
    return all(a < b for a, b in zip(numbers, [*numbers][1:], strict=False))
