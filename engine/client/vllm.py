"""vLLM-Omni with one checkpoint of Qwen3-TTS, as of its release 0.30. Streams events as ours do,
but knows no closing phrase, does not tell why speech ended, and refuses what it does not expect.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from engine.client.clip import Clip
from engine.client.openai import SpeechClient
from engine.client.server import engine_of
from engine.client.whole import speak_whole
from engine.client.wishes import Wishes
from engine.closing import padded
from engine.domain import (
    FRAME_SECONDS,
    SAMPLE_RATE,
    AudioDelta,
    Endpoint,
    EngineInfo,
    SpeechDone,
    SpeechEvent,
    SpeechRequest,
)
from engine.errors import EngineLost, EngineStartError
from engine.i18n import _
from engine.languages import LANGUAGES

AT_ONCE = 8
"""Requests at a time where nothing is set: it joins them to one batch as they come."""

_SPEECH = "/v1/audio/speech"
_BYTES_PER_FRAME = round(2 * SAMPLE_RATE * FRAME_SECONDS)


class VllmServer:
    """See :class:`engine.client.server.Server`.

    Args:
        model: by its own name for it.
        voices: those it has, uploaded ones too.
    """

    def __init__(
        self,
        client: SpeechClient,
        endpoint: Endpoint,
        wishes: Wishes,
        model: str,
        voices: tuple[str, ...],
        clip: Clip | None = None,
    ) -> None:
        self._client = client
        self._endpoint = endpoint
        self._wishes = wishes
        self._clip = clip
        self.info = EngineInfo(
            engine=engine_of(model),
            model=model,
            device="",
            dtype="",
            languages=tuple(LANGUAGES.values()),
            capacity=wishes.at_once or AT_ONCE,
            version="",
            voices=wishes.first(voices),
            fingerprint=clip.hash if clip else wishes.describe,
            server="vllm-omni",
        )

    @classmethod
    async def open(
        cls,
        client: SpeechClient,
        endpoint: Endpoint,
        wishes: Wishes,
        models: tuple[str, ...],
        voices: tuple[str, ...],
    ) -> VllmServer:
        """Look whether it can do what is wished.

        Raises:
            EngineStartError: it cannot.
        """
        model = wishes.pick_model(models) or next(iter(models), "")
        clip = await asyncio.to_thread(wishes.clip)
        if clip is None:
            wishes.check_voice(voices)
        if not (clip or voices or wishes.voice or wishes.describe):
            raise EngineStartError(
                _("The server has no voice of its own: {model}").format(model=model),
                _("Name a clip to be cloned (--ref-audio, --ref-text), or describe a voice."),
            )
        return cls(client, endpoint, wishes, model, voices, clip)

    async def speak(self, request: SpeechRequest) -> AsyncGenerator[SpeechEvent, None]:
        body = self.body(request)
        whole = request.spoken.speed != 1.0  # it changes the speed of what is finished only
        if whole:
            body |= {"response_format": "wav"}
            events = speak_whole(
                self._client.http, self._endpoint, _SPEECH, body, seed=request.seed
            )
        else:
            body |= {"response_format": "pcm", "stream": True, "stream_format": "sse"}
            events = self._client.stream(self._endpoint, body)
        received = 0
        try:
            async with aclosing(events):
                async for event in events:
                    if isinstance(event, AudioDelta):
                        received += len(event.pcm)
                    elif isinstance(event, SpeechDone):
                        event = _ended(event, request, received)
                    yield event
        except EngineLost:
            # One that has come to its limit breaks off.
            if not _at_limit(request, received):
                raise
            yield SpeechDone("length", request.seed, received // _BYTES_PER_FRAME)

    def body(self, request: SpeechRequest) -> dict[str, Any]:
        """The request, all but how it is to be answered."""
        spoken, wishes = request.spoken, self._wishes
        body: dict[str, Any] = {
            "input": padded(spoken.text, request.closing_phrase),
            "language": spoken.language or "Auto",
            "seed": request.seed,
            "sample_rate": SAMPLE_RATE,
        }
        optional = {
            "model": self.info.model,
            "voice": wishes.voice_for(request),
            "instructions": wishes.instruct_for(request),
            "max_new_tokens": request.max_frames,
            "speed": spoken.speed if spoken.speed != 1.0 else None,
        }
        body |= {name: value for name, value in optional.items() if value}
        return body | self._task(request)

    def _task(self, request: SpeechRequest) -> dict[str, Any]:
        """What kind of voice it is."""
        if self._clip is not None and not self._wishes.voice_for(request):
            words = self._clip.words
            how = {"ref_text": words} if words else {"x_vector_only_mode": True}
            return {"task_type": "Base", "ref_audio": self._clip.data_uri, **how}
        return {"task_type": "VoiceDesign"} if self._wishes.describe else {}


def _ended(done: SpeechDone, request: SpeechRequest, received: int) -> SpeechDone:
    """The end, with what it does not tell: one that had room left has come to its own."""
    frames = received // _BYTES_PER_FRAME
    if done.finish_reason != "unknown" or request.max_frames is None:
        return SpeechDone(done.finish_reason, request.seed, frames)
    reason = "length" if _at_limit(request, received) else "stop"
    return SpeechDone(reason, request.seed, frames)


def _at_limit(request: SpeechRequest, received: int) -> bool:
    # The last frame is the sign that speech has ended, which is not heard.
    limit = request.max_frames
    return limit is not None and received // _BYTES_PER_FRAME >= limit - 1
