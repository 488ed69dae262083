"""What is behind the server's queue: one worker, kept alive and spoken to over loopback; or
something else that speaks as well."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx
from httpx_sse import EventSource, ServerSentEvent

from engine import places
from engine.backends.base import BackendInfo
from engine.client.openai import CONNECT_SECONDS, IDLE_SECONDS, SILENCE_SECONDS
from engine.client.patience import Patience
from engine.domain import AudioDelta, Endpoint, SpeechRequest
from engine.errors import (
    EngineBusy,
    EngineError,
    EngineLost,
    EngineStalled,
    EngineStartError,
    SpeechFailed,
    SpeechRefused,
)
from engine.i18n import _
from engine.server.wire import worker_body
from engine.supervisor import Supervisor, WorkerState
from engine.worker.job import Progressed
from engine.worker.protocol import OPTIONS_VARIABLE
from engine.worker.wire import FieldRefused

_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
# A worker downloads nothing.

MAX_RESTARTS = 12
"""Crashes in a row without a finished request that are forgiven, which takes a minute or two: many
clients may bring their troubles, and who is killed for want of memory may find more the next time.
"""

_LOOK_SECONDS = 2.0
# Whoever asks how the worker is has other things to ask too.

REVIVE_SECONDS = 30.0
"""After which a worker that kept crashing is tried anew: who asked for the sentences that it died
of may have gone, and nobody watches a server."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ended:
    """The end of the speech, as the worker tells it: the event ``speech.audio.done``."""

    said: dict[str, Any]


Event = AudioDelta | Progressed | Ended


@dataclass(frozen=True)
class Condition:
    """How a worker is at the moment.

    Attributes:
        restarts: crashes so far after which another worker was started.
        max_batch: requests that it may speak together by now.
        out_of_memory: times that it, since it was started, had too little memory.
    """

    restarts: int
    max_batch: int
    out_of_memory: int


class Upstream(Protocol):
    """Speaks as many requests at once as it says."""

    @property
    def state(self) -> WorkerState: ...

    async def start(self) -> None:
        """Begin to load."""
        ...

    async def info(self) -> BackendInfo:
        """What it says of itself, once it is ready.

        Raises:
            EngineStartError: it can't be had.
            EngineError: it went away while it was asked.
        """
        ...

    async def condition(self) -> Condition | None:
        """How it is; None where it can't be asked, or is many."""
        ...

    def speak(self, request: SpeechRequest) -> AsyncGenerator[Event, None]:
        """Speak one request. Closing the generator cancels it.

        Raises:
            EngineError: one of its children. EngineLost says whether what spoke was ended from
                outside, in which case no request is to blame.
        """
        ...

    def delivered(self) -> None:
        """A request was answered: what delivers is not in a crash loop."""
        ...

    async def aclose(self) -> None:
        """End it, and let go of the connections."""
        ...


async def loaded(upstream: Upstream) -> BackendInfo:
    """What an engine says of itself, once it can, however often it goes away before.

    Raises:
        EngineStartError: it can't be had.
    """
    while True:
        try:
            return await upstream.info()
        except EngineStartError:
            raise
        except EngineError as error:
            _log.warning("the worker went away while it was asked: %s", error)


