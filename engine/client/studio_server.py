"""A server of ours, ``tts-studio serve``: everything that a worker on this machine can do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

from engine.client.asking import Reply, ask
from engine.client.clip import Clip
from engine.client.openai import SpeechClient, speech_body
from engine.client.voices import names_of
from engine.client.wishes import Wishes
from engine.domain import Endpoint, EngineInfo, SpeechEvent, SpeechRequest
from engine.errors import EngineStartError
from engine.i18n import _

_VOICES = "/v1/audio/voices"
_UPLOAD_SECONDS = 120.0
# A clip of a megabyte over a slow line, and the prompt that the server makes of it.


class StudioServer:
    """See :class:`engine.client.server.Server`. Its clips are registered once."""

    def __init__(
        self, client: SpeechClient, endpoint: Endpoint, wishes: Wishes, info: EngineInfo
    ) -> None:
        self.info = info
        self._client = client
        self._endpoint = endpoint
        self._wishes = wishes

    @classmethod
    async def open(cls, client: SpeechClient, endpoint: Endpoint, wishes: Wishes) -> StudioServer:
        """Ask it what it can do, and register the clip that is to be cloned.

        Raises:
            EngineError: one of its children.
        """
        told = await client.health(endpoint)
        wishes.pick_model([told.model])
        clip = await asyncio.to_thread(wishes.clip)
        if clip is not None:
            wishes = replace(wishes, voice=await _registered(client, endpoint, clip))
        else:
            wishes.check_voice(told.voices)
        info = replace(
            told,
            voices=wishes.first(told.voices),
            fingerprint=told.fingerprint + (clip.hash if clip else ""),
            capacity=wishes.at_once or told.capacity,
            server="studio",
        )
        return cls(client, endpoint, wishes, info)

    def speak(self, request: SpeechRequest) -> AsyncGenerator[SpeechEvent, None]:
        wished = {
            "voice": self._wishes.voice_for(request),
            "instructions": self._wishes.instruct_for(request),
        }
        body = speech_body(request) | {name: value for name, value in wished.items() if value}
        return self._client.stream(self._endpoint, body)


async def _registered(client: SpeechClient, endpoint: Endpoint, clip: Clip) -> str:
    """The name under which the server knows a clip, after uploading it where it does not.

    Raises:
        EngineStartError: the server does not take it.
    """
    known = await ask(client.http, endpoint, "GET", _VOICES)
    if clip.hash in names_of(known.said):
        return clip.hash
    fields = {"consent": "true", "ref_text": clip.words}
    reply = await ask(
        client.http,
        endpoint,
        "POST",
        _VOICES,
        seconds=_UPLOAD_SECONDS,
        data=fields,
        files={"audio_sample": ("clip.wav", clip.wav, "audio/wav")},
    )
    if not reply.success:
        raise EngineStartError(_("The server does not take the clip."), reply.why(endpoint))
    return _name_in(reply) or clip.hash


def _name_in(reply: Reply) -> str:
    """What the server calls the voice, where it says so."""
    voice = reply.said.get("voice", reply.said)
    name = voice.get("id") or voice.get("name") if isinstance(voice, dict) else voice
    return name if isinstance(name, str) else ""
