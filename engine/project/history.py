"""What the user did, to be undone and done again, after a restart too."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from engine.project.rows import Write

MAX_ACTIONS = 1_000
MAX_CHARACTERS = 16_000_000
"""Of encoded changes in all: a few edits of every row of the longest script."""

Value = str | float | bool | None
"""Of a field, as JSON holds it; a verdict is its text."""


class Change(NamedTuple):
    """One field of one row. A setting is a field of the row 0."""

    table: Literal["sentence", "take", "setting"]
    id: int
    field: str
    before: Value
    after: Value


@dataclass(frozen=True)
class Action:
    """One step of the user, as it is stored.

    Attributes:
        encoded: its changes in JSON, decoded only when it is undone or redone.
    """

    key: int
    name: str
    encoded: str

    @property
    def changes(self) -> list[Change]:
        return [Change(*fields) for fields in json.loads(self.encoded)]

    def with_changes(self, changes: Iterable[Change]) -> Action:
        """The same step over other values."""
        return Action(self.key, self.name, _encode(changes))

    def write(self, *, undone: bool) -> Write:
        return Write("history", self.key, (self.key, self.name, self.encoded, undone))


class History:
    """The actions in order, those done before those undone.

    Args:
        undone: how many of the last are undone.
    """

    def __init__(self, actions: Sequence[Action] = (), undone: int = 0) -> None:
        self._actions = list(actions)
        self._done = len(self._actions) - undone
        self._next_key = 1 + max((action.key for action in actions), default=0)
        self._size = sum(len(action.encoded) for action in actions)

    @property
    def last(self) -> Action | None:
        """What undo would undo."""
        return self._actions[self._done - 1] if self._done else None

    @property
    def next(self) -> Action | None:
        """What redo would do."""
        return self._actions[self._done] if self._done < len(self._actions) else None

    def record(self, name: str, changes: Iterable[Change]) -> list[Write]:
        """Add what was just done. What had been undone cannot be redone any more."""
        action = Action(self._next_key, name, _encode(changes))
        self._next_key += 1
        dropped = self._actions[self._done :]
        del self._actions[self._done :]
        self._actions.append(action)
        self._size += len(action.encoded) - sum(len(old.encoded) for old in dropped)
        dropped += self._trim()
        self._done = len(self._actions)
        return [*(Write("history", old.key, None) for old in dropped), action.write(undone=False)]

    def amended(self, action: Action) -> Write:
        """The last action went on, and is this now."""
        return self._replace(action, undone=False)

    def undid(self, action: Action) -> Write:
        """The last action is undone; ``action`` is it with the values as they were."""
        self._done -= 1
        return self._replace(action, undone=True)

    def redid(self, action: Action) -> Write:
        """The next action is done again; ``action`` is it with the values as they were."""
        self._done += 1
        return self._replace(action, undone=False)

    def _replace(self, action: Action, *, undone: bool) -> Write:
        index = self._done if undone else self._done - 1
        self._size += len(action.encoded) - len(self._actions[index].encoded)
        self._actions[index] = action
        return action.write(undone=undone)

    def _trim(self) -> list[Action]:
        excess, size = max(0, len(self._actions) - MAX_ACTIONS), self._size
        size -= sum(len(action.encoded) for action in self._actions[:excess])
        while size > MAX_CHARACTERS and excess < len(self._actions) - 1:
            size -= len(self._actions[excess].encoded)
            excess += 1
        trimmed = self._actions[:excess]
        del self._actions[:excess]
        self._size = size
        return trimmed


def _encode(changes: Iterable[Change]) -> str:
    return json.dumps(list(changes), separators=(",", ":"))
