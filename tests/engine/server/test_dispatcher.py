"""What the queue does with an engine that has no place after all, which a cluster may say late, or
with one that is beside itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import pytest

from engine.backends.base import BackendInfo
from engine.domain import AudioDelta, SpeechRequest, Spoken
from engine.errors import EngineBusy, SpeechFailed
from engine.server.dispatcher import Dispatcher
from engine.server.figures import Figures
from engine.server.upstream import Ended, Event
from engine.supervisor import WorkerState

REQUEST = SpeechRequest(Spoken("Hello.", "English"), seed=1)
PIECE = AudioDelta(b"\x01\x00")
END = Ended({"batch_size": 1})


class Upstream:
    """A fake of what speaks."""

    state = WorkerState("ready")

    def __init__(self) -> None:
        self.asked = 0

    async def start(self) -> None: ...

    async def info(self) -> BackendInfo:
        return BackendInfo("fake", "fake", "cpu", "", (), (), 1, 1)

    async def condition(self) -> None: ...

    async def speak(self, request: SpeechRequest) -> AsyncGenerator[Event, None]:
        self.asked += 1
        yield PIECE
        yield END

    def delivered(self) -> None: ...

    async def aclose(self) -> None: ...


class BusyOnce(Upstream):
    """The first request is broken off after its first piece."""

    async def speak(self, request: SpeechRequest) -> AsyncGenerator[Event, None]:
        async for event in super().speak(request):
            if event is END and self.asked == 1:
                raise EngineBusy("no place", retry_after=0)
            yield event


class OddOnce(Upstream):
    """What it says of itself cannot be read the first time."""

    odd = True

    async def info(self) -> BackendInfo:
        if self.odd:
            self.odd = False
            raise KeyError("capacity")
        return await super().info()


@asynccontextmanager
async def dispatching(upstream: Upstream) -> AsyncIterator[Dispatcher]:
    dispatcher = Dispatcher(upstream, Figures(), most_waiting=1, seconds=60)
    running = asyncio.create_task(dispatcher.run())
    try:
        yield dispatcher
    finally:
        running.cancel()
        await asyncio.wait({running})


@pytest.mark.parametrize("live", [True, False])
async def test_nobody_hears_the_beginning_of_a_stream_twice(live: bool) -> None:
    upstream = BusyOnce()
    async with dispatching(upstream) as dispatcher:
        ticket = dispatcher.submit("somebody", REQUEST, voice="", live=live)
        if live:
            with pytest.raises(EngineBusy):
                await ticket.whole()
        else:
            assert await ticket.whole() == (PIECE.pcm, END)
    assert upstream.asked == (1 if live else 2)


async def test_what_nobody_foresaw_ends_who_waits_and_not_the_queue() -> None:
    async with dispatching(OddOnce()) as dispatcher:
        with pytest.raises(SpeechFailed):
            await dispatcher.submit("somebody", REQUEST, voice="", live=False).whole()
        following = dispatcher.submit("somebody", REQUEST, voice="", live=False)
        assert await following.whole() == (PIECE.pcm, END)
