"""``POST /v1/audio/speech``: whole, as raw audio while it is made, or as events."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.types import Send

from engine.audio import AudioFormat, encode, from_pcm16
from engine.domain import SAMPLE_RATE, AudioDelta
from engine.errors import EngineError
from engine.server.answering import client_of, hung_up, unless_hung_up
from engine.server.asked import Asked
from engine.server.errors import answer_of
from engine.server.formats import MEDIA_TYPES, STREAMED, format_of, wav_head
from engine.server.front import Front
from engine.server.ticket import Again, Ticket
from engine.server.upstream import Ended, Event
from engine.worker.job import Progressed
from engine.worker.schemas import SpeechBody
from engine.worker.wire import delta_event, progress_event

_log = logging.getLogger(__name__)


async def answer_speech(
    front: Front, body: SpeechBody, request: Request, *, seconds: float
) -> Response:
    """The answer to a request for speech.

    Raises:
        StudioError: there is none; see :func:`engine.server.errors.answer_of`.
    """
    info = front.ready()
    audio_format = body.audio_format() if body.streamed else format_of(body.response_format)
    asked = await front.asking.speech(body, info, text_field="input")
    if body.streamed:
        return EventSourceResponse(
            _events(front, front.submit(client_of(request), asked, live=True))
        )
    if body.stream_format == "audio" and audio_format in STREAMED:
        return await _as_it_is_made(front, request, asked, audio_format)
    work = _whole(front, client_of(request), asked, audio_format)
    content, end = await unless_hung_up(request, work, seconds)
    headers = {
        "X-Finish-Reason": end.said["finish_reason"],
        "X-Seed": str(end.said["seed"]),
        "X-Batch-Size": str(end.said["batch_size"]),
    }
    return Response(content, media_type=MEDIA_TYPES[audio_format], headers=headers)


async def _whole(
    front: Front, client: str, asked: Asked, audio_format: AudioFormat
) -> tuple[bytes, Ended]:
    pcm, end = await front.hear(client, asked)
    # Encoding ten minutes takes a while, and others are listening.
    return await asyncio.to_thread(encode, from_pcm16(pcm), SAMPLE_RATE, audio_format), end


async def _events(front: Front, ticket: Ticket) -> AsyncIterator[ServerSentEvent]:
    try:
        async with aclosing(ticket.events()) as events:
            async for event in events:
                if isinstance(event, AudioDelta):
                    yield ServerSentEvent(delta_event(event))
                elif isinstance(event, Progressed):
                    yield ServerSentEvent(progress_event(event))
                elif isinstance(event, Ended):
                    yield ServerSentEvent(json.dumps(event.said))
    except EngineError as error:
        said = {"type": "speech.audio.error", **answer_of(error)[1]}
        yield ServerSentEvent(json.dumps(said))
    finally:
        # A client that hung up closes this generator.
        front.dispatcher.cancel(ticket)


async def _as_it_is_made(
    front: Front, request: Request, asked: Asked, audio_format: AudioFormat
) -> Response:
    """Raw audio from its first piece on; up to then an error is an answer like any other."""
    ticket = front.submit(client_of(request), asked, live=True)
    leaving = asyncio.ensure_future(_cancel_with(request, front, ticket))
    events = ticket.events()
    try:
        first = await _first_piece(events)
    except BaseException:
        leaving.cancel()
        front.dispatcher.cancel(ticket)
        raise

    async def pieces() -> AsyncGenerator[bytes, None]:
        try:
            yield (wav_head() if audio_format == "wav" else b"") + first
            async for event in events:
                if isinstance(event, AudioDelta):
                    yield event.pcm
        finally:
            leaving.cancel()
            front.dispatcher.cancel(ticket)

    return _RawAudio(
        pieces(), media_type=MEDIA_TYPES[audio_format], headers={"X-Seed": str(ticket.request.seed)}
    )


class _RawAudio(StreamingResponse):
    """An error in its middle breaks the connection off, so that nobody takes it for the end."""

    async def stream_response(self, send: Send) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        try:
            async for piece in self.body_iterator:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        except EngineError as error:
            _log.warning("a stream was broken off: %s", error)
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _first_piece(events: AsyncGenerator[Event | Again, None]) -> bytes:
    async for event in events:
        if isinstance(event, AudioDelta):
            return event.pcm
    return b""


async def _cancel_with(request: Request, front: Front, ticket: Ticket) -> None:
    await hung_up(request)
    front.dispatcher.cancel(ticket)
