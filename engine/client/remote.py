"""An engine at an address: found out, spoken with, and waited for while it is away."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from pathlib import Path

import httpx

from engine.addresses import is_this_machine
from engine.client.answers import without_key
from engine.client.asking import ask
from engine.client.base import EngineChanged
from engine.client.detection import find_server
from engine.client.openai import IDLE_SECONDS, SpeechClient
from engine.client.server import Server
from engine.client.wishes import Wishes
from engine.domain import Endpoint, EngineInfo, SpeechDone, SpeechEvent, SpeechRequest, Spoken
from engine.errors import (
    EngineBusy,
    EngineError,
    EngineLoading,
    EngineLost,
    EngineStartError,
    EngineUnheard,
    SpeechFailed,
    WorkerLost,
)
from engine.i18n import _

WAITS = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between two attempts to reach a server, the last of them again and again: soon there
where it was only restarted, and no burden where it is off for the night."""

BREAKS = 5
"""Connections that broke over one sentence, with none that came to its end, after which it is held
against the sentence: a server that dies of a text looks from here like one that somebody ends."""


class RemoteEngine:
    """Speaks with whatever server answers at an address.

    Args:
        wishes: what is wished of it.
        waits: see :data:`WAITS`.
        idle_seconds: longest silence of a stream before the connection counts as lost.

    Raises:
        EngineStartError: the environment names a proxy that cannot be used.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        wishes: Wishes,
        *,
        waits: Sequence[float] = WAITS,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self.name = endpoint.url
        self.on_state: Callable[[EngineChanged], None] | None = None
        self.log_file: Path | None = None
        self.loads = ""
        self._endpoint = endpoint
        self._wishes = wishes
        self._waits = waits
        self._client = SpeechClient(
            trust_env=not is_this_machine(endpoint.url),
            idle_seconds=idle_seconds,
            verify=_trusted() if endpoint.url.startswith("https:") else True,
        )
        self._server: Server | None = None
        self._turn = asyncio.Lock()
        self._state = ""
        self._told: EngineInfo | None = None
        self._breaks: Counter[Spoken] = Counter()

    async def ready(self) -> EngineInfo:
        """Wait until the server can speak; as long as it is away, it is tried again.

        Raises:
            EngineStartError: it lets nobody in with this key, cannot do what is wished, or has no
                voice to speak in.
        """
        return (await self._connected()).info

    async def describe(self) -> EngineInfo:
        """What the server says of itself at this moment."""
        return (await self.find()).info

    async def reach(self) -> None:
        """Ask it one small question, over a connection that is open where it can be.

        Raises:
            EngineError: it cannot be reached.
        """
        await ask(self._client.http, self._endpoint, "GET", "/health")

    async def find(self) -> Server:
        """What answers at the address, asked once.

        Raises:
            EngineError: as :func:`engine.client.detection.find_server` says.
        """
        try:
            return await find_server(self._client, self._endpoint, self._wishes)
        except EngineError as error:
            raise self._about(error) from error

    async def speak(self, request: SpeechRequest) -> AsyncGenerator[SpeechEvent, None]:
        """See :meth:`engine.client.base.Engine.speak`."""
        server = await self._connected()
        try:
            async with aclosing(server.speak(request)) as events:
                async for event in events:
                    self._tell_ready(server)
                    if isinstance(event, SpeechDone):
                        self._breaks.pop(request.spoken, None)
                    yield event
        except EngineBusy as busy:
            if isinstance(busy, EngineLoading):
                self._forget(server)
            self._tell_waiting(busy, busy.retry_after)
            raise self._about(busy) from busy
        except EngineLost as lost:
            self._forget(server)
            raise self._blame(lost, request.spoken) from lost
        except EngineStartError as error:
            self._forget(server)
            self._tell(EngineChanged("failed", None, self._about(error)))
            raise
        except EngineError as error:
            raise self._about(error) from error

    def sentence_finished(self) -> None:
        """Nothing follows from it: no process of ours is to be started again."""

    async def aclose(self) -> None:
        await self._client.aclose()

    # Inside

    async def _connected(self) -> Server:
        """The server, waited for by one caller while the others wait for that one."""
        async with self._turn:
            attempt = 0
            while self._server is None:
                if not self._state:
                    self._tell(EngineChanged("starting"))
                try:
                    found = await self.find()
                    _check_voices(found.info)
                    self._server = found
                    self._tell_ready(found)
                except EngineBusy as busy:
                    self._tell_waiting(busy, busy.retry_after)
                    await asyncio.sleep(busy.retry_after)
                except EngineLost as lost:
                    wait = self._waits[min(attempt, len(self._waits) - 1)]
                    attempt += 1
                    self._tell_waiting(lost, wait)
                    await asyncio.sleep(wait)
                except EngineError as error:
                    self._tell(EngineChanged("failed", None, error))
                    raise
            return self._server

    def _forget(self, server: Server) -> None:
        """Find out anew what answers: another server may have taken its place."""
        if self._server is server:
            self._server = None

    def _blame(self, lost: EngineLost, spoken: Spoken) -> EngineError:
        if isinstance(lost, WorkerLost):
            return self._about(lost)  # a server of ours knows who ended it
        if not isinstance(lost, EngineUnheard):
            self._breaks[spoken] += 1
        if self._breaks[spoken] > BREAKS:
            return SpeechFailed(
                _("The connection broke {count} times in the middle of this sentence.").format(
                    count=self._breaks[spoken]
                ),
                lost.hint,
            )
        return EngineLost(lost.title, without_key(lost.hint, self._endpoint), from_outside=True)

    def _about(self, error: EngineError) -> EngineError:
        """The error, with nothing in it that is not to be shown, and what to do about it."""
        error.hint = without_key(error.hint, self._endpoint)
        if isinstance(error, EngineUnheard):
            error.hint = _("Is it running, and is this its address: {address}? ({reason})").format(
                address=self.name, reason=error.hint
            )
        return error

    def _tell_ready(self, server: Server) -> None:
        if self._server is server and (self._state, self._told) != ("ready", server.info):
            self._told = server.info
            self._tell(EngineChanged("ready", server.info))

    def _tell_waiting(self, error: EngineError, wait: float) -> None:
        if isinstance(error, EngineLoading):
            self._tell(EngineChanged("loading", None, error, wait))
        elif isinstance(error, EngineBusy):
            self._tell(EngineChanged("busy", None, error, wait))
        else:
            self._tell(EngineChanged("lost", None, error, wait))

    def _tell(self, change: EngineChanged) -> None:
        self._state = change.state
        if self.on_state is not None:
            self.on_state(change)


def _trusted() -> ssl.SSLContext:
    """Those who are trusted by the web, by this machine, or by ``SSL_CERT_FILE``: a server of one's
    own has a certificate of one's own."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


def _check_voices(info: EngineInfo) -> None:
    """Raises EngineStartError where nothing can be said: a voice can be cloned, and none is."""
    if info.clones and not info.voices:
        raise EngineStartError(
            _("The server has no voice of its own: {model}").format(model=info.model),
            _("Name a clip to be cloned: --ref-audio and --ref-text, or in the settings."),
        )
