"""Noticing that a file has been changed outside.

A look at its size and time of change every second works on every system and over networks, where
notifications of the system do not come; it is done from a thread, because a network may hang.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from engine.domain import Script
from engine.errors import ScriptError
from engine.script.reader import stamp_of

PERIOD = 1.0
"""Seconds between two looks."""

_LOOKS = 3
# So many after a change: the clock of some disks ticks once in two seconds, and a file that is
# changed twice within a tick shows it by its contents alone.


class _Seen(NamedTuple):
    size: int
    written: int
    changed: int
    number: int


class Watch:
    """Looks at a script until it is stopped, and reads it once a change has settled.

    Args:
        read: reads the file; may raise ScriptError.
        known: the stamp of what is known of it; a file with that holds no news.
        tell: is called, on the watch's thread, with what the file says now; or, once, with why it
            cannot be read.
    """

    def __init__(
        self,
        path: Path,
        *,
        read: Callable[[], Script],
        known: Callable[[], int],
        tell: Callable[[Script | ScriptError], None],
    ) -> None:
        self._path = path
        self._read = read
        self._known = known
        self._tell = tell
        self._seen: _Seen | None = None
        self._looks_left = 0
        self._told: int | str | None = None
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin to look."""
        threading.Thread(target=self._run, name="script watch", daemon=True).start()

    def stop(self) -> None:
        """Look no more. A look that hangs in a network is not waited for."""
        self._stopped.set()

    def _run(self) -> None:
        self._seen, self._looks_left = self._look(), _LOOKS
        while not self._stopped.wait(PERIOD):
            seen = self._look()
            if seen != self._seen:
                # It may still be being written: what counts is what a later look finds the same.
                self._seen, self._looks_left = seen, _LOOKS
            elif self._looks_left:
                self._looks_left -= 1
                self._compare()

    def _look(self) -> _Seen | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return _Seen(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)

    def _compare(self) -> None:
        try:
            stamp = None if self._seen is None else stamp_of(self._path.read_bytes())
        except OSError:
            stamp = None
        if stamp is not None and stamp == self._known():
            self._told = stamp
            return
        try:
            script = self._read()
        except ScriptError as error:
            if not self._looks_left and self._told != error.title:
                self._told = error.title
                self._report(error)
            return
        if script.stamp == stamp != self._told and self._look() == self._seen:
            self._told = stamp
            self._report(script)

    def _report(self, found: Script | ScriptError) -> None:
        if not self._stopped.is_set():
            self._tell(found)
