"""The scripts that were worked on lately, and how far each of them has come."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from engine.domain import Status
from engine.errors import StudioError
from engine.files import write_atomic
from engine.places import data_folder

KEPT = 100
"""Scripts that are remembered; the oldest are forgotten."""


@dataclass(frozen=True)
class Recent:
    """A script that has been worked on.

    Attributes:
        script: absolute, with links followed. It may be gone.
        opened: when it was last opened, as a Unix time.
    """

    script: Path
    opened: float


@dataclass(frozen=True)
class Standing:
    """How far a script has come.

    Attributes:
        there: the script's file is.
        total: the rows that are spoken; 0 before the project was begun.
        error: why its project cannot be read, or None.
    """

    there: bool
    accepted: int = 0
    total: int = 0
    error: StudioError | None = None


def remember(script: Path) -> None:
    """Note that a script has been opened now. Blocks for as long as the disk does.

    Args:
        script: absolute, with links followed.

    Raises:
        OSError: it cannot be noted.
    """
    folder = _folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    # A file for each script, so that two studios never write over each other's notes.
    name = hashlib.sha256(os.path.normcase(script).encode(errors="surrogatepass")).hexdigest()
    write_atomic(folder / name[:24], os.fsencode(script))
    for path, _opened in _notes(folder)[KEPT:]:
        with contextlib.suppress(OSError):
            path.unlink()


def recent_scripts(near: Path) -> list[Recent]:
    """The scripts that were opened lately, the newest first, and those in the folder ``near`` that
    have a project beside them. Blocks for as long as the disk does; never fails."""
    found: dict[str, Recent] = {}
    with contextlib.suppress(OSError):
        for path, opened in _notes(_folder()):
            with contextlib.suppress(OSError, ValueError):
                script = Path(os.fsdecode(path.read_bytes()))
                if script.is_absolute():
                    found.setdefault(os.path.normcase(script), Recent(script, opened))
    for recent in _with_project(near):
        found.setdefault(os.path.normcase(recent.script), recent)
    return sorted(found.values(), key=lambda recent: -recent.opened)


def standing_of(script: Path) -> Standing:
    """How far a script has come, from what its project says. Blocks for as long as the disk does;
    never fails."""
    from engine.project.place import find_folder, has_project

    there = os.path.isfile(script)  # noqa: PTH113 - a name too long is none
    folder = find_folder(script, None, create=False)
    if not has_project(folder):
        return Standing(there)
    try:
        statuses = list(_statuses(folder))
    except StudioError as error:
        return Standing(there, error=error)
    return Standing(there, accepted=statuses.count(Status.ACCEPTED), total=len(statuses))


def _statuses(folder: Path) -> Iterator[Status]:
    """Of every sentence that is spoken. Raises ProjectError."""
    from engine.project.store import load
    from engine.project.table import Table
    from engine.pronunciation_file import user_rules

    contents = load(folder, read_only=True)
    takes = contents.takes
    sentences = {
        # As an opening would find it, were the take gone from the database.
        id_: s if s.take_id is None or s.take_id in takes else replace(s, take_id=None)
        for id_, s in contents.sentences.items()
    }
    table = Table(sentences, contents.places, takes, contents.settings, user_rules())
    return (table.status(id_) for id_ in table.numbers)


def _folder() -> Path:
    return data_folder() / "recent"


def _notes(folder: Path) -> list[tuple[Path, float]]:
    """The files of notes and when they were written, the newest first."""
    notes: list[tuple[Path, float]] = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                if "." not in entry.name:
                    notes.append((Path(entry.path), entry.stat().st_mtime))
    return sorted(notes, key=lambda note: -note[1])


def _with_project(folder: Path) -> Iterator[Recent]:
    from engine.project.place import DATABASE, SUFFIX

    with contextlib.suppress(OSError), os.scandir(folder.resolve()) as entries:
        for entry in entries:
            if entry.name.endswith(SUFFIX):
                project = Path(entry.path)
                with contextlib.suppress(OSError):
                    changed = (project / DATABASE).stat().st_mtime
                    yield Recent(project.with_name(entry.name.removesuffix(SUFFIX)), changed)
