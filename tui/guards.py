"""Keeps the screen clean: what libraries write to stderr goes to the log while the desk is up.

Imported, and used, before Textual is.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

LOG_NAME = "desk.log"
LOG_LIMIT = 1_000_000
"""Bytes after which the log is begun anew; the one before is kept."""


@contextlib.contextmanager
def guarded_terminal(folder: Path) -> Iterator[Path]:
    """Give Textual a terminal of its own and point file descriptor 2 at a log.

    Textual draws to ``sys.__stderr__``; sound libraries and the like write to descriptor 2.
    Yields the log's path.
    """
    # Some terminals lose what an input method composes while the Kitty protocol is on.
    os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")
    log = folder / LOG_NAME
    descriptor = _open_log(log)
    drawn, own = sys.__stderr__, os.dup(2)
    screen = os.dup(2 if os.isatty(2) else 1)
    with os.fdopen(screen, "w", encoding="utf-8", errors="replace", newline="") as terminal:
        _draw_to(terminal)
        os.dup2(descriptor, 2)
        os.close(descriptor)
        logging.basicConfig(
            stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s"
        )
        # A line for each sentence that went well would drive out the others.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        try:
            yield log
        finally:
            sys.stderr.flush()
            os.dup2(own, 2)
            os.close(own)
            _draw_to(drawn)


def _draw_to(stream: TextIO | None) -> None:
    name = "__stderr__"  # Final to type checkers, and what Textual looks at
    setattr(sys, name, stream)


def _open_log(path: Path) -> int:
    try:
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)
