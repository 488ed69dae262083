"""One run of a worker process, from its start to its end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.domain import Endpoint
from engine.errors import EngineStartError
from engine.i18n import VARIABLE, _, language
from engine.log_tail import LogTail
from engine.version import __version__
from engine.worker.protocol import TOKEN_VARIABLE, NotStarted, Ready, from_line

_KEPT_FROM_WORKERS = frozenset(
    {
        *("PYTHONPATH", "PYTHONSTARTUP", "PYTHONINSPECT"),
        *("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"),
    }
)
# Modules and code of the user's own projects have no place in an engine; nor has what the user is
# to the hub, where it downloads nothing.

_GRACE_SECONDS = 3.0
# For each of: standard input closed, terminated, killed.

_LOOK_SECONDS = 0.1
# Between two looks at whether a process has ended whose pipes have not.

_HINT_LINES = 4

_CHUNK = 1 << 16
_STATUS_CONTROL_C_EXIT = 0xC000013A


class DiedStarting(EngineStartError):
    """The process ended without a word on why."""


class WorkerProcess:
    """Made by :meth:`start`; must be ended with :meth:`end`."""

    def __init__(self, process: asyncio.subprocess.Process, token: str, log: LogTail) -> None:
        self._process = process
        self._token = token
        self._log = log
        self._said: asyncio.Future[Ready | NotStarted | None] = (
            asyncio.get_running_loop().create_future()
        )
        self._listeners = (
            asyncio.create_task(self._listen_for_ready()),
            asyncio.create_task(self._listen(process.stderr, "stderr")),
        )
        self.blamed = False
        """We ended it ourselves because it hung: not an end from outside."""

    @classmethod
    async def start(
        cls, command: Sequence[str], *, folder: Path, env: Mapping[str, str], log: LogTail
    ) -> WorkerProcess:
        """Start ``command`` in ``folder``, which is made.

        Raises:
            EngineStartError: the folder or the command can't be used.
        """
        token = secrets.token_urlsafe(32)
        try:
            await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=folder,
                env=_environment(env, token),
                creationflags=_CREATION_FLAGS,
            )
        except (OSError, ValueError) as error:
            raise EngineStartError(
                _("The engine could not be started: {program}").format(program=command[0]),
                _("The system says: {reason}").format(reason=error),
            ) from error
        return cls(process, token, log)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ready(self, timeout: float) -> Endpoint:
        """Wait for the worker to say that it is ready.

        Raises:
            EngineStartError: it says why it can't, it takes longer than ``timeout`` seconds, or it
                is of another version.
            DiedStarting: it ended without a word.
        """
        # Not asyncio.wait_for, which swallows a cancellation before Python 3.12.
        await asyncio.wait({self._said}, timeout=timeout)
        if not self._said.done():
            raise EngineStartError(
                _("The engine was not ready within {seconds:.0f} seconds.").format(seconds=timeout),
                self._last_words(),
            )
        said = self._said.result()
        if said is None:
            raise await self._died()
        if isinstance(said, NotStarted):
            raise EngineStartError(said.title, said.hint)
        if said.version != __version__:
            raise EngineStartError(
                _("The engine is of version {theirs}, the studio of {ours}.").format(
                    theirs=said.version, ours=__version__
                ),
                _("Install the same version of tts-studio-tui in the engine's environment."),
            )
        return Endpoint(f"http://127.0.0.1:{said.port}", self._token)

    async def wait(self) -> int:
        """Wait for its end; the return code, negative for a POSIX signal.

        asyncio's own wait goes on until the pipes are closed too, which a child of the worker may
        hold open long after the worker's end.
        """
        while (returncode := self._process.returncode) is None:
            waiting = asyncio.ensure_future(self._process.wait())
            try:
                await asyncio.wait({waiting}, timeout=_LOOK_SECONDS)
            finally:
                waiting.cancel()
        return returncode

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def end(self) -> None:
        """End it, politely at first, and let go of its pipes. Safe for one that has ended.

        A cancelled caller still waits: a process must not outlive who started it.
        """
        ending = asyncio.create_task(self._end())
        cancelled = False
        while not ending.done():
            try:
                await asyncio.shield(ending)
            except asyncio.CancelledError:
                cancelled = True
        if cancelled:
            raise asyncio.CancelledError

    async def _end(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        for insist in (None, self._process.terminate, self._process.kill):
            if self._process.returncode is None and insist is not None:
                with contextlib.suppress(ProcessLookupError):
                    insist()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.wait(), _GRACE_SECONDS)
                break
        # A child of the worker that outlived it may hold the pipes open.
        _done, pending = await asyncio.wait(self._listeners, timeout=_GRACE_SECONDS)
        for listener in pending:
            listener.cancel()
        if pending:
            # Process offers no way to let go of pipes that somebody else keeps open.
            self._process._transport.close()  # pyright: ignore[reportAttributeAccessIssue]

    async def _listen_for_ready(self) -> None:
        stdout = self._process.stdout
        assert stdout is not None
        while not self._said.done():
            try:
                line = await stdout.readline()
            except ValueError:
                continue  # longer than the reader's limit: no line of ours
            if not line:
                self._said.set_result(None)
                return
            said = from_line(line.decode("utf-8", "replace"))
            if said is None:
                await self._record(line, "stdout")
            else:
                self._said.set_result(said)
        await self._listen(stdout, "stdout")

    async def _listen(self, stream: asyncio.StreamReader | None, source: str) -> None:
        assert stream is not None
        while said := await stream.read(_CHUNK):
            await self._record(said, source)

    async def _record(self, said: bytes, source: str) -> None:
        self._log.remember(said, source)
        await asyncio.to_thread(self._log.write, said)

    async def _died(self) -> DiedStarting:
        # Its last words may still be in the pipe.
        await asyncio.wait(self._listeners[1:], timeout=_GRACE_SECONDS)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.wait(), _GRACE_SECONDS)
        return DiedStarting(
            _("The engine ended while it was starting ({code}).").format(
                code=describe_exit(self._process.returncode)
            ),
            self._last_words(),
        )

    def _last_words(self) -> str:
        return "\n".join(self._log.lines()[-_HINT_LINES:])


def is_from_outside(returncode: int) -> bool:
    """Whether a process with this return code was ended by somebody rather than by a fault.

    0 is a worker whose standard input closed. On Windows 1 is what TerminateProcess and taskkill
    leave behind; a worker never ends itself with it.
    """
    if returncode == 0:
        return True
    if sys.platform == "win32":
        return returncode in (1, _STATUS_CONTROL_C_EXIT)
    return -returncode in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def describe_exit(returncode: int | None) -> str:
    """A return code for people: the signal's name where it was one."""
    if returncode is not None and returncode < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-returncode).name
    return _("exit code {code}").format(code=returncode)


_CREATION_FLAGS = (
    subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    if sys.platform == "win32"
    else 0
)


def _environment(extra: Mapping[str, str], token: str) -> dict[str, str]:
    inherited = {
        name: value for name, value in os.environ.items() if name not in _KEPT_FROM_WORKERS
    }
    return {
        **inherited,
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        VARIABLE: language(),
        **extra,
        TOKEN_VARIABLE: token,
    }
