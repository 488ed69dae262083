"""The one thread that writes to a project's database."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from engine.errors import ProjectError, StudioError
from engine.i18n import _
from engine.project import schema
from engine.project.rows import COLUMNS, Write

RETRY_SECONDS = 3.0
"""How long after a failure it is tried again, if nothing else calls for it sooner."""

Told = Callable[[ProjectError | None], None]
"""Called with None once something is durable, or with why it is not yet."""

_Batch = Mapping[tuple[str, "int | str"], "tuple[Any, ...] | None"]

# What can go wrong with a disk, and with a value that no database can hold. None of it may end the
# thread, with which everything unwritten would go.
_FAILURES = (sqlite3.Error, OSError, ValueError, OverflowError, TypeError)

_log = logging.getLogger(__name__)


class Writer:
    """Takes row changes from any thread and writes all that is pending in one transaction.

    What cannot be written stays pending, under whatever changed since, and is tried again with
    the next change, with :meth:`flush`, and every ``retry_seconds``.

    Attributes:
        on_error: called on the writer's own thread, once when writing begins to fail.
    """

    def __init__(self, path: Path, *, retry_seconds: float = RETRY_SECONDS) -> None:
        self.on_error: Callable[[StudioError], None] | None = None
        self._path = path
        self._retry_seconds = retry_seconds
        self._condition = threading.Condition()
        self._pending: dict[tuple[str, int | str], tuple[Any, ...] | None] = {}
        self._waiters: list[tuple[int, Told]] = []
        self._queued = 0
        self._durable = 0
        self._attempts = 0
        self._failed_attempt = 0
        self._trouble: ProjectError | None = None
        self._told = False
        self._called = False
        self._stopping = False
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="project-writer", daemon=True)
        self._thread.start()

    @property
    def trouble(self) -> ProjectError | None:
        """Why what is pending could not be written the last time, or None."""
        return self._trouble

    def put(self, writes: Iterable[Write], told: Told | None = None) -> None:
        """Queue rows, to be written together.

        Args:
            told: called on the writer's thread after the first attempt to write them.
        """
        rows = {(write.table, write.key): write.values for write in writes}
        with self._condition:
            self._pending.update(rows)
            self._queued += 1
            if told:
                self._waiters.append((self._queued, told))
            self._call()
            refused = self._due(self._queued) if self._ended else []
        _refuse(refused)

    def flush(self) -> None:
        """Block until all that was put is durable.

        Raises:
            ProjectError: an attempt that began after this call failed; what is pending stays so.
        """
        with self._condition:
            wanted, attempts = self._queued, self._attempts
            if self._durable < wanted:
                self._call()
            self._condition.wait_for(
                lambda: self._durable >= wanted or self._failed_attempt > attempts
            )
            if self._durable < wanted and self._trouble:
                raise ProjectError(self._trouble.title, self._trouble.hint)

    def stop(self) -> None:
        """End the thread. What is still pending is given up: flush first."""
        with self._condition:
            self._stopping = True
            self._call()
        self._thread.join()

    def _call(self) -> None:
        self._called = True
        self._condition.notify_all()

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        while (work := self._wait_for_work()) is not None:
            batch, upto = work
            try:
                connection = connection or self._connect()
                _write(connection, batch)
            except _FAILURES as error:
                _log.warning("The project could not be written: %s: %r", self._path, error)
                # A new connection also clears what a half-written transaction left behind.
                _close(connection)
                connection = None
                self._failed(batch, upto, error)
            else:
                self._wrote(upto)
        _close(connection)
        with self._condition:
            self._ended = True
            refused = self._due(self._queued)
        _refuse(refused)

    def _wait_for_work(self) -> tuple[_Batch, int] | None:
        with self._condition:
            self._condition.wait_for(
                lambda: self._called, self._retry_seconds if self._trouble else None
            )
            self._called = False
            if self._stopping:
                return None
            self._attempts += 1
            batch, self._pending = self._pending, {}
            return batch, self._queued

    def _connect(self) -> sqlite3.Connection:
        if not self._path.is_file():
            # SQLite would make an empty one.
            raise FileNotFoundError(self._path)
        return schema.connect(self._path)

    def _wrote(self, upto: int) -> None:
        with self._condition:
            self._durable = upto
            self._trouble = None
            self._told = False
            waiters = self._due(upto)
            self._condition.notify_all()
        for told in waiters:
            told(None)

    def _failed(self, batch: _Batch, upto: int, reason: Exception) -> None:
        trouble = _explain(self._path, reason)
        with self._condition:
            self._pending = {**batch, **self._pending}
            self._failed_attempt = self._attempts
            self._trouble = trouble
            waiters = self._due(upto)
            on_error = None if self._told else self.on_error
            self._told = self._told or on_error is not None
            self._condition.notify_all()
        for told in waiters:
            told(trouble)
        if on_error:
            try:
                on_error(trouble)
            except Exception:  # noqa: BLE001 - with the thread would go all that is unwritten
                _log.exception("The report of a write error failed")

    def _due(self, upto: int) -> list[Told]:
        due = [told for queued, told in self._waiters if queued <= upto]
        self._waiters = [waiter for waiter in self._waiters if waiter[0] > upto]
        return due


def _write(connection: sqlite3.Connection, batch: _Batch) -> None:
    kept: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    gone: defaultdict[str, list[tuple[int | str]]] = defaultdict(list)
    for (table, key), values in batch.items():
        if values is None:
            gone[table].append((key,))
        else:
            kept[table].append(values)
    connection.execute("BEGIN IMMEDIATE")
    for table, keys in gone.items():
        connection.executemany(f"DELETE FROM {table} WHERE {COLUMNS[table][0]}=?", keys)
    for table, rows in kept.items():
        columns = COLUMNS[table]
        marks = ", ".join("?" * len(columns))
        connection.executemany(
            f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows
        )
    connection.execute("COMMIT")


def _close(connection: sqlite3.Connection | None) -> None:
    if connection:
        with contextlib.suppress(sqlite3.Error):
            connection.close()


def _refuse(waiters: Iterable[Told]) -> None:
    for told in waiters:
        told(ProjectError(_("The project was closed before it could be written.")))


def _explain(path: Path, reason: Exception) -> ProjectError:
    hint = _(
        "Nothing is lost while the program stays open: free some space or check the disk that "
        "holds {folder}, and it is written then."
    ).format(folder=path.parent)
    if "full" in str(reason):
        return ProjectError(_("The disk is full: the project could not be written."), hint)
    return ProjectError(
        _("The project could not be written ({reason}).").format(reason=reason), hint
    )
