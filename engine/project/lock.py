"""One studio at a time writes to a project."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ReadOnlyProject
from engine.files import write_atomic
from engine.i18n import _

if TYPE_CHECKING:
    from filelock import BaseFileLock

_LOCK = "lock"
_HOLDER = "holder.json"
# Apart from the lock, because on Windows a locked file cannot be read.


@dataclass(frozen=True)
class Holder:
    """The studio that has a project open.

    Attributes:
        host: its machine's name, or empty where that could not be learnt.
        pid: its process there, or 0.
    """

    host: str = ""
    pid: int = 0


def held_elsewhere(holder: Holder, hint: str) -> ReadOnlyProject:
    """The error of what cannot be done while another studio has the project."""
    title = _("Another studio has this project open: {host}, process {pid}.")
    return ReadOnlyProject(title.format(host=holder.host or "?", pid=holder.pid or "?"), hint)


class ProjectLock:
    """Held by the operating system for this process, so that it ends with the process."""

    def __init__(self, folder: Path, lock: BaseFileLock) -> None:
        self._holder_file = folder / _HOLDER
        self._lock = lock
        me = Holder(socket.gethostname(), os.getpid())
        with contextlib.suppress(OSError):
            # A full disk keeps nobody out: the note only names who has the project.
            write_atomic(self._holder_file, json.dumps(asdict(me)).encode())

    @staticmethod
    def take(folder: Path) -> ProjectLock | None:
        """The lock on a project folder, or None while another studio holds it.

        Raises:
            OSError: the folder cannot be locked at all.
        """
        # filelock costs as much to import as the rest of this package.
        from filelock import FileLock, Timeout

        # Opened in one thread and closed in another.
        lock = FileLock(folder / _LOCK, thread_local=False)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return None
        return ProjectLock(folder, lock)

    def release(self) -> None:
        """Let the next studio in."""
        with contextlib.suppress(OSError):
            self._holder_file.unlink(missing_ok=True)
        self._lock.release()


def read_holder(folder: Path) -> Holder:
    """Who says that it holds the lock of this folder, which somebody does."""
    try:
        found = json.loads((folder / _HOLDER).read_bytes())
        return Holder(str(found["host"]), int(found["pid"]))
    except (OSError, ValueError, TypeError, KeyError):
        return Holder()
