"""An imitation of ``tts-studio serve`` with a model that clones: what it tells of itself, and how
it takes voices. It says tones."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Annotated, Any

from fastapi import FastAPI, File, Form, UploadFile
from fastapi.responses import JSONResponse, Response

from tests.engine.client.imitations.speaking import said
from tests.engine.client.imitations.vllm_omni import Refused

HEALTH = {
    "status": "ready",
    "server": "tts-studio",
    "engine": "qwen",
    "model": "Qwen3-TTS-12Hz-1.7B-Base",
    "device": "cuda:0",
    "dtype": "bfloat16",
    "sample_rate": 24_000,
    "languages": ["Korean", "English"],
    "voices": [],
    "instructs": False,
    "capacity": 3,
    "version": "0.1.0",
}


class Studio:
    """The imitation.

    Args:
        told: what it tells otherwise than usual.

    Attributes:
        health: what it tells of itself.
        uploads: the names of the voices, for each time that a clip was uploaded.
        asked: the bodies of what it has spoken.
    """

    def __init__(self, **told: Any) -> None:
        self.health = {**HEALTH, "clones": True, **told}
        self.voices: dict[str, str] = {}
        self.uploads: list[str] = []
        self.asked: list[dict[str, Any]] = []
        self.app = FastAPI()
        self.app.get("/health")(lambda: self.health)
        self.app.get("/v1/audio/voices")(self._voices)
        self.app.post("/v1/audio/voices")(self._register)
        self.app.post("/v1/audio/speech")(self._speech)
        self.app.add_exception_handler(Refused, self._refused)

    async def _voices(self) -> Any:
        return {"voices": [], "uploaded_voices": [{"id": id_, "name": id_} for id_ in self.voices]}

    async def _register(
        self,
        audio_sample: Annotated[UploadFile, File()],
        consent: Annotated[str, Form()] = "",
        ref_text: Annotated[str, Form()] = "",
    ) -> Any:
        if consent != "true":
            raise Refused("A voice is only taken with its speaker's consent.")
        heard = hashlib.sha256(await audio_sample.read()).hexdigest()
        id_ = hashlib.sha256(f"{heard}\n{ref_text}".encode()).hexdigest()
        self.voices[id_] = ref_text
        self.uploads.append(id_)
        return {"success": True, "voice": {"id": id_, "name": id_}}

    async def _speech(self, body: dict[str, Any]) -> Response:
        if body.get("model") != self.health["model"]:
            raise Refused(f"Unknown model: {body.get('model')}")
        if body.get("voice", "") not in {*self.voices, *self.health["voices"]}:
            raise Refused(f"Unknown voice: {body.get('voice')}")
        self.asked.append(body)
        pcm = said(body["input"]).tobytes()
        events = (
            {"type": "speech.audio.delta", "audio": base64.b64encode(pcm).decode()},
            {"type": "speech.audio.done", "finish_reason": "stop", "seed": body["seed"]},
        )
        lines = (f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
        return Response("".join(lines), media_type="text/event-stream")

    async def _refused(self, _request: Any, error: Any) -> JSONResponse:
        return JSONResponse({"error": {"message": str(error)}}, 400)
