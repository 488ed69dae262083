"""Doing, undoing and redoing what the user does to the rows in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.domain import Sentence
from engine.project.edits import script_text, settled
from engine.project.history import Change, History
from engine.project.rows import Write
from engine.project.table import PRONUNCIATIONS, Table, moves_rows


@dataclass(frozen=True)
class Outcome:
    """What an action came to.

    Attributes:
        about: the sentences whose fields it changed, or whose takes'.
        changed: those, and the ones that it gave another number or another way to be said.
        writes: the rows to be stored.
    """

    name: str
    about: tuple[int, ...]
    changed: tuple[int, ...]
    writes: tuple[Write, ...]


class Actions:
    """Applies actions to a table and keeps its history."""

    def __init__(self, table: Table, history: History) -> None:
        self._table = table
        self._history = history

    def do(self, name: str, changes: Iterable[Change]) -> Outcome | None:
        """Apply and record; None if the changes change nothing."""
        changes = [change for change in changes if change.before != change.after]
        if not changes:
            return None
        numbers = self._numbers(changes)
        done = self._swap(changes)
        return self._outcome(name, done, numbers, self._history.record(name, done))

    def go_on(self, name: str, changes: Sequence[Change]) -> Outcome | None:
        """The same as one step with the last action, if that was called the same and changed the
        same fields, and nothing has been undone since."""
        last = self._history.last
        changes = [change for change in changes if change.before != change.after]
        if not last or last.name != name or self._history.next or not changes:
            return self.do(name, changes)
        befores = {_field_of(change): change.before for change in last.changes}
        if befores.keys() != set(map(_field_of, changes)):
            return self.do(name, changes)
        done = [
            change._replace(before=befores[_field_of(change)]) for change in self._swap(changes)
        ]
        return self._outcome(name, done, {}, [self._history.amended(last.with_changes(done))])

    def undo(self) -> Outcome | None:
        """Take back the last action; None if there is none."""
        action = self._history.last
        if action is None:
            return None
        changes = [_reversed(change) for change in reversed(action.changes)]
        numbers = self._numbers(changes)
        done = self._swap(changes)[::-1]
        action = action.with_changes(map(_reversed, done))
        return self._outcome(action.name, done, numbers, [self._history.undid(action)])

    def redo(self) -> Outcome | None:
        """Do again what was undone last; None if there is nothing."""
        action = self._history.next
        if action is None:
            return None
        changes = action.changes
        numbers = self._numbers(changes)
        done = self._swap(changes)
        action = action.with_changes(done)
        return self._outcome(action.name, done, numbers, [self._history.redid(action)])

    def _swap(self, changes: Sequence[Change]) -> list[Change]:
        """Apply changes and return them with the values that they found, and what they bring with
        them.

        A take may have arrived, or the script may have changed, since an action was recorded. So
        that undo and redo lead back to what was there, each remembers what it replaces.
        """
        sentences = self._table.sentences
        about = {change.id for change in changes if change.table == "sentence"} & sentences.keys()
        scripts = {id_: script_text(sentences[id_]) for id_ in sorted(about)}
        done = [self._set(change) for change in changes]
        return done + [
            self._set(change)
            for id_, script in scripts.items()
            for change in _differences(sentences[id_], settled(sentences[id_], script))
        ]

    def _set(self, change: Change) -> Change:
        if not self._table.knows(change):
            return change
        return change._replace(before=self._table.set_field(change))

    def _numbers(self, changes: Iterable[Change]) -> dict[int, int]:
        return self._table.numbers if any(map(moves_rows, changes)) else {}

    def _outcome(
        self, name: str, changes: Iterable[Change], numbers: dict[int, int], history: list[Write]
    ) -> Outcome:
        rows = {_row_of(change): change for change in changes if self._table.knows(change)}
        about = self._table.sentence_ids(rows.values())
        others: Iterable[int] = ()
        if any(change.field == PRONUNCIATIONS for change in rows.values()):
            others = self._table.ids
        elif numbers:
            now = self._table.numbers
            others = (id_ for id_ in self._table.ids if numbers.get(id_) != now.get(id_))
        return Outcome(
            name=name,
            about=tuple(about),
            changed=tuple(dict.fromkeys([*about, *others])),
            writes=(*map(self._table.write, rows.values()), *history),
        )


def _differences(old: Sentence, new: Sentence) -> list[Change]:
    """What settling a conflict changed."""
    pairs = [(name, getattr(old, name), getattr(new, name)) for name in ("conflict", "source_text")]
    return [Change("sentence", old.id, *pair) for pair in pairs if pair[1] != pair[2]]


def _field_of(change: Change) -> tuple[str, int, str]:
    return change.table, change.id, change.field


def _row_of(change: Change) -> tuple[str, int | str]:
    return change.table, change.field if change.table == "setting" else change.id


def _reversed(change: Change) -> Change:
    return change._replace(before=change.after, after=change.before)
