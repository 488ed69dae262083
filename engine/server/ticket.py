"""One request for speech, from its arrival to its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from engine.domain import AudioDelta, SpeechRequest
from engine.errors import EngineError
from engine.server.errors import HungUp
from engine.server.upstream import Ended, Event


@dataclass(frozen=True)
class Again:
    """What was heard so far is void: it is being spoken anew."""


class Ticket:
    """What the dispatcher and whoever waits for an answer share.

    Args:
        client: who asks; see :class:`engine.server.queue.FairQueue`.
        voice: the name of the voice, by which requests are put together.
        live: each piece goes out as soon as it is heard, so that nothing can be taken back.

    Attributes:
        arrived: when, by the event loop's clock.
        strikes: faults of its own so far.
    """

    def __init__(self, client: str, request: SpeechRequest, *, voice: str, live: bool) -> None:
        self.client = client
        self.request = request
        self.voice = voice
        self.letters = len(request.spoken.text) + len(request.closing_phrase)
        self.arrived = asyncio.get_running_loop().time()
        self.strikes = 0
        self._live = live
        self._began = False
        self._over = False
        self._expiry: asyncio.TimerHandle | None = None
        self._events: asyncio.Queue[Event | Again | EngineError] = asyncio.Queue()

    @property
    def over(self) -> bool:
        """It was answered, or is not to be any more."""
        return self._over

    @property
    def repeatable(self) -> bool:
        """Whether it can be spoken anew without anybody noticing."""
        return not (self._live and self._began)

    def expires_by(self, timer: asyncio.TimerHandle) -> None:
        """Have a timer stopped when this is over, which would keep it for as long."""
        self._expiry = timer

    def hear(self, event: Event) -> None:
        """What the worker says."""
        if not self._over:
            self._began = self._began or isinstance(event, AudioDelta)
            self._events.put_nowait(event)
            if isinstance(event, Ended):
                self._end()

    def again(self) -> None:
        """It will be spoken anew."""
        self._began = False
        if not self._over:
            self._events.put_nowait(Again())

    def fail(self, error: EngineError) -> None:
        """The end without speech."""
        if not self._over:
            self._events.put_nowait(error)
            self._end()

    def hang_up(self) -> None:
        """Nobody waits for it any more."""
        self.fail(HungUp("The client hung up."))

    def _end(self) -> None:
        self._over = True
        if self._expiry is not None:
            self._expiry.cancel()

    async def events(self) -> AsyncGenerator[Event | Again, None]:
        """All that is heard, up to and with the end.

        Raises:
            EngineError: it ended without speech.
        """
        while True:
            event = await self._events.get()
            if isinstance(event, EngineError):
                raise event
            yield event
            if isinstance(event, Ended):
                return

    async def whole(self) -> tuple[bytes, Ended]:
        """All of its audio, and its end.

        Raises:
            EngineError: as above.
        """
        pieces: list[bytes] = []
        async for event in self.events():
            if isinstance(event, AudioDelta):
                pieces.append(event.pcm)
            elif isinstance(event, Again):
                pieces.clear()
            elif isinstance(event, Ended):
                return b"".join(pieces), event
        raise AssertionError("events end with an end")
