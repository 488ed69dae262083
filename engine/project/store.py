"""Reading a project's database."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.domain import Sentence, Take
from engine.errors import ProjectError
from engine.i18n import _
from engine.project import schema
from engine.project.history import Action
from engine.project.place import DATABASE, TAKES, has_project
from engine.project.rows import COLUMNS, Place, sentence_of, take_of


@dataclass
class Contents:
    """All that a database says.

    Attributes:
        lost: of the takes, those whose file was missing at an earlier opening.
        undone: how many of the last actions are undone.
    """

    sentences: dict[int, Sentence] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)
    takes: dict[int, Take] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)
    actions: list[Action] = field(default_factory=list)
    undone: int = 0
    settings: dict[str, str] = field(default_factory=dict)


def load(
    folder: Path,
    *,
    read_only: bool = False,
    migrations: Sequence[schema.Migration] = schema.MIGRATIONS,
) -> Contents:
    """All of a project's database, which is made if it is not there and brought to the present
    schema. Read-only, an older one is converted in memory and a missing one is empty.

    Raises:
        ProjectError: the file is damaged, is no database, is from a newer program, or cannot be
            opened at all.
    """
    path = folder / DATABASE
    if read_only and not has_project(folder):
        return Contents()
    connect = schema.connect_read_only if read_only else schema.connect
    try:
        with contextlib.closing(connect(path)) as connection:
            if not read_only or schema.version(connection) == len(migrations):
                schema.migrate(connection, migrations)
                return _read(connection)
            with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
                connection.backup(copy)
                schema.migrate(copy, migrations)
                return _read(copy)
    except schema.NewerSchema as error:
        raise _newer(folder) from error
    except sqlite3.OperationalError as error:
        # Not a word on what the file holds: it is locked, unreachable, or the disk is full.
        raise _unusable(folder, error) from error
    except (sqlite3.Error, ValueError, TypeError, KeyError) as error:
        raise _damaged(folder, error) from error


def _read(connection: sqlite3.Connection) -> Contents:
    contents = Contents()
    connection.execute("BEGIN")
    for row in _rows(connection, "sentence"):
        sentence, contents.places[sentence.id] = sentence_of(row)
        contents.sentences[sentence.id] = sentence
    for row in _rows(connection, "take"):
        take, lost = take_of(row)
        contents.takes[take.id] = take
        if lost:
            contents.lost.add(take.id)
    for key, name, changes, undone in _rows(connection, "history"):
        contents.actions.append(Action(key, name, changes))
        contents.undone += undone
    contents.settings.update(_rows(connection, "setting"))
    connection.execute("COMMIT")
    return contents


def _rows(connection: sqlite3.Connection, table: str) -> sqlite3.Cursor:
    columns = COLUMNS[table]
    return connection.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {columns[0]}")


def _newer(folder: Path) -> ProjectError:
    return ProjectError(
        _("This project was made by a newer TTS Studio."),
        _("Update the program to open it, or start anew by moving {folder} aside.").format(
            folder=folder
        ),
    )


def _damaged(folder: Path, reason: Exception) -> ProjectError:
    return ProjectError(
        _("The project of this script is damaged."),
        _(
            "{path} is not a project that can be read ({reason}). Move that file aside to start "
            "anew: the recordings in {takes} stay where they are."
        ).format(path=folder / DATABASE, reason=reason, takes=folder / TAKES),
    )


def _unusable(folder: Path, reason: Exception) -> ProjectError:
    return ProjectError(
        _("The project of this script cannot be opened."),
        _("{path}: {reason}. Check the disk that it lies on and try again.").format(
            path=folder / DATABASE, reason=reason
        ),
    )
