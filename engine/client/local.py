"""An engine on this machine: a worker process, kept alive, and the client that talks to it."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from engine import places
from engine.client.base import EngineChanged
from engine.client.openai import IDLE_SECONDS, SpeechClient
from engine.domain import Endpoint, EngineInfo, SpeechEvent, SpeechRequest
from engine.errors import (
    EngineLost,
    EngineStalled,
    EngineStartError,
    EngineUnheard,
    SpeechFailed,
)
from engine.i18n import _
from engine.supervisor import Supervisor, WorkerState
from engine.worker.protocol import OPTIONS_VARIABLE

_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
# A worker downloads nothing: gigabytes are asked for first, and by `tts-studio models`.


class LocalEngine:
    """Speaks with a backend of this machine through a supervised worker process.

    Args:
        backend: ``espeak`` or ``qwen``.
        options: what the backend is told, as JSON.
        loads: the model that is named in them.
        idle_seconds: longest silence before a worker counts as hung and is replaced.
        command: what starts the worker; for an engine in an environment of its own, and for tests.
    """

    def __init__(
        self,
        backend: str,
        *,
        options: str = "",
        loads: str = "",
        idle_seconds: float = IDLE_SECONDS,
        command: list[str] | None = None,
    ) -> None:
        self.name = backend
        self.loads = loads
        self.on_state: Callable[[EngineChanged], None] | None = None
        self._client = SpeechClient(trust_env=False, idle_seconds=idle_seconds)
        self._known: tuple[Endpoint, EngineInfo] | None = None
        self._outdated = False
        self.log_file: Path | None = places.worker_log(backend)
        self._started = False
        self._told: EngineStartError | None = None
        self._supervisor = Supervisor(
            command or [sys.executable, "-m", "engine.worker", "--backend", backend],
            folder=places.cache_folder() / "worker",
            env={OPTIONS_VARIABLE: options, **_OFFLINE},
            log_file=self.log_file,
            on_state=self._worker_changed,
        )

    @property
    def pid(self) -> int | None:
        """The worker's process id while one runs."""
        return self._supervisor.pid

    async def ready(self) -> EngineInfo:
        """Wait for a worker that answers, starting the first one, or a new one where the last
        attempt has failed and that was told.

        Raises:
            EngineStartError: the worker could not be started, or keeps crashing.
        """
        if self._told is not None and self._told is self._supervisor.state.error:
            # Asked again by somebody who has been told: the cause may be gone.
            await self._supervisor.start()
        endpoint = await self._endpoint()
        known = self._known[1] if self._known and self._known[0] == endpoint else None
        if known is None or self._outdated:
            info = await self._client.health(endpoint)
            self._known, self._outdated = (endpoint, info), False
            if known is None or replace(info, memory=known.memory) != known:
                self._tell(EngineChanged("ready", info))
            return info
        return known

    async def describe(self) -> EngineInfo:
        """See :meth:`engine.client.base.Engine.describe`."""
        return await self._client.health(await self._endpoint())

    async def speak(self, request: SpeechRequest) -> AsyncGenerator[SpeechEvent, None]:
        """See :meth:`engine.client.base.Engine.speak`."""
        endpoint = await self._endpoint()
        try:
            async with aclosing(self._client.speak(endpoint, request)) as events:
                async for event in events:
                    yield event
        except EngineStalled:
            await self._supervisor.restart(endpoint)
            raise
        except EngineUnheard:
            # Until the supervisor has seen the end too, it would name the same endpoint again.
            await self._supervisor.ended(endpoint)
            raise
        except EngineLost as lost:
            end = await self._supervisor.ended(endpoint)
            if end.returncode is None:
                raise SpeechFailed(lost.title, lost.hint) from lost
            raise EngineLost(
                _("The engine's process ended in the middle of a sentence."),
                lost.hint,
                from_outside=end.from_outside,
            ) from lost

    def sentence_finished(self) -> None:
        # It may have taken to smaller batches or to wider numbers for it.
        self._outdated = True
        self._supervisor.sentence_finished()

    async def aclose(self) -> None:
        try:
            await self._client.aclose()
        finally:
            await self._supervisor.stop()

    async def _endpoint(self) -> Endpoint:
        if not self._started:
            self._started = True
            await self._supervisor.start()
        try:
            return await self._supervisor.ready()
        except EngineStartError as error:
            self._told = error
            raise

    def _worker_changed(self, state: WorkerState) -> None:
        # A worker's "ready" becomes an engine's only with what /health says of it.
        if state.kind != "ready":
            self._tell(EngineChanged(state.kind, None, state.error))

    def _tell(self, state: EngineChanged) -> None:
        if self.on_state is not None:
            self.on_state(state)
