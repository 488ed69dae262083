"""What clients send and what they are told, for the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.worker.schemas import Name, SpeechBody


class ServerSpeechBody(SpeechBody):
    """``POST /v1/audio/speech``: as a worker takes it, in all formats but aac."""


class CloneBody(BaseModel):
    """``POST /tts/clone``. A null field is a missing one.

    ``raw``: as the model says the text: no closing phrase, no cut, no silence at the end.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    text: Annotated[str, Field(min_length=1)]
    language: Name | None = None
    voice: Name | None = None
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None
    instruct: Annotated[str, Field(max_length=500)] | None = None
    speed: Annotated[float, Field(ge=0.25, le=4.0, allow_inf_nan=False)] | None = None
    raw: bool | None = None

    def as_speech(self) -> SpeechBody:
        """The same wishes as a request for speech."""
        return SpeechBody(
            input=self.text,
            language=self.language,
            voice=self.voice,
            seed=self.seed,
            instructions=self.instruct,
            speed=self.speed,
        )


class ErrorObject(BaseModel):
    message: str
    type: str
    param: str | None
    code: str | None


class ErrorAnswer(BaseModel):
    """As OpenAI answers errors."""

    error: ErrorObject


class ModelObject(BaseModel):
    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelList(BaseModel):
    object: Literal["list"]
    data: list[ModelObject]


class VoiceObject(BaseModel):
    id: str
    name: str
    sha256: str
    ref_text: str
    consent: str
    created_at: int
    file_size: int


class VoiceList(BaseModel):
    """``voices``: all names that a request may ask for."""

    voices: list[str]
    uploaded_voices: list[VoiceObject]


class VoiceAnswer(BaseModel):
    success: Literal[True]
    voice: VoiceObject


class Deleted(BaseModel):
    success: Literal[True]
    message: str


_Responses = dict[int | str, dict[str, Any]]

_MEANINGS = {
    400: "The request can't be honoured as it is.",
    401: "The key is missing or wrong.",
    403: "A page of another site asked.",
    404: "There is no such voice.",
    408: "The body came too slowly.",
    409: "The name is taken, or there is no room for another voice.",
    413: "The body, or the clip, is too large.",
    422: "The model did not come to an end with this text.",
    429: "Too many requests wait; Retry-After says when to ask again.",
    500: "The model failed on this text.",
    503: "The engine is being loaded; Retry-After says when to ask again.",
    507: "There is no room for it on the server's disk, or it may not be written to.",
    504: "The request took too long.",
}


def errors(*statuses: int) -> _Responses:
    """The document's entries for these statuses."""
    return {
        status: {"model": ErrorAnswer, "description": _MEANINGS[status]}
        for status in (401, 403, *statuses)
    }


def audio(*media_types: str) -> _Responses:
    """The document's entry for an answer of sound."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {
        200: {
            "description": "The sound.",
            "content": dict.fromkeys(media_types, schema),
        }
    }
