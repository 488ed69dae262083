"""From what a client sends to what is spoken: the voice found, the limits kept."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from engine.backends.base import BackendInfo
from engine.domain import Clip, SpeechRequest
from engine.i18n import _
from engine.server.limits import Limits
from engine.server.voices import Voice, VoiceFolder, check_clip_of_a_voice
from engine.worker.schemas import SpeechBody
from engine.worker.wire import FieldRefused

_FROM_REQUEST = "ref_audio"
# The voice of a clip that came with the request: its name among those that are put together.


@dataclass(frozen=True)
class Asked:
    """A request that can be spoken. ``voice``: by which requests are put together, and by which a
    closing take is known."""

    request: SpeechRequest
    voice: str


class Asking:
    """Knows the voices, and what one request may ask for."""

    def __init__(self, voices: VoiceFolder, limits: Limits) -> None:
        self._voices = voices
        self._limits = limits

    async def speech(self, body: SpeechBody, info: BackendInfo, *, text_field: str) -> Asked:
        """What a body asks for.

        Raises:
            FieldRefused: a field can't be honoured.
            Unfit: a clip is of no use, or its voice was just deleted.
        """
        self._limits.check_text(body.input, text_field)
        if body.closing_phrase:
            self._limits.check_text(body.input + body.closing_phrase, "closing_phrase")
        request = body.to_request(info)
        if request.clip is not None:
            return await self._with_own_clip(request)
        return await self.in_voice(request, info)

    async def in_voice(self, request: SpeechRequest, info: BackendInfo) -> Asked:
        """The request in the voice that it names, which may be a registered one.

        Raises:
            FieldRefused: there is no such voice, or it can't be spoken in.
        """
        name = request.spoken.voice
        own = {voice.lower(): voice for voice in info.voices}
        if not name and (own or not info.clones):
            return Asked(request, next(iter(info.voices), ""))
        if name.lower() in own:
            return Asked(request, own[name.lower()])
        registered = self._voices.find(name) if name else next(iter(self._voices.all()), None)
        if registered is None:
            raise self._unknown(name, info)
        if not info.clones:
            raise FieldRefused(
                "voice",
                _("The model {model} clones no voice.").format(model=info.model),
                _("Have the server speak with a Base model, or choose another voice."),
            )
        return await self._registered(request, registered)

    def names(self, info: BackendInfo) -> list[str]:
        """All that a request may ask for, the default first."""
        registered = [voice.name for voice in self._voices.all()] if info.clones else []
        return [*info.voices, *registered]

    async def _registered(self, request: SpeechRequest, voice: Voice) -> Asked:
        clip = await asyncio.to_thread(self._voices.clip, voice)
        return Asked(_in_the_voice_of(clip, request), voice.id)

    async def _with_own_clip(self, request: SpeechRequest) -> Asked:
        assert request.clip is not None
        if request.spoken.voice:
            raise FieldRefused(
                "voice",
                _("Two voices at once: {first} and {second} are both set.").format(
                    first="voice", second="ref_audio"
                ),
                _("Send one of them."),
            )
        self._limits.check_clip(request.clip.audio, "ref_audio")
        await asyncio.to_thread(check_clip_of_a_voice, request.clip, self._limits, "ref_audio")
        return Asked(request, _FROM_REQUEST)

    def _unknown(self, name: str, info: BackendInfo) -> FieldRefused:
        known = self.names(info)
        if not known:
            return FieldRefused(
                "voice",
                _("This model clones a voice, and there is no clip to clone it from."),
                _("Register one: POST /v1/audio/voices."),
            )
        return FieldRefused(
            "voice",
            _("Unknown voice: {voice}").format(voice=name),
            _("This server speaks as {known}.").format(known=", ".join(known)),
        )


def _in_the_voice_of(clip: Clip, request: SpeechRequest) -> SpeechRequest:
    # To the worker, a clip is all there is of a voice.
    return replace(request, spoken=replace(request.spoken, voice=""), clip=clip)
