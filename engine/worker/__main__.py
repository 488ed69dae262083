"""``python -m engine.worker --backend espeak``: see :mod:`engine.worker.protocol`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence

from engine.backends.registry import BACKENDS
from engine.errors import StudioError
from engine.i18n import VARIABLE, _, use_language
from engine.worker.protocol import (
    EXIT_LOST,
    EXIT_NOT_STARTED,
    OPTIONS_VARIABLE,
    TOKEN_VARIABLE,
    NotStarted,
    Ready,
    to_line,
)

logger = logging.getLogger(__name__)


_Say = Callable[[Ready | NotStarted], None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve one backend until standard input closes. The return value is the exit code."""
    # Ctrl-C in the studio's terminal reaches this process too; the studio decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    use_language(os.environ.get(VARIABLE, ""))
    parser = argparse.ArgumentParser(prog="python -m engine.worker")
    parser.add_argument("--backend", choices=sorted(BACKENDS), required=True)
    options = parser.parse_args(arguments)
    supervisor = _take_stdout()
    stdin = _take_stdin()
    threading.Thread(target=_leave_with, args=(stdin,), name="stdin", daemon=True).start()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(message)s")
    return _run(options.backend, lambda said: _write(supervisor, said))


def _run(backend: str, say: _Say) -> int:
    ready: list[Ready] = []

    def announce(said: Ready) -> None:
        ready.append(said)
        say(said)

    token = os.environ.pop(TOKEN_VARIABLE, "")
    options = os.environ.pop(OPTIONS_VARIABLE, "")
    if not token:
        say(_no_token())
        return EXIT_NOT_STARTED
    try:
        from engine.worker.serve import serve

        asyncio.run(serve(BACKENDS[backend](options), token, announce))
    except Exception as error:
        logger.exception("the worker failed")
        if not ready:
            say(_why_not(error))
            return EXIT_NOT_STARTED
    return EXIT_LOST


def _take_stdout() -> int:
    """The descriptor of standard output, which from now on leads to standard error: libraries
    print banners, and the supervisor reads lines."""
    supervisor = os.dup(1)
    os.dup2(2, 1)
    return supervisor


def _take_stdin() -> int:
    """The descriptor of standard input, which from now on is empty. On Windows a library that looks
    at it while it is being read waits until there is something to read, which is never."""
    studio = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return studio


def _leave_with(studio: int) -> None:
    """End the process when the studio's end of the pipe closes, however the studio ended."""
    with contextlib.suppress(OSError):
        while os.read(studio, 4096):
            pass
    # Nothing here is worth an orderly exit, which a busy model could hold up for minutes.
    os._exit(0)


def _write(descriptor: int, said: Ready | NotStarted) -> None:
    with contextlib.suppress(OSError):
        os.write(descriptor, to_line(said))


def _why_not(error: Exception) -> NotStarted:
    if isinstance(error, StudioError):
        return NotStarted(error.title, error.hint)
    return NotStarted(
        _("The engine could not be started."),
        _("The reason given: {reason}. Its log has more.").format(
            reason=f"{type(error).__name__}: {error}"
        ),
    )


def _no_token() -> NotStarted:
    return NotStarted(
        _("The worker has no token."),
        _("It is started by the studio, which sets {variable}.").format(variable=TOKEN_VARIABLE),
    )


if __name__ == "__main__":
    sys.exit(main())
