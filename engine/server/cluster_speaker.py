"""One replica of a cluster: a worker, on the card or the share of the processor that it was
given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from itertools import count

from filelock import FileLock, Timeout

from engine import places
from engine.backends.base import BackendInfo
from engine.closing import Closing
from engine.domain import SpeechRequest
from engine.errors import EngineStartError, StudioError
from engine.i18n import use_language
from engine.server.upstream import Event, WorkerUpstream, loaded

MAX_RESTARTS = 3
"""Crashes in a row without a finished request, after which the replica is given up: in a cluster
another one can take its place, on another card."""


@dataclass(frozen=True)
class Plan:
    """What each process of a cluster is told.

    Attributes:
        backend: ``espeak`` or ``qwen``.
        options: what the backend is told, as JSON.
        silence: seconds after a finished WAV.
        interface: the language of what people read.
        requests: that a replica is to hold before another is wanted.
        most_replicas: that there may be; 0 before it is known.
        command: what starts a worker, where that is not a node's own Python.
    """

    backend: str
    options: str
    closing: Closing
    silence: float
    interface: str
    requests: int
    most_replicas: int = 0
    command: tuple[str, ...] | None = None

    @property
    def most_requests(self) -> int:
        """That one replica may hold: while some are spoken, the next are there."""
        return 2 * self.requests


class Speaker:
    """Lives on the event loop of its replica. Errors are told as values, which keep their type."""

    async def __init__(self, plan: Plan) -> None:
        use_language(plan.interface)
        name, self._lock = _own_name()
        self._upstream = WorkerUpstream(
            plan.backend,
            options=plan.options,
            name=name,
            command=plan.command,
            max_restarts=MAX_RESTARTS,
        )
        self._known: BackendInfo | EngineStartError
        await self._upstream.start()
        # A replica counts as running, and is given requests, from here on.
        try:
            self._known = info = await loaded(self._upstream)
            self._places = asyncio.Semaphore(info.capacity)
        except EngineStartError as error:
            self._known = error

    async def info(self) -> BackendInfo | EngineStartError:
        """What the worker says of itself, or why it can't be had."""
        return self._known

    async def speak(self, request: SpeechRequest) -> AsyncGenerator[Event | StudioError, None]:
        """Speak one request; the last is its end, or why there is none."""
        if isinstance(self._known, EngineStartError):
            yield self._known
            return
        try:
            async with self._places, aclosing(self._upstream.speak(request)) as events:
                async for event in events:
                    yield event
            self._upstream.delivered()
        except StudioError as error:
            yield error

    async def check_health(self) -> None:
        """Asked by Ray Serve, which replaces a replica whose answer is an error several times.

        Raises:
            RuntimeError: the worker keeps crashing, as after a fault of the card.
        """
        state = self._upstream.state
        if state.kind == "failed":
            raise RuntimeError(str(state.error))


def _own_name() -> tuple[str, FileLock]:
    """A name that no other replica on this machine has while the lock is held, and that is not new
    each time: the worker's log is called by it."""
    folder = places.cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        lock = FileLock(folder / f"ray-{number}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        return f"ray-{number}", lock
    raise AssertionError("there is always another number")
