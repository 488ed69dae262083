"""Whatever is done in whatever order, undo and redo lead back and forth through the same states."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from engine.domain import Verdict
from engine.errors import ProjectError
from engine.project import Project
from engine.pronunciation import Rule
from tests.engine.project.making import script_of, speak_now

SCRIPT = script_of("하나.", "(웃음)", "셋.")
IDS = st.sampled_from([1, 2, 3])
ROW = st.integers(0, 5)
"""The place of a row among those that are shown; beyond the last one it is the last."""

FIELDS = ("text", "say", "spoken", "label", "note", "pause_after", "section")

State = dict[tuple[str, int], Any]
"""What the user decided, by field and id."""


class AnySequence(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name, "대본.txt")
        self.project = Project.open(self.path, SCRIPT)
        self.past: list[State] = []
        self.future: list[State] = []
        self.arrived: set[int] = set()
        self.last_take = 0
        for sentence_id in (1, 1, 3):
            self.last_take = speak_now(self.project, sentence_id).id

    def every_id(self) -> Iterator[int]:
        """Of the rows that are shown, and of those that were."""
        for sentence_id in itertools.count(1):
            try:
                self.project.row(sentence_id)
            except KeyError:
                return
            yield sentence_id

    def state(self) -> State:
        found: State = {
            ("order", 0): tuple(self.project.ids),
            ("rules", 0): tuple(self.project.rules),
            ("take ids up to", 0): self.last_take,
        }
        for sentence_id in self.every_id():
            row = self.project.row(sentence_id)
            for field in FIELDS:
                found[field, sentence_id] = getattr(row.sentence, field)
            found["asked", sentence_id] = row.asked
            found["number", sentence_id] = row.number
            found["take_id", sentence_id] = row.sentence.take_id
            found.update({("verdict", take.id): take.verdict for take in row.takes})
        return found

    def assert_is(self, expected: State) -> None:
        """The state is this one, but for takes and rows that were not there then: a take that
        arrived since may be the current one and is not judged, and a new row is not shown."""
        now, last_then = self.state(), expected["take ids up to", 0]
        assert not expected.keys() - now.keys()
        for key, value in now.items():
            field, id_ = key
            if field == "verdict" and id_ > last_then:
                assert value is Verdict.NONE
            elif field == "verdict" or ("text", id_) in expected or not id_:
                excused = field == "take ids up to" or (field == "take_id" and id_ in self.arrived)
                assert excused or value == expected.get(key), key

    def act(self, action: Any, *args: Any, **fields: Any) -> None:
        before = self.state()
        try:
            action(*args, **fields)
        except ProjectError:
            assert self.state() == before
        if self.state() != before:
            self.past.append(before)
            self.future.clear()

    @rule(sentence_id=IDS, text=st.sampled_from(["하나.", "셋.", "새 말.", "또 다른 말."]))
    def edit_text(self, sentence_id: int, text: str) -> None:
        self.act(self.project.edit, sentence_id, text=text)

    @rule(spoken=st.booleans(), label=st.sampled_from(["", "a", "b"]))
    def edit_all(self, spoken: bool, label: str) -> None:
        edits = {id_: {"spoken": spoken, "label": label} for id_ in self.project.ids}
        self.act(self.project.edit_many, edits)

    @rule(sentence_id=IDS)
    def accept(self, sentence_id: int) -> None:
        self.act(self.project.accept, sentence_id)

    @rule(sentence_id=IDS)
    def reject(self, sentence_id: int) -> None:
        self.act(self.project.reject, sentence_id)

    def at(self, place: int) -> int | None:
        ids = self.project.ids
        return ids[min(place, len(ids) - 1)] if ids else None

    @rule(place=ROW, cut=st.integers(0, 4))
    def split(self, place: int, cut: int) -> None:
        sentence_id = self.at(place)
        if sentence_id is not None:
            text = self.project.row(sentence_id).sentence.text
            self.act(self.project.split, sentence_id, text[:cut], text[cut:])

    @rule(place=ROW, count=st.integers(1, 3))
    def merge(self, place: int, count: int) -> None:
        self.act(self.project.merge, self.project.ids[place : place + count])

    @rule(place=ROW, text=st.sampled_from(["", "새 줄.", "(한숨)"]))
    def insert(self, place: int, text: str) -> None:
        self.act(self.project.insert, self.at(place) if place else None, text)

    @rule(place=ROW, count=st.integers(0, 2))
    def remove(self, place: int, count: int) -> None:
        self.act(self.project.remove, self.project.ids[place : place + count])

    @rule(place=ROW, count=st.integers(1, 2), by=st.sampled_from([-1, 1]))
    def move(self, place: int, count: int, by: int) -> None:
        self.act(self.project.move, self.project.ids[place : place + count], by)

    @rule(place=ROW, pause=st.sampled_from([None, 0, 1.5]), note=st.sampled_from(["", "천천히"]))
    def fill_in_the_form(self, place: int, pause: float | None, note: str) -> None:
        sentence_id = self.at(place)
        if sentence_id is not None:
            self.act(self.project.edit, sentence_id, pause_after=pause, note=note, say=note)

    @rule(spoken=st.sampled_from(["", "한나", "하낫"]))
    def change_pronunciations(self, spoken: str) -> None:
        self.act(self.project.set_rules, [Rule("하나", spoken)] if spoken else [])

    @rule(take_id=st.integers(1, 5))
    def delete_take(self, take_id: int) -> None:
        self.act(self.project.delete_take, take_id)

    @rule(sentence_id=IDS, take_id=st.integers(1, 5))
    def pick(self, sentence_id: int, take_id: int) -> None:
        self.act(self.project.pick_take, sentence_id, take_id)

    @rule(sentence_id=IDS)
    def a_take_arrives(self, sentence_id: int) -> None:
        self.last_take = speak_now(self.project, sentence_id).id
        self.arrived.add(sentence_id)

    @rule(sentence_id=IDS, reason=st.sampled_from(["", "엔진이 멈췄어요."]))
    def it_fails(self, sentence_id: int, reason: str) -> None:
        self.project.set_failure(sentence_id, reason)

    @rule()
    def undo(self) -> None:
        before = self.state()
        assert (self.project.undo() is None) == (not self.past)
        if self.past:
            self.assert_is(self.past.pop())
            self.future.append(before)

    @rule()
    def redo(self) -> None:
        before = self.state()
        assert (self.project.redo() is None) == (not self.future)
        if self.future:
            self.assert_is(self.future.pop())
            self.past.append(before)

    @rule()
    def reopen(self) -> None:
        rows = [self.project.row(sentence_id) for sentence_id in self.project.ids]
        self.project.close()
        self.project = Project.open(self.path, SCRIPT)
        assert [self.project.row(sentence_id) for sentence_id in self.project.ids] == rows

    @rule()
    def undo_all_and_redo_all(self) -> None:
        rows = [self.project.row(sentence_id) for sentence_id in self.project.ids]
        steps = 0
        while self.project.undo():
            steps += 1
        assert steps == len(self.past)
        if self.past:
            self.assert_is(self.past[0])
        for _ in range(steps):
            self.project.redo()
        assert [self.project.row(sentence_id) for sentence_id in self.project.ids] == rows

    def teardown(self) -> None:
        if hasattr(self, "project"):
            self.reopen()
            self.undo_all_and_redo_all()
            self.project.close()
            self.folder.cleanup()


TestAnySequence = AnySequence.TestCase
TestAnySequence.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
