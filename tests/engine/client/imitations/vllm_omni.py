"""A strict imitation of vLLM-Omni 0.30 with one checkpoint of Qwen3-TTS: it refuses whatever that
refuses, and each field that it does not know, which that would drop in silence. It says tones."""

from __future__ import annotations

import base64
import binascii
import io
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import soundfile
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, model_validator

from tests.engine.client.imitations.speaking import said

LANGUAGES = {
    "Auto", "Chinese", "English", "Japanese", "Korean", "German", "French", "Russian",
    "Portuguese", "Spanish", "Italian",
}  # fmt: skip
MAX_INSTRUCTIONS = 500
Task = Literal["CustomVoice", "VoiceDesign", "Base"]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    input: str
    model: str | None = None
    voice: str | None = None
    instructions: str | None = None
    response_format: Literal["wav", "pcm", "flac", "mp3", "opus"] = "wav"
    sample_rate: Annotated[int, Field(gt=0)] | None = None
    speed: Annotated[float, Field(ge=0.25, le=4.0)] | None = 1.0
    stream_format: Literal["sse", "audio"] | None = None
    stream: bool = False
    task_type: Task | None = None
    language: str | None = None
    ref_audio: str | None = None
    ref_text: str | None = None
    x_vector_only_mode: bool | None = None
    max_new_tokens: Annotated[int, Field(ge=1, le=4096)] | None = None
    seed: Annotated[int, Field(ge=-(2**63), lt=2**63)] | None = None

    @model_validator(mode="after")
    def _streams_what_can_be_streamed(self) -> Body:
        if (self.stream or self.stream_format) and self.response_format not in ("pcm", "wav"):
            raise ValueError("Streaming requires response_format='pcm' or 'wav'.")
        return self


class Refused(Exception):
    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class VllmOmni:
    """The imitation.

    Args:
        task: what its checkpoint can do.
        key: what it wants of whoever asks for speech.

    Attributes:
        asked: every body that it has spoken.
        limit: frames after which it breaks off, whatever it was asked.
    """

    def __init__(self, task: Task = "CustomVoice", key: str = "") -> None:
        self.model = f"Qwen/Qwen3-TTS-12Hz-1.7B-{task}"
        self.voices = ["vivian", "ryan", "sohee"] if task == "CustomVoice" else []
        self.task = task
        self.key = key
        self.asked: list[Body] = []
        self.limit: int | None = None
        self.app = FastAPI()
        self.app.get("/health")(lambda: Response())
        self.app.get("/v1/models")(self._models)
        self.app.get("/v1/audio/voices")(self._voices)
        self.app.post("/v1/audio/speech")(self._speech)
        self.app.add_exception_handler(RequestValidationError, self._invalid)
        self.app.add_exception_handler(Refused, self._refused)
        self.app.middleware("http")(self._let_in)

    async def _let_in(self, request: Request, go_on: Any) -> Response:
        given = request.headers.get("Authorization")
        if self.key and request.url.path.startswith("/v1") and given != f"Bearer {self.key}":
            return JSONResponse({"error": "Unauthorized"}, 401)
        return await go_on(request)

    async def _models(self) -> Any:
        entry = {"id": self.model, "object": "model", "owned_by": "vllm"}
        return {"object": "list", "data": [entry]}

    async def _voices(self) -> Any:
        return {"voices": self.voices, "uploaded_voices": []}

    async def _speech(self, body: Body) -> Response:
        self._check(body)
        self.asked.append(body)
        pcm = said(body.input).tobytes()
        if body.stream:
            return StreamingResponse(self._events(pcm), media_type="text/event-stream")
        file = io.BytesIO()
        soundfile.write(file, said(body.input), 24_000, format=body.response_format)
        return Response(file.getvalue(), media_type=f"audio/{body.response_format}")

    async def _events(self, pcm: bytes) -> AsyncIterator[str]:
        step = 3840 * 4
        for place in range(0, len(pcm), step):
            if self.limit is not None and place >= 3840 * self.limit:
                raise ConnectionResetError
            audio = base64.b64encode(pcm[place : place + step]).decode()
            yield _event({"type": "speech.audio.delta", "audio": audio})
        usage = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}
        yield _event({"type": "speech.audio.done", "usage": usage})

    def _check(self, body: Body) -> None:
        if body.model not in (None, self.model):
            raise Refused(f"The model `{body.model}` does not exist.", 404)
        task = body.task_type or (
            "Base" if body.ref_audio or body.ref_text is not None else "CustomVoice"
        )
        if task != self.task:
            raise Refused(f"Qwen3-TTS {self.task} checkpoint does not support task_type='{task}'.")
        if not body.input.strip():
            raise Refused("Input text cannot be empty")
        if body.language is not None and body.language not in LANGUAGES:
            raise Refused(f"Invalid language '{body.language}'.")
        if len(body.instructions or "") > MAX_INSTRUCTIONS:
            raise Refused(f"Instructions too long (max {MAX_INSTRUCTIONS} characters)")
        {"CustomVoice": _preset, "VoiceDesign": _designed, "Base": _cloned}[task](body, self.voices)

    async def _invalid(self, _request: Request, error: Any) -> JSONResponse:
        return _error(400, str(error.errors()[0]))

    async def _refused(self, _request: Request, error: Any) -> JSONResponse:
        return _error(error.status, str(error))


def _preset(body: Body, voices: list[str]) -> None:
    if body.voice is not None and body.voice.lower() not in voices:
        raise Refused(f"Invalid voice '{body.voice}'. Supported: {', '.join(voices)}")
    _no_clip(body)


def _designed(body: Body, _voices: list[str]) -> None:
    if not body.instructions:
        raise Refused("VoiceDesign task requires 'instructions' to describe the voice")
    _no_clip(body)


def _no_clip(body: Body) -> None:
    if body.ref_text is not None or body.x_vector_only_mode is not None:
        raise Refused("'ref_text' and 'x_vector_only_mode' are only valid for Base task")


def _cloned(body: Body, _voices: list[str]) -> None:
    if body.ref_audio is None:
        raise Refused("Base task requires 'ref_audio' or 'speaker_embedding' for voice cloning")
    if not body.ref_audio.startswith(("http://", "https://", "data:", "file:")):
        raise Refused("ref_audio must be a URL, a data: URI or a file: URI")
    head, _comma, coded = body.ref_audio.partition(";base64,")
    try:
        clip, rate = soundfile.read(io.BytesIO(base64.b64decode(coded, validate=True)))
    except (binascii.Error, soundfile.SoundFileError) as error:
        raise Refused("ref_audio cannot be decoded") from error
    if head != "data:audio/wav" or not 1 <= len(clip) / rate <= 30:
        raise Refused("ref_audio must take 1 to 30 seconds")
    if not body.x_vector_only_mode and not (body.ref_text or "").strip():
        raise Refused("Base task requires non-empty 'ref_text' unless 'x_vector_only_mode'")


def _event(fields: dict[str, Any]) -> str:
    return f"event: {fields['type']}\ndata: {json.dumps(fields)}\n\n"


def _error(status: int, message: str) -> JSONResponse:
    kind = "NotFoundError" if status == 404 else "BadRequestError"
    return JSONResponse(
        {"error": {"message": message, "type": kind, "param": None, "code": status}}, status
    )
