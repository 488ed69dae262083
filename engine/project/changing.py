"""What the user does to sentences, and can undo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain import Sentence
from engine.i18n import N_
from engine.project.actions import Actions, Outcome
from engine.project.edits import edit, edit_name
from engine.project.history import Change
from engine.project.opening import Opened
from engine.project.saving import SavedProject
from engine.project.table import PRONUNCIATIONS
from engine.pronunciation import Rule, checked, to_json


@dataclass(frozen=True)
class Undone:
    """An action that was undone or done again.

    Attributes:
        name: as the user knows it, untranslated.
        ids: the visible sentences that it was about.
    """

    name: str
    ids: tuple[int, ...]


class ChangedProject(SavedProject):
    """A project whose sentences can be edited, and every edit undone."""

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened)
        self._actions = Actions(opened.table, opened.history)

    def edit(self, sentence_id: int, *, name: str | None = None, **fields: Any) -> None:
        """Give fields of a sentence other values.

        Args:
            name: what undo calls it, untranslated.

        Raises:
            ProjectError: a value that no sentence can have.
        """
        self.edit_many({sentence_id: fields}, name=name)

    def edit_many(self, edits: Mapping[int, Mapping[str, Any]], *, name: str | None = None) -> None:
        """Edit several sentences in one action."""
        self._check_writable()
        changes: list[Change] = []
        for sentence_id, fields in edits.items():
            changes += self._edits(sentence_id, fields)
        self._act(name or edit_name([change.field for change in changes]), changes)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The project's own pronunciations, which go before the user's."""
        return self._table.rules

    def set_rules(self, rules: Iterable[Rule]) -> None:
        """Give the project its own pronunciations, in place of those that it had.

        Raises:
            InputError: one of them cannot be used; nothing is changed.
        """
        self._check_writable()
        after = to_json([checked(rule) for rule in rules])
        before = self._table.settings.get(PRONUNCIATIONS, "")
        self._act(
            N_("Change pronunciations"), [Change("setting", 0, PRONUNCIATIONS, before, after)]
        )

    def undo(self) -> Undone | None:
        """Take back the last action, of an earlier opening too; None if there is none."""
        self._check_writable()
        return self._undone(self._actions.undo())

    def redo(self) -> Undone | None:
        """Do again what was undone last; None if there is nothing."""
        self._check_writable()
        return self._undone(self._actions.redo())

    # Inside

    def _edits(self, sentence_id: int, fields: Mapping[str, Any]) -> list[Change]:
        sentence = self._table.sentences[sentence_id]
        return [
            Change("sentence", sentence_id, field, getattr(sentence, field), value)
            for field, value in edit(sentence, fields).items()
        ]

    def _act(self, name: str, changes: Iterable[Change]) -> None:
        self._happened(self._actions.do(name, changes))

    def _happened(self, outcome: Outcome | None) -> None:
        if outcome:
            self._store(outcome.writes)
            self._tell(outcome.changed)

    def _undone(self, outcome: Outcome | None) -> Undone | None:
        self._happened(outcome)
        if outcome is None:
            return None
        visible = (id_ for id_ in outcome.about if self._table.sentences[id_].shown)
        return Undone(outcome.name, tuple(visible))

    def _put_sentences(self, sentences: Iterable[Sentence]) -> None:
        """Not an action of the user's: it is not undone."""
        self._check_writable()
        ids: list[int] = []
        for sentence in sentences:
            self._table.put_sentence(sentence)
            ids.append(sentence.id)
        if ids:
            self._store(map(self._table.sentence_write, ids))
            self._tell(ids)