class WorkerUpstream:
    """One worker and the connections to it. Lives on one event loop.

    Args:
        backend: ``espeak`` or ``qwen``.
        options: what the backend is told, as JSON.
        name: of its log and its folder; no two that run at once may share one.
        on_state: told of each new state of the worker.
        command: what starts the worker, where that is not this Python.
        max_restarts: see MAX_RESTARTS.
        idle_seconds: longest silence of a worker with something to do before it counts as hung.
    """

    def __init__(
        self,
        backend: str,
        *,
        options: str = "",
        name: str = "server",
        on_state: Callable[[WorkerState], None] = lambda _state: None,
        command: Sequence[str] | None = None,
        max_restarts: int = MAX_RESTARTS,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self.log_file: Path = places.worker_log(f"{backend}-{name}")
        self._on_state = on_state
        self._patience = Patience(idle_seconds)
        self._restarts = 0
        self._known: tuple[Endpoint, BackendInfo] | None = None
        self._reviving: asyncio.Future[None] | None = None
        self._supervisor = Supervisor(
            command or [sys.executable, "-m", "engine.worker", "--backend", backend],
            folder=places.cache_folder() / f"{name}-worker",
            log_file=self.log_file,
            env={OPTIONS_VARIABLE: options, **_OFFLINE},
            on_state=self._changed,
            max_restarts=max_restarts,
        )
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(None, connect=CONNECT_SECONDS, read=SILENCE_SECONDS),
            limits=httpx.Limits(max_connections=None),
            trust_env=False,
        )

    @property
    def state(self) -> WorkerState:
        return self._supervisor.state

    async def start(self) -> None:
        await self._supervisor.start()

    async def info(self) -> BackendInfo:
        """What the worker says of itself, once it is ready.

        Raises:
            EngineStartError: it can't be had.
            EngineError: it went away while it was asked.
        """
        endpoint = await self._supervisor.ready()
        if self._known is None or self._known[0] != endpoint:
            try:
                answer = await self._http.get(
                    f"{endpoint.url}/health", headers=_authorization(endpoint)
                )
            except httpx.RequestError as error:
                raise await self._lost(endpoint, error) from error
            self._known = (endpoint, _info_of(answer.json()))
        return self._known[1]

    async def condition(self) -> Condition | None:
        """See :meth:`Upstream.condition`."""
        if self._known is None or self.state.kind != "ready":
            return None
        endpoint, _info = self._known
        try:
            answer = await self._http.get(
                f"{endpoint.url}/health", headers=_authorization(endpoint), timeout=_LOOK_SECONDS
            )
        except httpx.RequestError:
            return None
        said = answer.json()
        return Condition(self._restarts, said["max_batch"], said["out_of_memory"])

    async def speak(self, request: SpeechRequest) -> AsyncGenerator[Event, None]:
        """Speak one request. Closing the generator closes the connection, which cancels it.

        Raises:
            EngineError: one of its children. EngineLost says whether the worker was ended from
                outside, in which case no request is to blame.
        """
        endpoint = await self._supervisor.ready()
        self._patience.begin()
        try:
            async with self._http.stream(
                "POST",
                f"{endpoint.url}/v1/audio/speech",
                headers=_authorization(endpoint),
                json={**worker_body(request), "response_format": "pcm", "stream_format": "sse"},
            ) as answer:
                if not answer.is_success:
                    raise _refusal(answer.status_code, await answer.aread())
                async for event in self._patience.each(EventSource(answer).aiter_sse()):
                    if (parsed := _parsed(event)) is not None:
                        yield parsed
                    if isinstance(parsed, Ended):
                        return
        except EngineStalled:
            await self._supervisor.restart(endpoint)
            raise
        except httpx.ReadTimeout as error:
            await self._supervisor.restart(endpoint)
            raise self._patience.at_end() from error
        except httpx.RequestError as error:
            raise await self._lost(endpoint, error) from error
        raise await self._lost(endpoint, None)

    def delivered(self) -> None:
        """A request was answered: a worker that delivers is not in a crash loop."""
        self._supervisor.sentence_finished()

    async def aclose(self) -> None:
        """End the worker, and let go of the connections."""
        if self._reviving is not None:
            self._reviving.cancel()
        try:
            await self._http.aclose()
        finally:
            await self._supervisor.stop()

    async def _lost(self, endpoint: Endpoint, error: Exception | None) -> EngineError:
        """What became of a connection that broke: whether by its process's end, and by whom."""
        end = await self._supervisor.ended(endpoint)
        title = _("The engine's process ended in the middle of a sentence.")
        reason = str(error or "")
        if end.returncode is None:
            return SpeechFailed(_("The connection to the engine broke."), reason)
        # Before it could hear the request, it was another one that ended it.
        unheard = isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout))
        return EngineLost(title, reason, from_outside=end.from_outside or unheard)

    def _changed(self, state: WorkerState) -> None:
        self._restarts += state.kind == "restarting"
        if state.kind == "failed" and self._known is not None:
            self._reviving = asyncio.ensure_future(self._revive())
        self._on_state(state)

    async def _revive(self) -> None:
        await asyncio.sleep(REVIVE_SECONDS)
        await self._supervisor.start()


def _authorization(endpoint: Endpoint) -> dict[str, str]:
    return {"Authorization": f"Bearer {endpoint.token}"}


def _info_of(said: dict[str, Any]) -> BackendInfo:
    return BackendInfo(
        name=said["engine"],
        # A model that is a folder of this machine is known to others by the folder's name.
        model=Path(said["model"]).name,
        device=said["device"],
        dtype=said["dtype"],
        languages=tuple(said["languages"]),
        voices=tuple(said["voices"]),
        capacity=said["capacity"],
        max_batch=said["max_batch"],
        instructs=said["instructs"],
        reason=said["reason"],
        fingerprint=said["fingerprint"],
        clones=said["clones"],
    )


def _parsed(event: ServerSentEvent) -> Event | None:
    said = json.loads(event.data)
    kind = said["type"]
    if kind == "speech.audio.delta":
        return AudioDelta(base64.b64decode(said["audio"]))
    if kind == "speech.audio.progress":
        return Progressed(said["frames"])
    if kind == "speech.audio.done":
        return Ended(said)
    if kind == "speech.audio.error":
        raise _error_of(said["error"])
    return None


def _refusal(status: int, body: bytes) -> EngineError:
    error = json.loads(body)["error"]
    if status in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE):
        return EngineBusy(error["message"], retry_after=1.0)
    return _error_of(error)


def _error_of(error: dict[str, Any]) -> EngineError:
    if error["type"] != "invalid_request_error":
        return SpeechFailed(error["message"])
    if error["param"]:
        return FieldRefused(error["param"], error["message"])
    return SpeechRefused(error["message"])
