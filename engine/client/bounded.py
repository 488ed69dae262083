"""What a server may send. It can be anybody's, and can be wrong about what it sends."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx

from engine.errors import EngineStartError, SpeechFailed
from engine.i18n import _

LARGEST = 200_000_000
"""Bytes of one answer: half an hour at 48 kHz. More is no sentence."""

PLAIN = "identity"
"""The ``Accept-Encoding`` of every request. A few kilobytes that are compressed unfold to
gigabytes, and sound is hardly any smaller for it."""


async def bound(answer: httpx.Response) -> None:
    """As an event hook of a client: reads of each answer no more than LARGEST.

    Raises:
        EngineStartError: it is compressed.
    """
    if answer.headers.get("Content-Encoding", PLAIN).strip().lower() != PLAIN:
        raise EngineStartError(
            _("The server compresses its answers."),
            _("The studio did not ask for that. Turn it off in the server, or in front of it."),
        )
    assert isinstance(answer.stream, httpx.AsyncByteStream)
    answer.stream = _Bounded(answer.stream)


class _Bounded(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for piece in self._stream:
            size += len(piece)
            if size > LARGEST:
                raise SpeechFailed(_("The engine's answer cannot be read."), _("It does not end."))
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()
