"""Any server with OpenAI's ``POST /v1/audio/speech``: a text, a voice, a file. No seed, no language
and nothing of why it ended; a closing phrase is said by putting it after the text."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

from engine.client.openai import SpeechClient
from engine.client.server import engine_of
from engine.client.whole import speak_whole
from engine.client.wishes import Wishes
from engine.closing import padded
from engine.domain import Endpoint, EngineInfo, SpeechEvent, SpeechRequest
from engine.i18n import _

AT_ONCE = 2
"""Requests at a time where nothing is set: while one file is sent, the next is made."""

_USUAL_MODEL, _USUAL_VOICE = "tts-1", "alloy"
# OpenAI's. Where a server tells of none of its own, it takes these for its default.


class PlainServer:
    """See :class:`engine.client.server.Server`.

    Args:
        models, voices: those that it tells of.
    """

    def __init__(
        self,
        client: SpeechClient,
        endpoint: Endpoint,
        wishes: Wishes,
        models: tuple[str, ...],
        voices: tuple[str, ...],
    ) -> None:
        wishes.check_voice(voices)
        model = wishes.pick_model(models) if models else wishes.model
        self._client = client
        self._endpoint = endpoint
        self._wishes = wishes
        model = model or _speaking(models)
        self.info = EngineInfo(
            engine=engine_of(model),
            model=model,
            device="",
            dtype="",
            languages=(),
            capacity=wishes.at_once or AT_ONCE,
            version="",
            voices=replace(wishes, clip_file=None).first(voices),
            clones=False,
            reason=_("It cannot clone: the clip that is set is not used.")
            if wishes.clip_file
            else "",
            server="openai",
        )

    def speak(self, request: SpeechRequest) -> AsyncGenerator[SpeechEvent, None]:
        return speak_whole(
            self._client.http,
            self._endpoint,
            "/v1/audio/speech",
            self.body(request),
            seed=request.seed,
        )

    def body(self, request: SpeechRequest) -> dict[str, Any]:
        """The request."""
        spoken = request.spoken
        usual = next(iter(self.info.voices), _USUAL_VOICE)
        body: dict[str, Any] = {
            "model": self.info.model,
            "input": padded(spoken.text, request.closing_phrase),
            "voice": self._wishes.voice_for(request) or usual,
            "response_format": "wav",
        }
        optional = {
            "instructions": self._wishes.instruct_for(request),
            "speed": spoken.speed if spoken.speed != 1.0 else None,
        }
        return body | {name: value for name, value in optional.items() if value}


def _speaking(models: tuple[str, ...]) -> str:
    """The likeliest of a list in which there may be all kinds of models."""
    for word in ("tts", "speech", ""):
        for name in models:
            if word in name.casefold():
                return name
    return _USUAL_MODEL
