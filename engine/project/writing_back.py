"""The script file, written anew with what the desk made of its rows. Blocking."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from engine.domain import Script, ScriptSentence
from engine.errors import ProjectError, ScriptChanged
from engine.files import explain_os_error, write_atomic
from engine.i18n import _
from engine.project.gathering import gathered
from engine.script import split_text
from engine.script.files import TextFile, read_text_file
from engine.script.placing import ScriptRow
from engine.script.reader import stamp_of
from engine.script.rewriting import in_one_line, rewritten

BACKUP = ".bak"
_NAME_BYTES = 240
# Room for a number and the suffix within the 255 bytes that a name may have.

_FALLBACK = "utf-8-sig"
# With its mark, because editors that write legacy encodings take a file without one for theirs.


@dataclass(frozen=True)
class Known:
    """What is known of a script file from when it was last read.

    Attributes:
        texts: what it says of its rows, in its order.
        language, hard_wrapped: as it was split.
        digest: SHA-256 of what the studio itself wrote there last, or empty.
        backup: the name of the file with what had stood there before, or empty.
    """

    texts: tuple[str, ...]
    language: str
    hard_wrapped: bool
    digest: str = ""
    backup: str = ""


@dataclass(frozen=True)
class Prepared:
    """A script file as it is to be written.

    Attributes:
        before, after: the bytes of the file.
        sentences: of each row, what a reader of the file takes it for; None for a row that has no
            text in it.
        encoding: what it is in, in place of an encoding that has no such characters; or empty.
    """

    path: Path
    known: Known
    before: bytes
    after: bytes
    script: Script
    sentences: tuple[ScriptSentence | None, ...]
    encoding: str = ""

    @property
    def digest(self) -> str:
        return _digest(self.after)


def prepare(path: Path, known: Known, rows: Sequence[ScriptRow]) -> Prepared:
    """Read the script, and bring the rows into it; nothing is written yet.

    Args:
        rows: all of them, in order.

    Raises:
        ScriptChanged: the script says something else than when it was read.
        UnwritableRow: one of the rows would be read as something else.
        ScriptError: the file cannot be read, or nothing would be left to speak.
    """
    file = read_text_file(path)
    after = rewritten(file.text, _as_known(file, known, path), rows)
    data, encoding = _encoded(file, after.text)
    found = (after.script.sentences[numbers.start : numbers.stop] for numbers in after.sentences)
    return Prepared(
        path=path,
        known=known,
        before=file.data,
        after=data,
        script=replace(after.script, encoding=encoding or file.encoding, stamp=stamp_of(data)),
        sentences=tuple(map(_sentence, found, rows)),
        encoding=encoding,
    )


def put(prepared: Prepared) -> str:
    """Write the script, and what stood there before into a file beside it, whose name is returned.

    What the studio itself has written is not kept like that: the history of the project leads back
    to it.

    Raises:
        ScriptChanged: the file says something else by now.
        ProjectError: it cannot be written; it is as it was.
    """
    path, known = prepared.path, prepared.known
    try:
        _check_writable(path)
        backup = known.backup
        ours = _digest(prepared.before) == known.digest
        if not (ours and backup and path.with_name(backup).exists()):
            backup = _back_up(path, prepared.before)
        if path.read_bytes() != prepared.before:
            raise _changed(path)
        write_atomic(path, prepared.after, like=path)
    except OSError as error:
        raise ProjectError(*explain_os_error(error, path)) from error
    return backup


def _as_known(file: TextFile, known: Known, path: Path) -> Script:
    script = split_text(file.text, language=known.language, hard_wrapped=known.hard_wrapped)
    sentences = tuple(gathered(known.texts, script.sentences))
    if tuple(sentence.text for sentence in sentences) != known.texts:
        raise _changed(path)
    return replace(script, sentences=sentences)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _changed(path: Path) -> ScriptChanged:
    return ScriptChanged(
        _("{name} has been changed outside.").format(name=path.name),
        _("What changed there is taken over first. Look at it, and save again."),
    )


def _encoded(file: TextFile, text: str) -> tuple[bytes, str]:
    try:
        return file.encoded(text), ""
    except UnicodeEncodeError:
        return text.encode(_FALLBACK), _FALLBACK


def _check_writable(path: Path) -> None:
    """Raises PermissionError. A new file could take the place of one that is write-protected; who
    protected it would not thank for that."""
    if not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(f"{path} is write-protected")
    with path.open("r+b"):
        pass


def _back_up(path: Path, data: bytes) -> str:
    """The name of a file beside the script with this data; one that has other is left alone."""
    for backup in _backups(path):
        if not backup.exists():
            write_atomic(backup, data, like=path)
            return backup.name
        if backup.stat().st_size == len(data) and backup.read_bytes() == data:
            return backup.name
    raise AssertionError("there is always a next number")


def _backups(path: Path) -> Iterator[Path]:
    short = path.name.encode(errors="ignore")[:_NAME_BYTES].decode(errors="ignore")
    yield path.with_name(short + BACKUP)
    for number in count(2):
        yield path.with_name(f"{short}.{number}{BACKUP}")


def _sentence(found: Sequence[ScriptSentence], row: ScriptRow) -> ScriptSentence | None:
    if len(found) < 2:
        return found[0] if found else None
    return next(iter(gathered([in_one_line(row.text)], found)))
