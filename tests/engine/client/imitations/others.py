"""Imitations of the other kinds of servers: OpenAI's speech API as small servers have it, a guide's
``/tts/clone``, and what holds no speech at all. They say tones.

``python -m tests.engine.client.imitations.others PORT`` runs the first for itself, to be killed.
"""

from __future__ import annotations

import asyncio
import io
import sys
from typing import Any, Literal

import numpy as np
import soundfile
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict

from tests.engine.client.imitations.speaking import said, serving


class PlainBody(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    model: str
    input: str
    voice: str
    instructions: str | None = None
    response_format: Literal["mp3", "opus", "aac", "flac", "wav", "pcm"] = "mp3"
    speed: float = 1.0


class Plain:
    """OpenAI's request and no more.

    Attributes:
        models, voices: those that it tells of; empty where there is no such route.
        turned_away: answers that it gives before it speaks, one to each request.
        answer_format: what it answers in, whatever it was asked for.
    """

    def __init__(
        self,
        *,
        rate: int = 44_100,
        models: tuple[str, ...] = ("kokoro",),
        voices: tuple[str, ...] = ("af_heart", "am_adam"),
        key: str = "",
    ) -> None:
        self.rate, self.models, self.voices, self.key = rate, models, voices, key
        self.asked: list[PlainBody] = []
        self.turned_away: list[Response] = []
        self.answer_format = ""
        self.app = FastAPI()
        if models:
            self.app.get("/v1/models")(self._models)
        if voices:
            self.app.get("/v1/audio/voices")(self._voices)
        self.app.post("/v1/audio/speech")(self._speech)
        self.app.add_exception_handler(RequestValidationError, _invalid)
        self.app.middleware("http")(self._let_in)

    async def _let_in(self, request: Request, go_on: Any) -> Response:
        given = request.headers.get("Authorization", "")
        if self.key and given != f"Bearer {self.key}":
            error = {"message": f"Incorrect API key provided: {given}", "code": "invalid_api_key"}
            return JSONResponse({"error": error}, 401)
        return await go_on(request)

    async def _models(self) -> Any:
        return {"object": "list", "data": [{"id": name, "object": "model"} for name in self.models]}

    async def _voices(self) -> Any:
        return {"voices": list(self.voices)}

    async def _speech(self, body: PlainBody) -> Response:
        if self.turned_away:
            return self.turned_away.pop(0)
        if self.voices and body.voice not in self.voices:
            return _error(400, f"Voice {body.voice!r} is not supported.")
        self.asked.append(body)
        return _file(said(body.input, self.rate), self.rate, self.answer_format or "wav")


class CloneBody(BaseModel):
    text: str


class Guide:
    """``POST /tts/clone``: the text is said, with 0.2 seconds of silence after it."""

    def __init__(self, key: str = "guide-key", rate: int = 24_000) -> None:
        self.key, self.rate = key, rate
        self.asked: list[str] = []
        self.app = FastAPI()
        self.app.post("/tts/clone")(self._clone)

    async def _clone(self, body: CloneBody, request: Request) -> Response:
        if request.headers.get("Authorization") != f"Bearer {self.key}":
            return JSONResponse({"detail": "Invalid API key"}, 401)
        self.asked.append(body.text)
        silence = np.zeros(round(0.2 * self.rate), dtype="<i2")
        return _file(np.concatenate([said(body.text, self.rate), silence]), self.rate, "wav")


def speechless() -> FastAPI:
    """A server of language models: it lists them, and has no route for speech."""
    app = FastAPI()
    app.get("/v1/models")(lambda: {"object": "list", "data": [{"id": "llama3"}]})
    return app


def _file(samples: np.ndarray, rate: int, kind: str) -> Response:
    if kind == "pcm":
        return Response(samples.tobytes(), media_type=f"audio/pcm;rate={rate}")
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=kind)
    return Response(file.getvalue(), media_type=f"audio/{kind}")


def _error(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": {"message": message, "type": "invalid_request_error"}}, status)


async def _invalid(_request: Request, error: Any) -> JSONResponse:
    return _error(400, str(error.errors()[0]))


async def _run(port: int) -> None:
    async with serving(Plain().app, port):
        print("serving", flush=True)  # noqa: T201 - what starts it waits for this
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_run(int(sys.argv[1])))
