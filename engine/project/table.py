"""The rows of a project in memory, which is where they count; the disk follows."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.domain import Sentence, Spoken, Status, Take, Verdict, status_of
from engine.labels import make_label
from engine.project.cut_value import cut_value, with_cut
from engine.project.history import Change, Value
from engine.project.rows import Place, Write, sentence_write, take_write
from engine.project.unsaved import Unsaved
from engine.pronunciation import Pronouncer, Rule, from_json

PRONUNCIATIONS = "pronunciations"
"""The key of the setting that keeps the project's own pronunciations."""

LEAST_GAP = 1e-6
"""Between two positions: long before the fractions of a double run out."""

_NUMBERED_BY = frozenset({"spoken", "hidden", "removed"})


@dataclass(frozen=True)
class Row:
    """A sentence as it is shown.

    Attributes:
        number: counts the spoken sentences from 1; None for one that is not spoken.
        take: the one that is played and exported.
        takes: all of them but those that were deleted, oldest first.
        label: the sentence's own, or one made of its text.
        asked: what an engine would be asked to say for it now.
    """

    sentence: Sentence
    number: int | None
    status: Status
    take: Take | None
    takes: tuple[Take, ...]
    label: str
    asked: Spoken


class Table:
    """Sentences in order, their takes, and what follows from them, worked out when asked for.

    Not for several threads.

    Args:
        settings: the project's; kept, not copied.
        rules: the user's own pronunciations, which yield to the project's.
    """

    def __init__(
        self,
        sentences: Mapping[int, Sentence],
        places: Mapping[int, Place],
        takes: Mapping[int, Take],
        settings: dict[str, str] | None = None,
        rules: Sequence[Rule] = (),
    ) -> None:
        self.sentences = dict(sentences)
        self.takes = dict(takes)
        self.places = dict(places)
        self.settings = {} if settings is None else settings
        self._rules = tuple(rules)
        self._takes_of: defaultdict[int, list[int]] = defaultdict(list)
        for take in self.takes.values():
            self._takes_of[take.sentence_id].append(take.id)
        self._rows: dict[int, Row] = {}
        self._ids: tuple[int, ...] | None = None
        self._numbers: dict[int, int] | None = None
        self._pronounce = self._pronouncer()
        self._unsaved = Unsaved(self.sentences, self.places)

    # What is there

    @property
    def ids(self) -> tuple[int, ...]:
        """The sentences that are shown, in order; the same object until that changes."""
        if self._ids is None:
            shown = [id_ for id_, sentence in self.sentences.items() if sentence.shown]
            self._ids = tuple(sorted(shown, key=self.order))
        return self._ids

    def order(self, sentence_id: int) -> tuple[float, int]:
        """Sorts the sentences."""
        return self.places[sentence_id].position, sentence_id

    def row(self, sentence_id: int) -> Row:
        """Raises KeyError for an id that never was."""
        row = self._rows.get(sentence_id)
        if row is None:
            sentence, take = self.sentences[sentence_id], self.current_take(sentence_id)
            asked = self.asked(sentence_id)
            takes = (self.takes[id_] for id_ in self._takes_of.get(sentence_id, ()))
            row = self._rows[sentence_id] = Row(
                sentence=sentence,
                number=self.numbers.get(sentence_id),
                status=status_of(sentence, take, asked),
                take=take,
                takes=tuple(take for take in takes if not take.deleted),
                label=sentence.label or make_label(sentence.text),
                asked=asked,
            )
        return row

    def seeds(self, sentence_id: int) -> tuple[int, ...]:
        """Of all takes that a sentence has had, those that were deleted too."""
        takes = self._takes_of.get(sentence_id, ())
        return tuple(self.takes[id_].draft.seed for id_ in takes)

    def status(self, sentence_id: int) -> Status:
        """Cheaper than the row."""
        take = self.current_take(sentence_id)
        return status_of(self.sentences[sentence_id], take, self.asked(sentence_id))

    def asked(self, sentence_id: int) -> Spoken:
        """What an engine would be asked to say. Words that are in the list of pronunciations are
        said by it, unless the sentence has its own way to be said."""
        sentence = self.sentences[sentence_id]
        spoken = sentence.to_speak()
        if sentence.say or not self._pronounce.rules:
            return spoken
        return replace(spoken, text=self._pronounce(spoken.text))

    def current_take(self, sentence_id: int) -> Take | None:
        take_id = self.sentences[sentence_id].take_id
        take = None if take_id is None else self.takes[take_id]
        return None if take is None or take.deleted else take

    @property
    def numbers(self) -> dict[int, int]:
        """Of the spoken sentences."""
        if self._numbers is None:
            spoken = [id_ for id_ in self.ids if self.sentences[id_].spoken]
            self._numbers = {id_: number for number, id_ in enumerate(spoken, start=1)}
        return self._numbers

    @property
    def unsaved(self) -> int:
        """How many changes the script does not have yet."""
        return self._unsaved.count(self.ids)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The project's own pronunciations."""
        return from_json(self.settings.get(PRONUNCIATIONS, ""))

    # What is put there

    def put_sentence(self, sentence: Sentence) -> None:
        """In place of the one with its id; its place in the order stays."""
        before = self.sentences[sentence.id]
        if sentence.shown != before.shown:
            self._ids = None
        if (sentence.shown, sentence.spoken) != (before.shown, before.spoken):
            self._renumber()
        self.sentences[sentence.id] = sentence
        self._unsaved.put(before, sentence)
        self._rows.pop(sentence.id, None)

    def add_sentence(self, sentence: Sentence, place: Place) -> None:
        """A new one."""
        self.sentences[sentence.id] = sentence
        self.put_place(sentence.id, place)

    def put_place(self, sentence_id: int, place: Place) -> None:
        """Where a sentence stands from now on."""
        self.places[sentence_id] = place
        self._unsaved.place(sentence_id)
        self._ids = None
        self._renumber()

    def put_take(self, take: Take) -> None:
        """A new one, or in place of the one with its id."""
        if take.id not in self.takes:
            self._takes_of[take.sentence_id].append(take.id)
        self.takes[take.id] = take
        self._rows.pop(take.sentence_id, None)

    def put_rules(self, rules: Sequence[Rule]) -> None:
        """The user's own pronunciations, from now on."""
        self._rules = tuple(rules)
        self._pronounce_anew()

    def room_after(self, anchor: int | None, count: int) -> list[float]:
        """Positions for so many rows between a sentence and the next; before all if there is none
        to follow."""
        taken = sorted(place.position for place in self.places.values())
        if anchor is None:
            return spread(count, None, taken[0] if taken else None)
        low = self.places[anchor].position
        above = bisect_right(taken, low)
        return spread(count, low, taken[above] if above < len(taken) else None)

    # Changes

    def knows(self, change: Change) -> bool:
        """Whether its row, and the take that it points to, are still there."""
        if change.table == "setting":
            return True
        if change.table == "take":
            return change.id in self.takes
        if change.field == "take_id" and change.after is not None:
            return change.id in self.sentences and change.after in self.takes
        return change.id in self.sentences

    def set_field(self, change: Change) -> Value:
        """Give the field its value ``after``, and return the value that it had."""
        if change.table == "take":
            return self._set_of_take(change)
        if change.table == "setting":
            return self._set_setting(change)
        if change.field == "position":
            place = self.places[change.id]
            self.put_place(change.id, place._replace(position=change.after))
            return place.position
        sentence = self.sentences[change.id]
        self.put_sentence(replace(sentence, **{change.field: change.after}))
        return getattr(sentence, change.field)

    def sentence_ids(self, changes: Iterable[Change]) -> list[int]:
        """Of the sentences that changes are about, each once."""
        ids = (
            self.takes[change.id].sentence_id if change.table == "take" else change.id
            for change in changes
            if change.table != "setting"
        )
        return list(dict.fromkeys(ids))

    def sentence_write(self, sentence_id: int) -> Write:
        return sentence_write(self.sentences[sentence_id], self.places[sentence_id])

    def write(self, change: Change) -> Write:
        """The row of a change as it is now."""
        if change.table == "take":
            return take_write(self.takes[change.id])
        if change.table == "setting":
            key = change.field
            return Write("setting", key, (key, self.settings.get(key, "")))
        return self.sentence_write(change.id)

    # Inside

    def _set_of_take(self, change: Change) -> Value:
        take = self.takes[change.id]
        if change.field == "deleted":
            self.put_take(replace(take, deleted=bool(change.after)))
            return take.deleted
        if change.field == "cut":
            self.put_take(replace(take, draft=with_cut(take.draft, str(change.after))))
            return cut_value(take.draft)
        self.put_take(replace(take, verdict=Verdict(change.after)))
        return take.verdict.value

    def _set_setting(self, change: Change) -> Value:
        before = self.settings.get(change.field, "")
        self.settings[change.field] = str(change.after)
        if change.field == PRONUNCIATIONS:
            self._pronounce_anew()
        return before

    def _pronouncer(self) -> Pronouncer:
        return Pronouncer([*self.rules, *self._rules])

    def _pronounce_anew(self) -> None:
        self._pronounce = self._pronouncer()
        self._rows.clear()

    def _renumber(self) -> None:
        self._numbers = None
        self._rows.clear()


def spread(count: int, low: float | None, high: float | None) -> list[float]:
    """So many positions between two others, or beyond the one there is."""
    if low is None and high is None:
        low = 0.0
    if high is None:
        high = (low or 0.0) + count + 1
    if low is None:
        low = high - count - 1
    step = (high - low) / (count + 1)
    return [low + step * number for number in range(1, count + 1)]


def moves_rows(change: Change) -> bool:
    """Whether it may give rows another number or place."""
    return change.field == "position" or change.field in _NUMBERED_BY
