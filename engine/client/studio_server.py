"""A server of ours, ``tts-studio serve``: everything that a worker on this machine can do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from engine.client.asking import Reply, ask
from engine.client.clip import Clip
from engine.client.openai import SpeechClient, speech_body
from engine.client.voices import names_of
from engine.client.wishes import Wishes
from engine.domain import Endpoint, EngineInfo, SpeechEvent, SpeechRequest
from engine.errors import EngineLost, EngineStartError, SpeechRefused
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
        if wishes.clip_file and told.clones is False:
            raise EngineStartError(
                _("The server clones no voice: it speaks with {model}.").format(model=told.model),
                _("Have it speak with a Base model, or name no clip (--ref-audio, settings)."),
            )
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

    async def speak(self, request: SpeechRequest) -> AsyncGenerator[SpeechEvent, None]:
        """See :meth:`engine.client.base.Engine.speak`.

        Raises:
            EngineLost: it is not any more what was found, which has to be found anew.
        """
        try:
            async with aclosing(self._client.stream(self._endpoint, self._body(request))) as events:
                async for event in events:
                    yield event
        except SpeechRefused as refused:
            if await self._is_as_found():
                raise
            raise EngineLost(
                _("The server is not the same any more."), refused.hint, from_outside=True
            ) from refused

    def _body(self, request: SpeechRequest) -> dict[str, Any]:
        wished = {
            # One that was started anew with another model refuses it.
            "model": self.info.model,
            "voice": self._wishes.voice_for(request),
            "instructions": self._wishes.instruct_for(request),
        }
        return speech_body(request) | {name: value for name, value in wished.items() if value}

    async def _is_as_found(self) -> bool:
        """Whether it still speaks with the same model, and has the clip that was registered."""
        told = await self._client.health(self._endpoint)
        if told.model != self.info.model:
            return False
        if not self._wishes.clip_file:
            return True
        return self._wishes.voice in await _voices_of(self._client, self._endpoint)


async def _voices_of(client: SpeechClient, endpoint: Endpoint) -> tuple[str, ...]:
    return names_of((await ask(client.http, endpoint, "GET", _VOICES)).said)


async def _registered(client: SpeechClient, endpoint: Endpoint, clip: Clip) -> str:
    """The name under which the server knows a clip, after uploading it where it does not.

    Raises:
        EngineStartError: the server does not take it.
    """
    if clip.hash in await _voices_of(client, endpoint):
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
