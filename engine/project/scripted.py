"""A project and its script file: what changes in one is brought into the other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.domain import Script, Sentence
from engine.project.changing import ChangedProject
from engine.project.edits import script_text
from engine.project.merge import MergeReport, merge
from engine.project.opening import Opened
from engine.project.rows import Write
from engine.project.settling import BEGUN, HARD_WRAPPED, NO, YES, encoded, in_script, settled
from engine.project.writing_back import Known, Prepared, prepare, put
from engine.script.placing import ScriptRow

DIGEST = "script.written"
"""The key of the setting that keeps the SHA-256 of the script as the studio itself wrote it."""

BACKUP = "script.backup"
"""The key of the setting that keeps the name of the file with what stood there before."""


@dataclass(frozen=True)
class SavedScript:
    """What came of saving the script.

    Attributes:
        changes: how many rows were brought into it; with 0, nothing was written.
        backup: the name of the file beside it that holds what stood there before.
        encoding: what it was written in, in place of an encoding that has no such characters; or
            empty.
        conflicts: sentences that were left as the script has them, for it is not settled yet which
            text they shall have.
    """

    changes: int
    backup: str = ""
    encoding: str = ""
    conflicts: tuple[int, ...] = ()


class ScriptedProject(ChangedProject):
    """A project that follows its script and is written back into it. Neither is undone."""

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened)
        self._script = opened.script
        self._saving: asyncio.Task[SavedScript] | None = None

    @property
    def script(self) -> Script:
        """As it was last read or written."""
        return self._script

    @property
    def saving_script(self) -> bool:
        """Whether the script is being written."""
        return self._saving is not None

    def follow(self, script: Script) -> MergeReport:
        """Take over what has changed in the script since it was last read. Not while it is being
        written.

        Returns:
            What that did to the sentences.
        """
        self._check_writable()
        table = self._table
        merged = merge(table.sentences, table.places, script.sentences, language=self.language)
        for sentence_id, place in merged.places.items():
            if sentence_id in table.sentences:
                table.put_place(sentence_id, place)
            else:
                table.add_sentence(merged.sentences[sentence_id], place)
        for sentence in merged.sentences.values():
            table.put_sentence(sentence)
        changed = merged.sentences.keys() | merged.places.keys()
        if changed:
            self._store(map(table.sentence_write, sorted(changed)))
            self._tell([*changed, *table.ids])
        self._script = script
        return merged.report

    async def save_script(self) -> SavedScript:
        """Write the rows into the script file; what stood there before stays in a file beside it.

        It goes to its end even if the caller is cancelled meanwhile. Rows may be changed while the
        disk is slow; what is written is what they were.

        Raises:
            ScriptChanged: the file says something else than when it was read; follow it first.
            UnwritableRow: a row would be read as something else; its ``row`` is the place in
                ``ids``.
            ScriptError: the file cannot be read, or nothing would be left to speak.
            ProjectError: it cannot be written; it is as it was.
        """
        self._check_writable()
        if self._saving is None:
            self._saving = asyncio.create_task(self._save_script())
            self._saving.add_done_callback(self._saved)
        return await asyncio.shield(self._saving)

    async def script_saved(self) -> None:
        """Return once the script is no longer being written."""
        if self._saving is not None:
            await asyncio.wait({self._saving})

    # Inside

    def _saved(self, task: asyncio.Task[SavedScript]) -> None:
        self._saving = None
        if not task.cancelled():
            task.exception()  # nobody may be left to be told of it

    async def _save_script(self) -> SavedScript:
        table = self._table
        rows = [table.sentences[id_] for id_ in table.ids]
        conflicts = tuple(row.id for row in rows if row.conflict)
        changes = self.unsaved
        if not changes:
            return SavedScript(0, conflicts=conflicts)
        wanted = [self._script_row(row) for row in rows]
        prepared = await asyncio.to_thread(prepare, self.script_path, self._known(), wanted)
        standing = [
            (row.id, found.text)
            for row, found in zip(rows, prepared.sentences, strict=True)
            if found
        ]
        try:
            self.set_setting(BEGUN, encoded(standing))
            backup = await asyncio.to_thread(self._flush_and_put, prepared)
        except BaseException:
            self.set_setting(BEGUN, "")
            raise
        self._settle(standing, prepared, backup)
        return SavedScript(changes, backup, prepared.encoding, conflicts)

    def _flush_and_put(self, prepared: Prepared) -> str:
        # What is about to stand in the script must not be news at the next opening.
        self.flush()
        return put(prepared)

    def _known(self) -> Known:
        return Known(
            texts=tuple(
                script_text(row) for row in in_script(self._table.sentences, self._table.places)
            ),
            language=self._script.language,
            hard_wrapped=self._script.hard_wrapped,
            digest=self.get_setting(DIGEST),
            backup=self.get_setting(BACKUP),
        )

    def _script_row(self, row: Sentence) -> ScriptRow:
        line = self._table.places[row.id].line if row.source_text else None
        return ScriptRow(line, row.conflict or row.text)

    def _settle(self, standing: Sequence[tuple[int, str]], prepared: Prepared, backup: str) -> None:
        """Note that the rows stand in the script as they were when it was written, whatever has
        become of them meanwhile."""
        table = self._table
        self._script = prepared.script
        sentences, places = settled(table.sentences, table.places, standing)
        read_back = filter(None, prepared.sentences)
        for (id_, _text), found in zip(standing, read_back, strict=True):
            row = sentences.get(id_, table.sentences[id_])
            sentences[id_] = replace(row, section=found.section, paragraph=found.paragraph)
            place = places.get(id_, table.places[id_])
            places[id_] = place._replace(suggested=found.spoken)
        for id_, place in places.items():
            table.put_place(id_, place)
        for sentence in sentences.values():
            table.put_sentence(sentence)
        noted = {
            DIGEST: prepared.digest,
            BACKUP: backup,
            BEGUN: "",
            HARD_WRAPPED: YES if prepared.script.hard_wrapped else NO,
        }
        self._opened.settings.update(noted)
        writes = [Write("setting", key, (key, value)) for key, value in noted.items()]
        self._store([*map(table.sentence_write, sentences), *writes])
        self._tell([*sentences, *table.ids])
