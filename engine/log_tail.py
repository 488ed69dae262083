"""What another process says on its standard error: kept in a file of bounded size, and the last of
it in memory."""

from __future__ import annotations

import codecs
import contextlib
from collections import defaultdict, deque
from pathlib import Path

MAX_BYTES = 1_000_000
"""A fuller log becomes the old one (``.1``) and a new one is begun."""

TAIL_LINES = 200
LONGEST_LINE = 2_000


class LogTail:
    """A log that never raises: a full disk must not end a narration.

    Args:
        path: of the log file; its folder is made.
    """

    def __init__(self, path: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._lines: deque[str] = deque(maxlen=TAIL_LINES)
        self._decoders: defaultdict[str, codecs.IncrementalDecoder] = defaultdict(
            lambda: codecs.getincrementaldecoder("utf-8")("replace")
        )
        self._unended: defaultdict[str, str] = defaultdict(str)

    def lines(self) -> list[str]:
        """The last lines, oldest first, then those that have no end yet."""
        return [*self._lines, *(line for line in self._unended.values() if line)]

    def remember(self, said: bytes, source: str = "") -> None:
        """Take some bytes into memory, as they came from one of several sources."""
        text = self._unended[source] + self._decoders[source].decode(said)
        *lines, rest = text.replace("\r", "\n").split("\n")
        self._lines.extend(line[:LONGEST_LINE] for line in lines if line.strip())
        self._unended[source] = rest[:LONGEST_LINE]

    def write(self, said: bytes) -> None:
        """Append some bytes to the file. Blocking; may be called in a thread."""
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._path.exists() and self._path.stat().st_size + len(said) > self._max_bytes:
                self._turn_over()
            with self._path.open("ab") as file:
                file.write(said)

    def _turn_over(self) -> None:
        try:
            self._path.replace(self._path.with_name(f"{self._path.name}.1"))
        except OSError:
            # On Windows a log that another studio writes to can't be renamed: size before history.
            self._path.write_bytes(b"")
