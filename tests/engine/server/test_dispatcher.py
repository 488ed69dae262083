"""What the queue does with an engine that has no place after all, which a cluster may say late."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from engine.backends.base import BackendInfo
from engine.domain import AudioDelta, SpeechRequest, Spoken
from engine.errors import EngineBusy
from engine.server.dispatcher import Dispatcher
from engine.server.figures import Figures
from engine.server.upstream import Ended, Event
from engine.supervisor import WorkerState

PIECE = AudioDelta(b"\x01\x00")
END = Ended({"batch_size": 1})


class BusyOnce:
    """A fake of what speaks: the first request is broken off after its first piece."""

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
        if self.asked == 1:
            raise EngineBusy("no place", retry_after=0)
        yield END

    def delivered(self) -> None: ...

    async def aclose(self) -> None: ...


@pytest.mark.parametrize("live", [True, False])
async def test_nobody_hears_the_beginning_of_a_stream_twice(live: bool) -> None:
    upstream = BusyOnce()
    dispatcher = Dispatcher(upstream, Figures(), most_waiting=1, seconds=60)
    running = asyncio.create_task(dispatcher.run())
    request = SpeechRequest(Spoken("Hello.", "English"), seed=1)
    ticket = dispatcher.submit("somebody", request, voice="", live=live)
    try:
        if live:
            with pytest.raises(EngineBusy):
                await ticket.whole()
        else:
            assert await ticket.whole() == (PIECE.pcm, END)
    finally:
        running.cancel()
        await asyncio.wait({running})
    assert upstream.asked == (1 if live else 2)
