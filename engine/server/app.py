"""The server's HTTP."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated

from fastapi import FastAPI, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse, Response

from engine.domain import SAMPLE_RATE
from engine.i18n import _
from engine.server import schemas
from engine.server.answering import client_of, unless_hung_up
from engine.server.clone import wish
from engine.server.docs import POLICY, page
from engine.server.errors import Unfit, add_error_handlers
from engine.server.formats import MEDIA_TYPES
from engine.server.front import LOADING_SECONDS, Front
from engine.server.keys import AUTHORIZED, RequireKey
from engine.server.limits import BoundedBody
from engine.server.logs import log_request
from engine.server.page import answer_page
from engine.server.schemas import CloneBody, ServerSpeechBody, audio, errors
from engine.server.speech import answer_speech
from engine.server.watching import WatchRequests
from engine.server_settings import ServerSettings
from engine.version import __version__

SPEECH_ERRORS = (400, 408, 413, 429, 500, 503, 504)


def create_app(front: Front, settings: ServerSettings) -> FastAPI:
    """The server's application. A text is neither logged nor repeated in an error."""
    app = FastAPI(title="TTS Studio", version=__version__, docs_url=None, redoc_url=None)
    app.add_middleware(
        BoundedBody, most_bytes=settings.max_body_bytes, seconds=settings.body_seconds
    )
    app.add_middleware(RequireKey, key=settings.api_key)
    app.add_middleware(
        WatchRequests, figures=front.figures, log=log_request if settings.log_json else None
    )
    add_error_handlers(app)
    seconds = settings.request_seconds
    started = int(time.time())

    @app.get("/health", responses=errors(503))
    async def health(request: Request) -> JSONResponse:
        return _health(front, full=bool(getattr(request.state, AUTHORIZED)))

    @app.post(
        "/v1/audio/speech",
        response_class=Response,
        responses={**errors(*SPEECH_ERRORS), **audio(*MEDIA_TYPES.values(), "text/event-stream")},
    )
    async def speech(body: ServerSpeechBody, request: Request) -> Response:
        return await answer_speech(front, body, request, seconds=seconds)

    @app.post(
        "/tts/clone",
        response_class=Response,
        responses={**errors(*SPEECH_ERRORS, 422), **audio("audio/wav")},
    )
    async def clone(body: CloneBody, request: Request) -> Response:
        info = front.ready()
        asked = await front.asking.speech(body.as_speech(), info, text_field="text")
        wanted = wish(client_of(request), asked, info, free_seed=body.seed is None)
        work = front.cloning.raw(wanted) if body.raw else front.cloning.finished(wanted)
        made = await unless_hung_up(request, work, seconds)
        headers = {"X-Seed": str(made.draft.seed), "X-Cut": made.draft.cut.status}
        return Response(made.wav, media_type="audio/wav", headers=headers)

    @app.get("/v1/models", responses=errors(503))
    async def models() -> schemas.ModelList:
        model = front.ready().model
        one = schemas.ModelObject(id=model, object="model", created=started, owned_by="tts-studio")
        return schemas.ModelList(object="list", data=[one])

    @app.get("/v1/audio/voices", responses=errors(503))
    async def voices() -> schemas.VoiceList:
        uploaded = [schemas.VoiceObject(**voice.told()) for voice in front.voices.all()]
        return schemas.VoiceList(voices=front.asking.names(front.ready()), uploaded_voices=uploaded)

    @app.post("/v1/audio/voices", responses=errors(400, 408, 409, 413, 429, 503, 507))
    async def register(
        audio_sample: Annotated[UploadFile, File()],
        consent: Annotated[str, Form()] = "",
        name: Annotated[str, Form()] = "",
        ref_text: Annotated[str, Form()] = "",
    ) -> schemas.VoiceAnswer:
        """A clip of one speaker, to be cloned. One that is registered already, with the same words,
        keeps the name that it has: the answer tells it."""
        taken = frozenset(voice.lower() for voice in front.ready().voices)
        content = await audio_sample.read()
        voice = await asyncio.to_thread(
            front.voices.add,
            content,
            transcript=ref_text,
            consent=consent,
            name=name,
            taken=taken,
        )
        return schemas.VoiceAnswer(success=True, voice=schemas.VoiceObject(**voice.told()))

    @app.delete("/v1/audio/voices/{name}", responses=errors(400, 404, 507))
    async def forget(name: str) -> schemas.Deleted:
        voice = front.voices.find(name)
        if voice is None:
            raise Unfit(404, "not_found", _("No voice of this name is registered."), param="name")
        await asyncio.to_thread(front.voices.remove, voice)
        return schemas.Deleted(success=True, message=_("The voice and its clip are deleted."))

    _add_pages(app)
    _add_metrics(app, front)
    return app


def _add_pages(app: FastAPI) -> None:
    """What people read in a browser."""

    @app.get("/", include_in_schema=False)
    async def try_out(request: Request) -> HTMLResponse:
        return answer_page(request.headers.get("Accept-Language", ""))

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(page(app.openapi()), headers={"Content-Security-Policy": POLICY})


def _add_metrics(app: FastAPI, front: Front) -> None:
    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        # When it is asked for: whoever has no Prometheus need not load what it reads.
        from engine.server.metrics import answer_metrics

        return await answer_metrics(front)


def _health(front: Front, *, full: bool) -> JSONResponse:
    if front.status != "ready":
        return JSONResponse(
            {"status": front.status},
            status_code=503,
            headers={"Retry-After": str(round(LOADING_SECONDS))},
        )
    if not full:
        return JSONResponse({"status": "ready"})
    info = front.ready()
    return JSONResponse(
        {
            "status": "ready",
            "server": "tts-studio",
            "engine": info.name,
            "model": info.model,
            "device": info.device,
            "dtype": info.dtype,
            "sample_rate": SAMPLE_RATE,
            "languages": list(info.languages),
            "voices": front.asking.names(info),
            "instructs": info.instructs,
            "clones": info.clones,
            "reason": info.reason,
            "fingerprint": info.fingerprint,
            "capacity": info.capacity,
            "max_batch": info.max_batch,
            "waiting": front.dispatcher.waiting,
            "speaking": front.dispatcher.speaking,
            "version": __version__,
        }
    )
