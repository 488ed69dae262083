"""A project: the studio's memory of one script."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.domain import Script, Sentence, Take, TakeDraft, Verdict
from engine.errors import ProjectError
from engine.i18n import N_, _
from engine.project.actions import Actions, Outcome
from engine.project.edits import checked_draft, edit, edit_name, storable
from engine.project.history import Change
from engine.project.opening import LANGUAGE, Opened, open_project
from engine.project.rows import Write, take_file, take_write
from engine.project.saving import SavedProject, teller

if TYPE_CHECKING:
    from engine.audio import Samples


@dataclass(frozen=True)
class Undone:
    """An action that was undone or done again.

    Attributes:
        name: what it was, untranslated.
        ids: the visible sentences that it was about.
    """

    name: str
    ids: tuple[int, ...]


class Project(SavedProject):
    """A script's sentences, takes and settings: changed in memory at once, durable soon after.

    It belongs to one thread, which is the event loop's; only :meth:`open`, :meth:`read_audio`,
    :meth:`flush` and :meth:`close` block, and may be called from any.

    Every change raises ReadOnlyProject in a project that is read-only.
    """

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened)
        self._actions = Actions(opened.table, opened.history)
        self._next_take_id = opened.next_take_id
        self._recording: set[asyncio.Task[Take]] = set()

    @classmethod
    def open(
        cls,
        script_path: Path,
        script: Script,
        *,
        read_only: bool = False,
        data_home: Path | None = None,
    ) -> Project:
        """Open the project of a script, or begin it, and follow what changed in the script.

        While another studio has it open, this one shows it as it is now and cannot change it.

        Args:
            script: what stands in ``script_path`` now.
            read_only: change nothing on the disk.
            data_home: for projects that cannot lie beside their script; else the user's.

        Raises:
            ProjectError: it is damaged, from a newer program, or cannot be written anywhere.
        """
        return cls(open_project(script_path, script, read_only=read_only, data_home=data_home))

    # What the user does, and can undo

    def edit(self, sentence_id: int, *, name: str | None = None, **fields: Any) -> None:
        """Give fields of a sentence other values.

        Args:
            name: what undo calls it, untranslated: it is stored.

        Raises:
            ProjectError: a value that no sentence can have.
        """
        self.edit_many({sentence_id: fields}, name=name)

    def edit_many(self, edits: Mapping[int, Mapping[str, Any]], *, name: str | None = None) -> None:
        """Edit several sentences in one action."""
        self._check_writable()
        changes: list[Change] = []
        for sentence_id, fields in edits.items():
            sentence = self._table.sentences[sentence_id]
            changes += [
                Change("sentence", sentence_id, field, getattr(sentence, field), value)
                for field, value in edit(sentence, fields).items()
            ]
        name = name or edit_name([change.field for change in changes])
        self._happened(self._actions.do(name, changes))

    def accept(self, sentence_id: int) -> None:
        """Judge the current take good.

        Raises:
            ProjectError: there is none.
        """
        self._judge(sentence_id, Verdict.ACCEPTED, N_("Accept"))

    def reject(self, sentence_id: int) -> None:
        """Want another take in place of the current one.

        Raises:
            ProjectError: there is none.
        """
        self._judge(sentence_id, Verdict.REJECTED, N_("Reject"))

    def pick_take(self, sentence_id: int, take_id: int) -> None:
        """Make one of its takes the sentence's current one.

        Raises:
            ProjectError: it has no such take.
        """
        self._check_writable()
        take = self._table.takes.get(take_id)
        if take is None or take.sentence_id != sentence_id:
            raise ProjectError(_("This sentence has no such take."))
        before = self._table.sentences[sentence_id].take_id
        change = Change("sentence", sentence_id, "take_id", before, take_id)
        self._happened(self._actions.do(N_("Choose take"), [change]))

    def undo(self) -> Undone | None:
        """Take back the last action, of an earlier opening too; None if there is none."""
        self._check_writable()
        return self._undone(self._actions.undo())

    def redo(self) -> Undone | None:
        """Do again what was undone last; None if there is nothing."""
        self._check_writable()
        return self._undone(self._actions.redo())

    # What happens, and is not undone

    async def add_take(self, sentence_id: int, samples: Samples, draft: TakeDraft) -> Take:
        """Keep a rendition and make it the sentence's current take; returns once it is durable.

        It is kept even if the caller is cancelled meanwhile.

        Args:
            samples: the raw audio, float32 mono at SAMPLE_RATE, shape (n,).

        Raises:
            AudioError: the samples are no audio; nothing is kept.
            ProjectError: the audio could not be written, and nothing is kept; or its row could
                not, and stays pending like any other change.
        """
        self._check_writable()
        sentence = self._table.sentences[sentence_id]
        task = asyncio.create_task(self._record(sentence.id, samples, checked_draft(draft)))
        self._recording.add(task)
        task.add_done_callback(self._recording.discard)
        return await asyncio.shield(task)

    def set_failure(self, sentence_id: int, reason: str) -> None:
        """Note why the last attempt made no take."""
        sentence = self._table.sentences[sentence_id]
        self._put_sentences([replace(sentence, failure=storable(reason))])

    def fix_labels(self) -> None:
        """Give each visible sentence for good the label that it is shown with."""
        rows = [self.row(sentence_id) for sentence_id in self.ids]
        self._put_sentences(
            replace(row.sentence, label=row.label) for row in rows if not row.sentence.label
        )

    def set_language(self, language: str) -> None:
        """Correct the project's language, and that of every sentence which had it."""
        before = self.language
        self.set_setting(LANGUAGE, language)
        self._put_sentences(
            replace(sentence, language=language)
            for sentence in tuple(self._table.sentences.values())
            if sentence.language == before
        )

    def set_setting(self, key: str, value: str) -> None:
        """Remember something about the script, such as the engine that spoke it last."""
        self._check_writable()
        value = storable(value)
        self._opened.settings[key] = value
        self._store([Write("setting", key, (key, value))])

    # Inside

    def _judge(self, sentence_id: int, verdict: Verdict, name: str) -> None:
        self._check_writable()
        take = self._table.current_take(sentence_id)
        if take is None:
            raise ProjectError(
                _("There is no take to judge yet."), _("Have the sentence spoken first.")
            )
        change = Change("take", take.id, "verdict", take.verdict.value, verdict.value)
        self._happened(self._actions.do(name, [change]))

    def _happened(self, outcome: Outcome | None) -> None:
        if outcome:
            self._store(outcome.writes)
            self._tell(outcome.changed)

    def _undone(self, outcome: Outcome | None) -> Undone | None:
        self._happened(outcome)
        if outcome is None:
            return None
        visible = (id_ for id_ in outcome.about if not self._table.sentences[id_].hidden)
        return Undone(outcome.name, tuple(visible))

    def _put_sentences(self, sentences: Iterable[Sentence]) -> None:
        self._check_writable()
        ids: list[int] = []
        for sentence in sentences:
            self._table.put_sentence(sentence)
            ids.append(sentence.id)
        if ids:
            self._store(map(self._table.sentence_write, ids))
            self._tell(ids)

    async def _record(self, sentence_id: int, samples: Samples, draft: TakeDraft) -> Take:
        number = await asyncio.to_thread(self._opened.recordings.add, sentence_id, samples)
        self._check_writable()
        take = Take(
            id=self._next_take_id,
            sentence_id=sentence_id,
            number=number,
            file=take_file(sentence_id, number),
            draft=draft,
            made=datetime.now(timezone.utc),
        )
        self._next_take_id += 1
        self._table.put_take(take)
        sentence = self._table.sentences[sentence_id]
        self._table.put_sentence(replace(sentence, take_id=take.id, failure=""))
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        writes = [take_write(take), self._table.sentence_write(sentence_id)]
        self._store(writes, teller(durable))
        self._tell([sentence_id])
        await durable
        return take
