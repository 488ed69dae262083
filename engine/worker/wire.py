"""OpenAI's shapes: the error object and the events of a speech stream."""

from __future__ import annotations

import base64
import json
from typing import Any

from engine.domain import SAMPLE_RATE, AudioDelta
from engine.errors import EngineBusy, EngineError, EngineLost, SpeechFailed, SpeechRefused
from engine.worker.job import Finished, Progressed, SpeechJob
from engine.worker.protocol import ENGINE_CRASHED, ENGINE_LOST


class FieldRefused(SpeechRefused):
    """One field of a request can't be honoured.

    Attributes:
        param: the field's name.
    """

    def __init__(self, param: str, title: str, hint: str = "") -> None:
        super().__init__(title, hint)
        self.param = param


def error_body(message: str, *, kind: str, code: str, param: str | None = None) -> dict[str, Any]:
    """A body as OpenAI answers errors."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def describe(error: EngineError) -> tuple[int, dict[str, Any]]:
    """HTTP status and body for an error of ours."""
    if isinstance(error, SpeechRefused):
        param = error.param if isinstance(error, FieldRefused) else None
        body = error_body(
            str(error), kind="invalid_request_error", code="speech_refused", param=param
        )
        return 400, body
    if isinstance(error, EngineBusy):
        return 429, error_body(str(error), kind="rate_limit_error", code="queue_full")
    return 500, error_body(str(error), kind="server_error", code=_code_of(error))


def _code_of(error: EngineError) -> str:
    if isinstance(error, EngineLost):
        return ENGINE_LOST if error.from_outside else ENGINE_CRASHED
    return "speech_failed" if isinstance(error, SpeechFailed) else "engine_error"


def delta_event(delta: AudioDelta) -> str:
    audio = base64.b64encode(delta.pcm).decode("ascii")
    return json.dumps({"type": "speech.audio.delta", "audio": audio})


def progress_event(progressed: Progressed) -> str:
    """Ours, where OpenAI has none: a model that is heard only at its end is still alive."""
    return json.dumps({"type": "speech.audio.progress", "frames": progressed.frames})


def done_event(end: Finished, job: SpeechJob, warnings: tuple[str, ...]) -> str:
    """Usage counts characters in and codec frames out: what a backend without tokens can count."""
    request = job.request
    characters = len(request.spoken.text) + len(request.closing_phrase)
    return json.dumps(
        {
            "type": "speech.audio.done",
            "usage": {
                "input_tokens": characters,
                "output_tokens": end.frames,
                "total_tokens": characters + end.frames,
            },
            "finish_reason": end.reason,
            "seed": request.seed,
            "sample_rate": SAMPLE_RATE,
            "frames": end.frames,
            "batch_size": job.batch_size,
            "warnings": list(warnings),
        }
    )


def error_event(error: EngineError) -> str:
    return json.dumps({"type": "speech.audio.error", **describe(error)[1]})
