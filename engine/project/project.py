"""A project: the studio's memory of one script."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from engine.domain import Cut, Script, Take, TakeDraft
from engine.errors import ProjectError
from engine.i18n import _
from engine.project.cutting import CutProject
from engine.project.edits import checked_draft, storable
from engine.project.opening import LANGUAGE, Opened, open_project
from engine.project.rows import Write, take_file, take_write
from engine.project.saving import teller
from engine.project.scripted import ScriptedProject
from engine.project.shaping import ShapedProject
from engine.pronunciation import Rule

if TYPE_CHECKING:
    from engine.audio import Samples


class Project(CutProject, ShapedProject, ScriptedProject):
    """A script's sentences, takes and settings: changed in memory at once, durable soon after.

    It belongs to one thread, which is the event loop's; only :meth:`open`, :meth:`read_audio`,
    :meth:`flush` and :meth:`close` block, and may be called from any.

    Every change raises ReadOnlyProject in a project that is read-only.
    """

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened)
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
        rules: Sequence[Rule] = (),
        reread: Callable[[bool], Script] | None = None,
    ) -> Project:
        """Open the project of a script, or begin it, and follow what changed in the script.

        While another studio has it open, this one shows it as it is now and cannot change it.

        Args:
            script: what stands in ``script_path`` now.
            read_only: change nothing on the disk.
            data_home: for projects that cannot lie beside their script; else the user's.
            rules: the user's own pronunciations; the project's go before them.
            reread: reads the script again as hard-wrapped or not, where that was guessed and the
                project knows better.

        Raises:
            ProjectError: it is damaged, from a newer program, or cannot be written anywhere.
        """
        return cls(
            open_project(
                script_path,
                script,
                read_only=read_only,
                data_home=data_home,
                rules=rules,
                reread=reread,
            )
        )

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

    async def recut(self, take_id: int, cut: Cut, complaints: Sequence[str]) -> Take:
        """Exchange the cut that was found in a take for one that was found since; returns once it
        is durable.

        Args:
            complaints: what is wrong with what the new one keeps.

        Raises:
            ProjectError: there is no such take; or its cut was made by hand, in whose place no
                found one comes; or the row could not be written, and stays pending.
        """
        self._check_writable()
        take = self._take(take_id)
        if take.draft.cut.by_hand:
            raise ProjectError(_("The cut of this take was made by hand, and stays."))
        found = replace(cut, by_hand=False)
        draft = checked_draft(replace(take.draft, cut=found, complaints=tuple(complaints)))
        take = replace(take, draft=draft)
        self._table.put_take(take)
        await self._durably([take_write(take)], take.sentence_id)
        return take

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

    def set_user_rules(self, rules: Sequence[Rule]) -> None:
        """The user's own pronunciations have changed."""
        self._table.put_rules(rules)
        self._tell(self._table.ids)

    # Inside

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
        writes = [take_write(take), self._table.sentence_write(sentence_id)]
        await self._durably(writes, sentence_id)
        return take

    async def _durably(self, writes: Iterable[Write], sentence_id: int) -> None:
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._store(writes, teller(durable))
        self._tell([sentence_id])
        await durable
