"""What the server asks of its worker."""

from __future__ import annotations

import base64
from typing import Any

from engine.client.openai import speech_body
from engine.domain import SpeechRequest


def worker_body(request: SpeechRequest) -> dict[str, Any]:
    """The request as JSON. A clip travels inside it: the worker opens nothing either."""
    body = speech_body(request)
    clip = request.clip
    if clip is not None:
        coded = base64.b64encode(clip.audio).decode("ascii")
        body["ref_audio"] = f"data:application/octet-stream;base64,{coded}"
        if clip.transcript:
            body["ref_text"] = clip.transcript
        else:
            body["x_vector_only_mode"] = True
    return body
