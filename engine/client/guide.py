"""A server with ``POST /tts/clone`` alone, as a guide for Qwen3-TTS has its readers write it: a
text in, a finished WAV out. It speaks in its own voice, and says and cuts a closing phrase by
itself."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from engine.client.openai import SpeechClient
from engine.client.whole import speak_whole
from engine.client.wishes import Wishes
from engine.closing import CUTTING_SERVER
from engine.domain import Endpoint, EngineInfo, SpeechEvent, SpeechRequest
from engine.i18n import _

ROUTE = "/tts/clone"


class GuideServer:
    """See :class:`engine.client.server.Server`. It is asked for one sentence at a time: most of
    them speak one, and hold the others up until they are given up."""

    def __init__(self, client: SpeechClient, endpoint: Endpoint, wishes: Wishes) -> None:
        self._client = client
        self._endpoint = endpoint
        another = wishes.clip_file or wishes.voice or wishes.describe
        self.info = EngineInfo(
            engine=CUTTING_SERVER,
            model=CUTTING_SERVER,
            device="",
            dtype="",
            languages=(),
            capacity=wishes.at_once or 1,
            version="",
            instructs=False,
            clones=False,
            reason=_("It speaks in its own voice: the one that is set is not used.")
            if another
            else "",
            server="tts-clone",
        )

    def speak(self, request: SpeechRequest) -> AsyncGenerator[SpeechEvent, None]:
        body = {"text": request.spoken.text}
        return speak_whole(self._client.http, self._endpoint, ROUTE, body, seed=request.seed)
