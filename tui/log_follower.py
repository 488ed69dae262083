"""The end of a log file, and what is written to it from then on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from tui.display import safe

TAIL_BYTES = 256_000
"""As much is read of a log at once; what stands before it is left out."""

LONGEST_LINE = 2_000


@dataclass(frozen=True)
class LogNews:
    """What has come to a log.

    Attributes:
        anew: it is another log than before, or was read from another place: these lines stand
            instead of the earlier ones.
    """

    lines: tuple[str, ...]
    anew: bool


class LogFollower:
    """Reads a log that others write to and turn over. All of it blocks: it is for a thread.

    Args:
        path: of the log; it may not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: tuple[int, int] | None = None
        self._read_up_to = 0
        self._unended = b""

    def read(self) -> LogNews:
        """The lines that have come since the last time, safe to be drawn; at first those at the
        end.

        Raises:
            OSError: it cannot be read.
        """
        try:
            with self._path.open("rb") as file:
                found = os.fstat(file.fileno())
                anew = self._begins_anew((found.st_dev, found.st_ino), found.st_size)
                file.seek(self._read_up_to)
                said = file.read(found.st_size - self._read_up_to)
        except FileNotFoundError:
            anew, self._known = self._known is not None, None
            return LogNews((), anew)
        self._read_up_to += len(said)
        return LogNews(self._lines(said), anew)

    def _begins_anew(self, known: tuple[int, int], size: int) -> bool:
        turned_over = known != self._known or size < self._read_up_to
        if not turned_over and size - self._read_up_to <= TAIL_BYTES:
            return False
        self._known, self._unended = known, b""
        self._read_up_to = max(0, size - TAIL_BYTES)
        return True

    def _lines(self, said: bytes) -> tuple[str, ...]:
        # A line that is still being written waits for its end, and so does half a character.
        *ended, self._unended = (self._unended + said).replace(b"\r", b"\n").split(b"\n")
        self._unended = self._unended[-TAIL_BYTES:]
        lines = (line[:LONGEST_LINE].decode("utf-8", "replace") for line in ended)
        return tuple(safe(line) for line in lines if line.strip())
