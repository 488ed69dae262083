"""Waiting for speech as long as somebody waits for the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request

from engine.i18n import _
from engine.server.errors import HungUp, too_long

T = TypeVar("T")


def client_of(request: Request) -> str:
    """Who asks, as far as taking turns goes: the machine, not the connection, of which one program
    may have many."""
    return request.client.host if request.client else ""


async def hung_up(request: Request) -> None:
    """Returns when the client has gone. The body is read: nothing else can come."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def unless_hung_up(request: Request, work: Coroutine[Any, Any, T], seconds: float) -> T:
    """What comes of some work, which is cancelled when nobody waits for it any more.

    Raises:
        HungUp: the client has gone.
        TookTooLong: it took more than so many seconds.
        EngineError: what the work raises.
    """
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(hung_up(request))
    try:
        await asyncio.wait({working, leaving}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        if leaving.done():
            raise HungUp(_("The client hung up."))
        raise too_long(seconds)
    finally:
        for task in (working, leaving):
            task.cancel()
