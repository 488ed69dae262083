"""From the settings to an engine at an address."""

from __future__ import annotations

import asyncio
from pathlib import Path

from engine.addresses import is_address, server_address
from engine.client.clip import read_clip
from engine.client.remote import RemoteEngine
from engine.client.wishes import Wishes
from engine.domain import Endpoint
from engine.errors import EngineError
from engine.models.catalogue import find_model
from engine.qwen_options import clip_of, task_of, transcript_of
from engine.servers_file import SavedServer, saved_server
from engine.settings import Settings


def remote_engine(address: str, settings: Settings) -> RemoteEngine:
    """The engine at an address, not yet looked for. Blocks for as long as the disk does.

    Raises:
        InputError: settings that contradict each other, or a file that cannot be used.
    """
    saved = saved_server(address)
    return RemoteEngine(Endpoint(address, key_for(saved, settings)), wishes_of(settings, saved))


def key_for(saved: SavedServer, settings: Settings) -> str:
    """The key of a server: of the one that was named with the program, what the environment says,
    else what is saved."""
    named = settings.engine or ""
    if settings.api_key and is_address(named) and server_address(named) == saved.address:
        return settings.api_key.get_secret_value()
    return saved.key


def clip_to_ask_about(address: str, settings: Settings) -> str:
    """The hash of the clip that a server would be sent without anybody having said that its speaker
    agrees; empty where there is none. Blocks for as long as the disk does.

    Raises:
        StudioError: the clip cannot be used.
    """
    wishes = wishes_of(settings, saved_server(address))
    if wishes.clip_file is None or wishes.consent:
        return ""
    clip = read_clip(wishes.clip_file, wishes.clip_words).hash
    return "" if clip in wishes.allowed_clips else clip


async def takes_clips(address: str, settings: Settings) -> bool:
    """Whether a server is sent a clip; taken for granted where it does not answer."""
    saved = await asyncio.to_thread(saved_server, address)
    engine = RemoteEngine(Endpoint(address, key_for(saved, settings)), Wishes())
    try:
        return (await engine.describe()).clones is not False
    except EngineError:
        return True
    finally:
        await engine.aclose()


def wishes_of(settings: Settings, saved: SavedServer) -> Wishes:
    """What the settings wish of a server.

    Raises:
        InputError: as above.
    """
    task_of(settings)  # refuses what contradicts itself
    model = settings.model or ""
    words = transcript_of(settings.ref_text) if settings.ref_text else ""
    return Wishes(
        model=model,
        model_is_local=find_model(model) is not None or Path(model).exists(),
        voice=settings.speaker or "",
        describe=settings.describe or "",
        instruct=settings.instruct or "",
        clip_file=Path(clip_of(settings.ref_audio)) if settings.ref_audio else None,
        clip_words="" if settings.x_vector_only else " ".join(words.split()),
        consent=settings.consent,
        allowed_clips=frozenset(saved.clips),
        at_once=settings.batch_size,
    )
