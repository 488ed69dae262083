"""Opening a project: finding it, locking it, reading it, and following the script."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.domain import Script, Sentence, Take
from engine.errors import ProjectError
from engine.files import explain_os_error
from engine.project.history import History
from engine.project.lock import Holder, ProjectLock, read_holder
from engine.project.merge import MergeReport, merge
from engine.project.place import DATABASE, TAKES, find_folder, has_project
from engine.project.recordings import Recordings
from engine.project.rows import Place, Write, sentence_write, take_write
from engine.project.settling import BEGUN, HARD_WRAPPED, YES, settled, was_written
from engine.project.store import Contents, load
from engine.project.table import Table
from engine.project.writer import Writer
from engine.pronunciation import Rule

LANGUAGE = "project.language"
"""The key of the setting under which a project keeps its language."""


@dataclass(frozen=True)
class Opened:
    """The parts of an open project.

    Attributes:
        script: as it was read.
        writer: None when read-only.
        lock: None when read-only.
        holder: who has it open, if that is why it is read-only.
    """

    script_path: Path
    script: Script
    folder: Path
    recordings: Recordings
    table: Table
    history: History
    settings: dict[str, str]
    next_take_id: int
    report: MergeReport
    lost_takes: tuple[Take, ...]
    writer: Writer | None
    lock: ProjectLock | None
    holder: Holder | None


def open_project(
    script_path: Path,
    script: Script,
    *,
    read_only: bool,
    data_home: Path | None,
    rules: Sequence[Rule],
    reread: Callable[[bool], Script] | None,
) -> Opened:
    """See :meth:`engine.project.project.Project.open`."""
    # Through links: one script has one project, by whatever name it is opened.
    script_path = script_path.resolve()
    folder = find_folder(script_path, data_home, create=not read_only)
    lock, holder = (None, None) if read_only else _lock(folder)
    try:
        contents = load(folder, read_only=lock is None)
        script = _wrapped_as_written(script, contents, reread)
        return _open(script_path, folder, contents, script, lock, holder, rules)
    except BaseException:
        if lock:
            lock.release()
        raise


def _lock(folder: Path) -> tuple[ProjectLock | None, Holder | None]:
    try:
        lock = ProjectLock.take(folder)
    except OSError as error:
        if has_project(folder):
            # On a disk that is write-protected: what was made can still be heard and exported.
            return None, None
        raise ProjectError(*explain_os_error(error, folder)) from error
    return lock, None if lock else read_holder(folder)


def _open(
    script_path: Path,
    folder: Path,
    contents: Contents,
    script: Script,
    lock: ProjectLock | None,
    holder: Holder | None,
    rules: Sequence[Rule],
) -> Opened:
    if lock:
        _make_takes_folder(folder)
    # After the rows: another studio writes a take's file before its row.
    recordings = Recordings(folder / TAKES)
    if lock:
        recordings.remove_unfinished()
    for take in contents.takes.values():
        recordings.use_up(take.sentence_id, take.number)
    is_new = not contents.sentences
    language = contents.settings.setdefault(LANGUAGE, script.language)
    available, lost = _part_with_lost(contents, recordings.files)
    table, report, writes = _follow(contents, available, script, rules)
    if lock:
        writes += [take_write(take, lost=take.id not in available) for take in lost]
        writes += [take_write(contents.takes[id_]) for id_ in contents.lost & available.keys()]
        if is_new:
            writes.append(Write("setting", LANGUAGE, (LANGUAGE, language)))
    writer = Writer(folder / DATABASE) if lock else None
    if writer and writes:
        writer.put(writes)
    return Opened(
        script_path=script_path,
        script=script,
        folder=folder,
        recordings=recordings,
        table=table,
        history=History(contents.actions, contents.undone),
        settings=table.settings,
        next_take_id=1 + max(contents.takes, default=0),
        report=MergeReport() if is_new else report,
        lost_takes=lost,
        writer=writer,
        lock=lock,
        holder=holder,
    )


def _wrapped_as_written(
    script: Script, contents: Contents, reread: Callable[[bool], Script] | None
) -> Script:
    """The script, its lines taken as they were when the studio wrote it: rows that were edited are
    long lines among those that fill a width, and what is guessed of all of them may change."""
    written = contents.settings.get(HARD_WRAPPED)
    if reread is None or not written or (written == YES) == script.hard_wrapped:
        return script
    return reread(written == YES)


def _make_takes_folder(folder: Path) -> None:
    try:
        (folder / TAKES).mkdir(exist_ok=True)
    except OSError as error:
        raise ProjectError(*explain_os_error(error, folder / TAKES)) from error


def _part_with_lost(
    contents: Contents, files: set[str]
) -> tuple[dict[int, Take], tuple[Take, ...]]:
    """The takes whose file is there, and those that were there at the last opening only."""
    available = {id_: take for id_, take in contents.takes.items() if take.file in files}
    missing = contents.takes.keys() - available.keys() - contents.lost
    return available, tuple(contents.takes[id_] for id_ in sorted(missing))


def _follow(
    contents: Contents, available: Mapping[int, Take], script: Script, rules: Sequence[Rule]
) -> tuple[Table, MergeReport, list[Write]]:
    """The table after the script and the files that are there, and the rows that differ."""
    language = contents.settings[LANGUAGE]
    noted, noted_places = _note_what_was_written(contents, script)
    sentences, places = {**contents.sentences, **noted}, {**contents.places, **noted_places}
    merged = merge(sentences, places, script.sentences, language=language)
    sentences.update(merged.sentences)
    places.update(merged.places)
    newest: dict[int, int] = {}
    for take in available.values():
        if not take.deleted:
            newest[take.sentence_id] = take.id
    repaired = {
        sentence.id: replace(sentence, take_id=newest.get(sentence.id))
        for sentence in sentences.values()
        if sentence.take_id not in available and sentence.take_id != newest.get(sentence.id)
    }
    sentences.update(repaired)
    changed = {*noted, *noted_places, *merged.sentences, *merged.places, *repaired}
    writes = [sentence_write(sentences[id_], places[id_]) for id_ in sorted(changed)]
    if contents.settings.get(BEGUN):
        contents.settings[BEGUN] = ""
        writes.append(Write("setting", BEGUN, (BEGUN, "")))
    table = Table(sentences, places, available, contents.settings, rules)
    return table, merged.report, writes


def _note_what_was_written(
    contents: Contents, script: Script
) -> tuple[dict[int, Sentence], dict[int, Place]]:
    """The rows and places that differ because the last studio wrote the script, and ended before it
    could note that."""
    standing = was_written(contents.settings.get(BEGUN, ""), script.sentences)
    return settled(contents.sentences, contents.places, standing) if standing else ({}, {})
