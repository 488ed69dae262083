"""The rows of a project in memory, which is where they count; the disk follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from engine.domain import Sentence, Status, Take, Verdict, status_of
from engine.labels import make_label
from engine.project.history import Change, Value
from engine.project.rows import Place, Write, sentence_write, take_write


@dataclass(frozen=True)
class Row:
    """A sentence as it is shown.

    Attributes:
        number: counts the spoken sentences from 1; None for one that is not spoken.
        take: the one that is played and exported.
        takes: all of them, oldest first.
        label: the sentence's own, or one made of its text.
    """

    sentence: Sentence
    number: int | None
    status: Status
    take: Take | None
    takes: tuple[Take, ...]
    label: str


class Table:
    """Sentences in order, their takes, and what follows from them, worked out when asked for.

    Not for several threads.
    """

    def __init__(
        self,
        sentences: Mapping[int, Sentence],
        places: Mapping[int, Place],
        takes: Mapping[int, Take],
    ) -> None:
        self.sentences = dict(sentences)
        self.takes = dict(takes)
        self._places = places
        shown = [sentence for sentence in self.sentences.values() if not sentence.hidden]
        shown.sort(key=lambda sentence: places[sentence.id].position)
        self.ids = tuple(sentence.id for sentence in shown)
        self._takes_of: defaultdict[int, list[int]] = defaultdict(list)
        for take in self.takes.values():
            self._takes_of[take.sentence_id].append(take.id)
        self._rows: dict[int, Row] = {}
        self._numbers: dict[int, int] | None = None

    def row(self, sentence_id: int) -> Row:
        """Raises KeyError for an id that never was."""
        row = self._rows.get(sentence_id)
        if row is None:
            sentence = self.sentences[sentence_id]
            row = self._rows[sentence_id] = Row(
                sentence=sentence,
                number=self.numbers.get(sentence_id),
                status=self.status(sentence_id),
                take=self.current_take(sentence_id),
                takes=tuple(self.takes[id_] for id_ in self._takes_of.get(sentence_id, ())),
                label=sentence.label or make_label(sentence.text),
            )
        return row

    def status(self, sentence_id: int) -> Status:
        """Cheaper than the row."""
        return status_of(self.sentences[sentence_id], self.current_take(sentence_id))

    def current_take(self, sentence_id: int) -> Take | None:
        take_id = self.sentences[sentence_id].take_id
        return None if take_id is None else self.takes[take_id]

    @property
    def numbers(self) -> dict[int, int]:
        """Of the spoken sentences."""
        if self._numbers is None:
            spoken = [id_ for id_ in self.ids if self.sentences[id_].spoken]
            self._numbers = {id_: number for number, id_ in enumerate(spoken, start=1)}
        return self._numbers

    def put_sentence(self, sentence: Sentence) -> None:
        """In place of the one with its id; its place in the order stays."""
        if sentence.spoken != self.sentences[sentence.id].spoken:
            self._numbers = None
            self._rows.clear()
        self.sentences[sentence.id] = sentence
        self._rows.pop(sentence.id, None)

    def put_take(self, take: Take) -> None:
        """A new one, or in place of the one with its id."""
        if take.id not in self.takes:
            self._takes_of[take.sentence_id].append(take.id)
        self.takes[take.id] = take
        self._rows.pop(take.sentence_id, None)

    def knows(self, change: Change) -> bool:
        """Whether its row, and the take that it points to, are still there."""
        if change.table == "take":
            return change.id in self.takes
        if change.field == "take_id":
            return change.id in self.sentences and change.after in self.takes
        return change.id in self.sentences

    def set_field(self, change: Change) -> Value:
        """Give the field its value ``after``, and return the value that it had."""
        if change.table == "take":
            take = self.takes[change.id]
            self.put_take(replace(take, verdict=Verdict(change.after)))
            return take.verdict.value
        sentence = self.sentences[change.id]
        self.put_sentence(replace(sentence, **{change.field: change.after}))
        return getattr(sentence, change.field)

    def sentence_ids(self, changes: Iterable[Change]) -> list[int]:
        """Of the sentences that changes are about, each once."""
        ids = (
            self.takes[change.id].sentence_id if change.table == "take" else change.id
            for change in changes
        )
        return list(dict.fromkeys(ids))

    def sentence_write(self, sentence_id: int) -> Write:
        return sentence_write(self.sentences[sentence_id], self._places[sentence_id])

    def write(self, change: Change) -> Write:
        """The row of a change as it is now."""
        if change.table == "take":
            return take_write(self.takes[change.id])
        return self.sentence_write(change.id)
