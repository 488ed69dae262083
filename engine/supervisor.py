"""Keeps one worker process alive for whoever speaks through it.

A worker that can't start is not tried again: its reason will not change by itself. One that crashes
after it was ready is replaced, more slowly each time, until it has crashed too often without
finishing a single sentence.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.domain import Endpoint
from engine.errors import EngineLost, EngineStartError, StudioError
from engine.i18n import _
from engine.log_tail import LogTail
from engine.worker_process import DiedStarting, WorkerProcess, describe_exit, is_from_outside

__all__ = ["Endpoint", "Exit", "Supervisor", "WorkerState", "backoff_seconds"]

MAX_RESTARTS = 5
START_SECONDS = 600.0
"""A large model from a cold network disk takes minutes."""

_END_SECONDS = 15.0
# A broken connection comes before the end of the process that held it: by a moment, or by the time
# that a GPU takes to be let go of.

_INSIST_SECONDS = 10.0
# Longer than an orderly end takes.

_REMEMBERED = 8


@dataclass(frozen=True)
class WorkerState:
    """Where a worker stands.

    Attributes:
        error: why it failed or is being restarted.
        attempt: restarts in a row without a finished sentence.
    """

    kind: Literal["starting", "ready", "restarting", "failed", "stopped"]
    error: StudioError | None = None
    attempt: int = 0


@dataclass(frozen=True)
class Exit:
    """How a worker ended.

    Attributes:
        returncode: negative for a POSIX signal; None for one that has not ended.
        from_outside: no sentence is to blame: it was killed by somebody, or only the connection
            broke.
    """

    returncode: int | None
    from_outside: bool


def backoff_seconds(attempt: int) -> float:
    """How long to wait before restart number ``attempt``, counted from 1."""
    return min(0.2 * 2 ** (attempt - 1), 10.0)


class Supervisor:
    """Lives on one event loop.

    Args:
        command: what starts the worker.
        folder: the worker's own working folder; made. Never the user's, whose ``numpy.py`` would be
            imported.
        log_file: takes what the worker says on standard error.
        env: variables for the worker beside those of this process.
        on_state: told of each new state, on the event loop; must be quick and not raise.
        max_restarts: crashes in a row, without a finished sentence between them, that are forgiven.
        backoff: seconds to wait before restart n, counted from 1.
        start_seconds: longest time from the start to being ready.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        log_file: Path,
        env: Mapping[str, str] | None = None,
        on_state: Callable[[WorkerState], None] | None = None,
        max_restarts: int = MAX_RESTARTS,
        backoff: Callable[[int], float] = backoff_seconds,
        start_seconds: float = START_SECONDS,
    ) -> None:
        self._command = tuple(command)
        self._folder = folder
        self._env = dict(env or {})
        self._on_state = on_state
        self._max_restarts = max_restarts
        self._backoff = backoff
        self._start_seconds = start_seconds
        self._log = LogTail(log_file)
        self._state = WorkerState("stopped")
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._worker: WorkerProcess | None = None
        self._endpoint: Endpoint | None = None
        self._known: OrderedDict[Endpoint, WorkerProcess] = OrderedDict()
        self._crashes = 0
        self._was_ready = False

    @property
    def state(self) -> WorkerState:
        return self._state

    @property
    def pid(self) -> int | None:
        """The process id while one runs."""
        return self._worker.pid if self._worker else None

    def log_tail(self) -> list[str]:
        """The last lines that workers said on standard error, oldest first."""
        return self._log.lines()

    async def start(self) -> None:
        """Begin to keep a worker alive; after a final failure or a stop, begin anew."""
        if self._task is not None and not self._task.done():
            return
        self._crashes = 0
        self._was_ready = False
        self._become(WorkerState("starting"))
        self._task = asyncio.create_task(self._keep_alive())

    async def ready(self) -> Endpoint:
        """Wait while the worker is starting or restarting.

        Raises:
            EngineStartError: it can't be had; final.
        """
        while True:
            if self._state.kind == "ready" and self._endpoint is not None:
                return self._endpoint
            if self._state.kind == "failed" and self._state.error is not None:
                raise self._state.error
            if self._state.kind == "stopped":
                raise EngineStartError(_("The engine is not running."))
            await self._changed.wait()

    async def ended(self, endpoint: Endpoint) -> Exit:
        """How the worker behind a broken connection ended, after a short wait for its end."""
        worker = self._known.get(endpoint)
        if worker is None:
            return Exit(None, from_outside=True)
        try:
            returncode = await asyncio.wait_for(worker.wait(), _END_SECONDS)
        except asyncio.TimeoutError:
            return Exit(None, from_outside=True)
        return Exit(returncode, from_outside=is_from_outside(returncode) and not worker.blamed)

    def sentence_finished(self) -> None:
        """Forgive the crashes so far: an engine that delivers is not in a crash loop."""
        self._crashes = 0

    async def restart(self, endpoint: Endpoint) -> None:
        """Kill the worker behind an endpoint because it hangs; a new one follows, as after a
        crash. Several may ask at once: its successor is left alone."""
        worker = self._known.get(endpoint)
        if worker is not None and worker is self._worker:
            worker.blamed = True
            self._endpoint = None
            worker.kill()
            await worker.wait()

    async def stop(self) -> None:
        """End the worker and wait for its end. Safe to call twice and at any time."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        if self._state.kind != "stopped":
            self._become(WorkerState("stopped"))

    async def _keep_alive(self) -> None:
        while True:
            try:
                lost = await self._one_life()
            except DiedStarting as error:
                if not self._was_ready:
                    self._become(WorkerState("failed", error))
                    return
                lost = error
            except EngineStartError as error:
                self._become(WorkerState("failed", error, self._crashes))
                return
            self._crashes += 1
            if self._crashes > self._max_restarts:
                self._become(WorkerState("failed", self._keeps_crashing(lost), self._crashes))
                return
            self._become(WorkerState("restarting", lost, self._crashes))
            await asyncio.sleep(self._backoff(self._crashes))

    async def _one_life(self) -> StudioError:
        """From the start of a worker to its end, which is what it returns."""
        worker = await WorkerProcess.start(
            self._command, folder=self._folder, env=self._env, log=self._log
        )
        self._worker = worker
        try:
            endpoint = await worker.ready(self._start_seconds)
            self._remember(endpoint, worker)
            self._endpoint = endpoint
            self._was_ready = True
            self._become(WorkerState("ready", attempt=self._crashes))
            returncode = await worker.wait()
        finally:
            self._endpoint = None
            await worker.end()
            self._worker = None
        return EngineLost(
            _("The engine's process ended ({code}).").format(code=describe_exit(returncode)),
            from_outside=is_from_outside(returncode) and not worker.blamed,
        )

    def _remember(self, endpoint: Endpoint, worker: WorkerProcess) -> None:
        self._known[endpoint] = worker
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def _keeps_crashing(self, last: StudioError) -> EngineStartError:
        tail = "\n".join(self._log.lines()[-4:])
        return EngineStartError(
            _("The engine keeps crashing."),
            _("It crashed {count} times without finishing a sentence. {last}").format(
                count=self._crashes, last=last.title
            )
            + (f"\n{tail}" if tail else ""),
        )

    def _become(self, state: WorkerState) -> None:
        self._state = state
        self._changed.set()
        self._changed = asyncio.Event()
        if self._on_state is not None:
            self._on_state(state)
