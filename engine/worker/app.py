"""The worker's HTTP: health, and speech whole or as a stream of events."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException

from engine.audio import encode, from_pcm16
from engine.domain import SAMPLE_RATE, AudioDelta, PeakMemory
from engine.errors import EngineBusy, EngineError
from engine.i18n import _
from engine.version import __version__
from engine.worker.auth import AUTHORIZED, RequireToken
from engine.worker.batcher import Batcher
from engine.worker.job import Finished, Progressed, SpeechJob
from engine.worker.schemas import SpeechBody
from engine.worker.wire import (
    delta_event,
    describe,
    done_event,
    error_body,
    error_event,
    progress_event,
)

MEDIA_TYPES = {"wav": "audio/wav", "flac": "audio/flac", "pcm": "audio/pcm"}

_CLIENT_CLOSED = 499
# Nobody reads it; the status that web servers log for a client that hung up.


def create_app(batcher: Batcher, token: str) -> FastAPI:
    """The worker's application. A text is neither logged nor repeated in an error."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(RequireToken, token=token)
    app.add_exception_handler(EngineError, _answer_engine_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http_error)
    app.add_exception_handler(Exception, _answer_fault)

    @app.get("/health")
    async def health(request: Request) -> JSONResponse:
        return _health(batcher, full=bool(getattr(request.state, AUTHORIZED)))

    @app.post("/v1/audio/speech")
    async def speech(body: SpeechBody, request: Request) -> Response:
        if not batcher.ready:
            raise HTTPException(503, _("The engine is still loading."))
        audio_format = body.audio_format()
        job, warnings = batcher.submit(body.to_request(batcher.info))
        if body.streamed:
            events = _events(batcher, job, warnings)
            return EventSourceResponse(events)
        pcm, end = await _whole(batcher, job, request)
        if end is None:
            return Response(status_code=_CLIENT_CLOSED)
        # Encoding ten minutes takes a while, and others are listening.
        content = await asyncio.to_thread(encode, from_pcm16(pcm), SAMPLE_RATE, audio_format)
        return Response(
            content,
            media_type=MEDIA_TYPES[audio_format],
            headers={"X-Finish-Reason": end.reason, "X-Seed": str(job.request.seed)},
        )

    return app


def _health(batcher: Batcher, *, full: bool) -> JSONResponse:
    if not batcher.ready:
        return JSONResponse({"status": "starting"}, status_code=503)
    if not full:
        return JSONResponse({"status": "ready"})
    info = batcher.info
    return JSONResponse(
        {
            "status": "ready",
            "engine": info.name,
            "model": info.model,
            "device": info.device,
            "dtype": info.dtype,
            "sample_rate": SAMPLE_RATE,
            "languages": list(info.languages),
            "voices": list(info.voices),
            "instructs": info.instructs,
            "clones": info.clones,
            "reason": info.reason,
            "fingerprint": info.fingerprint,
            "capacity": info.capacity,
            "max_batch": info.max_batch,
            "out_of_memory": info.out_of_memory,
            "peak_memory": _told_memory(batcher.peak_memory()),
            "version": __version__,
        }
    )


def _told_memory(memory: PeakMemory | None) -> dict[str, Any] | None:
    return None if memory is None else {"bytes": memory.size, "of": memory.of}


async def _events(
    batcher: Batcher, job: SpeechJob, warnings: tuple[str, ...]
) -> AsyncIterator[ServerSentEvent]:
    try:
        async for event in job.events():
            if isinstance(event, AudioDelta):
                yield ServerSentEvent(delta_event(event))
            elif isinstance(event, Progressed):
                yield ServerSentEvent(progress_event(event))
            else:
                yield ServerSentEvent(done_event(event, job, warnings))
    except EngineError as error:
        yield ServerSentEvent(error_event(error))
    finally:
        # A client that hung up closes this generator.
        batcher.cancel(job)


async def _whole(
    batcher: Batcher, job: SpeechJob, request: Request
) -> tuple[bytes, Finished | None]:
    """All of a job's audio and its end, or no end if the client hung up first."""
    speaking = asyncio.ensure_future(_gathered(job))
    hanging_up = asyncio.ensure_future(_hung_up(request))
    try:
        await asyncio.wait({speaking, hanging_up}, return_when=asyncio.FIRST_COMPLETED)
        return await speaking if speaking.done() else (b"", None)
    finally:
        batcher.cancel(job)
        for task in (speaking, hanging_up):
            task.cancel()


async def _gathered(job: SpeechJob) -> tuple[bytes, Finished | None]:
    pieces: list[bytes] = []
    end: Finished | None = None
    async for event in job.events():
        if isinstance(event, AudioDelta):
            pieces.append(event.pcm)
        elif isinstance(event, Finished):
            end = event
    return b"".join(pieces), end


async def _hung_up(request: Request) -> None:
    # The body is read: what still comes is that the client has gone.
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _answer_engine_error(_request: Request, error: Any) -> JSONResponse:
    status, body = describe(error)
    headers = {}
    if isinstance(error, EngineBusy):
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    return JSONResponse(body, status_code=status, headers=headers)


async def _answer_invalid(_request: Request, error: Any) -> JSONResponse:
    first = error.errors()[0]
    # "body" stands before each name; a body that is no JSON has a position instead of a name.
    names = [part for part in first["loc"][1:] if isinstance(part, str)]
    param = names[0] if names else None
    message = f"{param}: {first['msg']}" if param else str(first["msg"])
    return JSONResponse(
        error_body(message, kind="invalid_request_error", code="invalid_request", param=param),
        status_code=400,
    )


_CODES = {404: "not_found", 405: "method_not_allowed", 503: "not_ready"}


async def _answer_http_error(_request: Request, error: Any) -> JSONResponse:
    kind = "server_error" if error.status_code >= 500 else "invalid_request_error"
    code = _CODES.get(error.status_code, "invalid_request")
    return JSONResponse(
        error_body(str(error.detail), kind=kind, code=code),
        status_code=error.status_code,
        headers=error.headers,
    )


async def _answer_fault(_request: Request, _error: Exception) -> JSONResponse:
    return JSONResponse(
        error_body(
            _("The worker made a mistake of its own. Its log has more."),
            kind="server_error",
            code="internal_error",
        ),
        status_code=500,
    )
