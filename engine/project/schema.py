"""The tables of a project, and how older ones become the present ones."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

Migration = Sequence[str]
"""SQL statements that lead from one schema version to the next."""

_FIRST: Migration = (
    """CREATE TABLE sentence (
        id INTEGER PRIMARY KEY,
        source_text TEXT NOT NULL,
        text TEXT NOT NULL,
        language TEXT NOT NULL,
        say TEXT NOT NULL,
        label TEXT NOT NULL,
        section TEXT NOT NULL,
        paragraph INTEGER NOT NULL,
        spoken INTEGER NOT NULL,
        voice TEXT NOT NULL,
        instruct TEXT NOT NULL,
        speed REAL NOT NULL,
        seed TEXT,
        pause_after REAL NOT NULL,
        take_id INTEGER,
        failure TEXT NOT NULL,
        conflict TEXT NOT NULL,
        hidden INTEGER NOT NULL,
        position REAL NOT NULL,
        suggested INTEGER NOT NULL
    )""",
    """CREATE TABLE take (
        id INTEGER PRIMARY KEY,
        sentence_id INTEGER NOT NULL,
        number INTEGER NOT NULL,
        made TEXT NOT NULL,
        verdict TEXT NOT NULL,
        seed TEXT NOT NULL,
        engine TEXT NOT NULL,
        model TEXT NOT NULL,
        finish_reason TEXT NOT NULL,
        duration REAL NOT NULL,
        closing_phrase TEXT NOT NULL,
        complaints TEXT NOT NULL,
        asked_text TEXT NOT NULL,
        asked_language TEXT NOT NULL,
        asked_voice TEXT NOT NULL,
        asked_instruct TEXT NOT NULL,
        asked_speed REAL NOT NULL,
        cut_start REAL NOT NULL,
        cut_end REAL NOT NULL,
        cut_status TEXT NOT NULL,
        cut_score REAL NOT NULL,
        cut_by_hand INTEGER NOT NULL,
        lost INTEGER NOT NULL
    )""",
    """CREATE TABLE history (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        changes TEXT NOT NULL,
        undone INTEGER NOT NULL
    )""",
    "CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
)
# Seeds are text: an engine may use all 64 bits without a sign, which SQLite's integers do not hold.

_SHAPING: Migration = (
    # A column cannot lose its NOT NULL, so the table is made anew: a pause may be left open now.
    "ALTER TABLE sentence RENAME TO old_sentence",
    """CREATE TABLE sentence (
        id INTEGER PRIMARY KEY,
        source_text TEXT NOT NULL,
        text TEXT NOT NULL,
        language TEXT NOT NULL,
        say TEXT NOT NULL,
        label TEXT NOT NULL,
        section TEXT NOT NULL,
        paragraph INTEGER NOT NULL,
        spoken INTEGER NOT NULL,
        voice TEXT NOT NULL,
        instruct TEXT NOT NULL,
        speed REAL NOT NULL,
        seed TEXT,
        pause_after REAL,
        take_id INTEGER,
        failure TEXT NOT NULL,
        conflict TEXT NOT NULL,
        hidden INTEGER NOT NULL,
        position REAL NOT NULL,
        suggested INTEGER NOT NULL,
        note TEXT NOT NULL,
        removed INTEGER NOT NULL,
        line INTEGER
    )""",
    """INSERT INTO sentence SELECT id, source_text, text, language, say, label, section, paragraph,
        spoken, voice, instruct, speed, seed, nullif(pause_after, 0), take_id, failure, conflict,
        hidden, position, suggested, '', 0, NULL FROM old_sentence""",
    "DROP TABLE old_sentence",
    "ALTER TABLE take ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0",
)

_NAMING: Migration = ("ALTER TABLE take ADD COLUMN voice TEXT NOT NULL DEFAULT ''",)
# An empty voice of a row stands for the engine's first, which may be another one later.

_CUTTING: Migration = (
    "ALTER TABLE take ADD COLUMN found_start REAL",
    "ALTER TABLE take ADD COLUMN found_end REAL",
    "ALTER TABLE take ADD COLUMN found_status TEXT",
    "ALTER TABLE take ADD COLUMN found_score REAL",
)
# The cut that was found, where the one that holds was made by hand.

MIGRATIONS: Sequence[Migration] = (_FIRST, _SHAPING, _NAMING, _CUTTING)
"""Those from version n to n+1 at index n. Released ones never change; new ones are appended."""

BUSY_SECONDS = 10.0
"""How long to wait while another process reads its snapshot of the same database."""


class NewerSchema(Exception):
    """The database was written by a later version of the program."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection that commits when told to, durably and safely on a network share too.

    WAL needs memory shared between processes, which a share does not offer. Source:
    https://www.sqlite.org/wal.html#noshm
    """
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=TRUNCATE")
        connection.execute("PRAGMA synchronous=FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def connect_read_only(path: Path) -> sqlite3.Connection:
    """A connection that cannot change anything but may roll back what a killed writer left."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    connection.execute("PRAGMA query_only=ON")
    return connection


def version(connection: sqlite3.Connection) -> int:
    """The schema's version; 0 for an empty file."""
    return connection.execute("PRAGMA user_version").fetchone()[0]


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the schema to the present version, all in one transaction.

    Raises:
        NewerSchema: it is beyond the present version.
        sqlite3.Error: nothing was changed.
    """
    current = version(connection)
    if current > len(migrations):
        raise NewerSchema
    if current == len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for migration in migrations[current:]:
            for statement in migration:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version={len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
