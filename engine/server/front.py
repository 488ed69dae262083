"""All of the server but its HTTP: the worker, the queue, the voices, and whether it is ready."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import replace

from engine.backends.base import BackendInfo
from engine.closing import Closing
from engine.domain import SpeechRequest, Spoken
from engine.errors import EngineError, EngineStartError, StudioError
from engine.i18n import _
from engine.server.asked import Asked, Asking
from engine.server.clone import Cloning
from engine.server.dispatcher import Dispatcher
from engine.server.errors import NotReady
from engine.server.figures import Figures
from engine.server.limits import Limits
from engine.server.ticket import Ticket
from engine.server.upstream import REVIVE_SECONDS, Condition, Ended, Upstream, loaded
from engine.server.voices import VoiceFolder
from engine.server_settings import ServerSettings

LOADING_SECONDS = 5.0
"""When to ask again while the model is being loaded."""

_FIRST_WORDS = Spoken("Hello.", "")
_ITSELF = "server"

_READY_VOICES = 64
# As many prompts as a worker keeps in memory.

_log = logging.getLogger(__name__)


class Front:
    """Lives on one event loop.

    Args:
        silence: seconds after a finished WAV.
    """

    def __init__(
        self,
        settings: ServerSettings,
        upstream: Upstream,
        *,
        closing: Closing,
        silence: float,
    ) -> None:
        limits = Limits.of(settings)
        self._upstream = upstream
        self._log_text = settings.log_text
        self._info: BackendInfo | None = None
        self._running: asyncio.Task[None] | None = None
        self.voices = VoiceFolder(limits, most=settings.max_voices)
        self.asking = Asking(self.voices, limits)
        self.figures = Figures()
        self.dispatcher = Dispatcher(
            upstream,
            self.figures,
            most_waiting=settings.max_waiting,
            seconds=settings.request_seconds,
        )
        self.cloning = Cloning(self.hear, self.asking, closing, silence)

    async def start(self) -> BackendInfo:
        """Load the model and have it say a word, so that the first client need not wait for what
        takes long the first time.

        Raises:
            EngineStartError: it can't be loaded, or can't speak.
        """
        await self._upstream.start()
        self._running = asyncio.create_task(self.dispatcher.run())
        info = await loaded(self._upstream)
        if info.voices or (info.clones and self.voices.all()):
            try:
                asked = await self.asking.in_voice(SpeechRequest(_FIRST_WORDS, seed=0), info)
                await self.hear(_ITSELF, asked)
            except EngineError as error:
                raise EngineStartError(
                    _("The engine was loaded and cannot speak. {title}").format(title=error.title),
                    error.hint,
                ) from error
        await self._make_prompts(info)
        self._info = info
        return info

    async def _make_prompts(self, info: BackendInfo) -> None:
        """So that nobody waits for that of a registered voice. One that can't be made is told to
        whoever asks for it."""
        for voice in self.voices.all()[-_READY_VOICES:] if info.clones else ():
            words = replace(_FIRST_WORDS, voice=voice.id)
            try:
                asked = await self.asking.in_voice(SpeechRequest(words, seed=0, max_frames=1), info)
                await self.hear(_ITSELF, asked)
            except StudioError as error:
                _log.warning("the prompt of the voice %s cannot be made: %s", voice.id, error)

    def ready(self) -> BackendInfo:
        """What speaks, once it can; then also while a new worker takes an old one's place.

        Raises:
            NotReady: not yet, or not any more.
        """
        if self._info is None:
            raise NotReady(_("The engine is still loading."), retry_after=LOADING_SECONDS)
        state = self._upstream.state
        if state.kind == "failed" and state.error is not None:
            raise NotReady(state.error.title, state.error.hint, retry_after=REVIVE_SECONDS)
        return self._info

    @property
    def status(self) -> str:
        """``ready``, or why not: ``starting``, ``restarting``, ``failed`` or ``stopped``."""
        kind = self._upstream.state.kind
        return "starting" if kind == "ready" and self._info is None else kind

    async def condition(self) -> Condition | None:
        """See :meth:`engine.server.upstream.Upstream.condition`."""
        return await self._upstream.condition()

    def submit(self, client: str, asked: Asked, *, live: bool) -> Ticket:
        """See :meth:`engine.server.dispatcher.Dispatcher.submit`."""
        if self._log_text:
            # As Python writes it: what a client sends can't begin a line or move the cursor.
            _log.info("%s: %r", client, asked.request.spoken.text)
        return self.dispatcher.submit(client, asked.request, voice=asked.voice, live=live)

    async def hear(self, client: str, asked: Asked) -> tuple[bytes, Ended]:
        """All that is said to a request: 16-bit PCM at SAMPLE_RATE, and its end. Cancelled, it
        costs no more work.

        Raises:
            EngineError: it could not be spoken.
        """
        ticket = self.submit(client, asked, live=False)
        try:
            return await ticket.whole()
        finally:
            self.dispatcher.cancel(ticket)

    async def aclose(self) -> None:
        """End what is being spoken, and the worker."""
        if self._running is not None:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running
        await self._upstream.aclose()
