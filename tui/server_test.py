"""Trying a server out: what it is, what it has, how long it takes to answer."""

from __future__ import annotations

import time
from dataclasses import dataclass

from engine.domain import EngineInfo
from engine.servers_file import SavedServer


@dataclass(frozen=True)
class Found:
    """What was found at an address.

    Attributes:
        latency: seconds that one question and its answer took.
    """

    info: EngineInfo
    latency: float


async def try_server(server: SavedServer) -> Found:
    """Ask a server what it is; it does not speak.

    Raises:
        EngineError: it cannot be reached, is loading, or lets nobody in with this key.
    """
    from engine.client.remote import RemoteEngine
    from engine.client.wishes import Wishes
    from engine.domain import Endpoint

    engine = RemoteEngine(Endpoint(server.address, server.key), Wishes())
    try:
        found = await engine.describe()
        began = time.monotonic()
        await engine.reach()
        return Found(found, time.monotonic() - began)
    finally:
        await engine.aclose()
