"""Finding out what answers at an address, by asking what each kind of server can tell of itself."""

from __future__ import annotations

from typing import Any

import httpx

from engine.client.asking import Reply, ask
from engine.client.guide import ROUTE as CLONE
from engine.client.guide import GuideServer
from engine.client.openai import SpeechClient
from engine.client.plain import PlainServer
from engine.client.server import Server
from engine.client.studio_server import StudioServer
from engine.client.vllm import VllmServer
from engine.client.voices import models_in, names_of
from engine.client.wishes import Wishes
from engine.domain import Endpoint
from engine.errors import EngineStartError
from engine.i18n import _

_OURS = frozenset({"engine", "model", "capacity", "sample_rate", "version"})
_SPEECH = "/v1/audio/speech"
_NO_SUCH_METHOD = (httpx.codes.METHOD_NOT_ALLOWED, httpx.codes.NOT_IMPLEMENTED)


async def find_server(client: SpeechClient, endpoint: Endpoint, wishes: Wishes) -> Server:
    """What answers at an address, ready to speak as is wished. No model is made to work by it.

    Raises:
        EngineLost: nobody answers.
        EngineBusy: it is loading, or asks to be left alone for a while.
        EngineStartError: what answers cannot speak, lets nobody in with this key, or cannot do what
            is wished.
    """

    async def get(route: str) -> Reply:
        return await ask(client.http, endpoint, "GET", route)

    async def takes(route: str) -> bool:
        # A request that lacks everything is refused before a word is spoken.
        reply = await ask(client.http, endpoint, "POST", route, json={})
        return reply.known and reply.status not in _NO_SUCH_METHOD

    health = await get("/health")
    if health.said.keys() >= _OURS:
        return await StudioServer.open(client, endpoint, wishes)
    listed = (await get("/v1/models")).said
    told = (await get("/v1/audio/voices")).said
    models, voices = models_in(listed), names_of(told)
    if "uploaded_voices" in told or ("voices" in told and _is_vllm(listed)):
        return await VllmServer.open(client, endpoint, wishes, models, voices)
    if await takes(_SPEECH):
        return PlainServer(client, endpoint, wishes, models, voices)
    if await takes(CLONE):
        return GuideServer(client, endpoint, wishes)
    raise EngineStartError(
        _("What answers there is no server that speaks."),
        _("The studio knows tts-studio serve, vLLM-Omni, OpenAI's speech API and /tts/clone."),
    )


def _is_vllm(listed: dict[str, Any]) -> bool:
    entries = listed.get("data")
    models = entries if isinstance(entries, list) else []
    return any(isinstance(one, dict) and one.get("owned_by") == "vllm" for one in models)
