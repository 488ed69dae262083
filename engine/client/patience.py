"""How long an engine may say nothing before it counts as hung."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

from httpx_sse import ServerSentEvent

from engine.errors import EngineStalled
from engine.i18n import _


class Patience:
    """With one engine, and all its answers together: one may have to wait until a longer one is
    spoken. Lives on one event loop.

    Args:
        seconds: longest silence.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._heard = 0.0

    def begin(self) -> None:
        """It is asked something, and may take its time from now."""
        self._heard = asyncio.get_running_loop().time()

    async def each(
        self, events: AsyncIterator[ServerSentEvent]
    ) -> AsyncGenerator[ServerSentEvent, None]:
        """Each event of one answer.

        Raises:
            EngineStalled: it has said nothing for too long, to this request or to another.
        """
        loop = asyncio.get_running_loop()
        while True:
            # Not asyncio.wait_for, which swallows a cancellation before Python 3.12.
            coming = asyncio.ensure_future(_next(events))
            try:
                while not coming.done():
                    left = self._heard + self._seconds - loop.time()
                    if left <= 0:
                        raise self.at_end()
                    await asyncio.wait({coming}, timeout=left)
            finally:
                if not coming.done():
                    coming.cancel()
                    await asyncio.wait({coming})
            self._heard = loop.time()
            event = coming.result()
            if event is None:
                return
            yield event

    def at_end(self) -> EngineStalled:
        """The error of an engine that was silent for so long."""
        return EngineStalled(
            _("The engine has sent nothing for {seconds:.0f} seconds.").format(
                seconds=self._seconds
            ),
            from_outside=False,
        )


async def _next(events: AsyncIterator[ServerSentEvent]) -> ServerSentEvent | None:
    return await anext(events, None)
