"""A director at work on a project, and what it tells."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from engine.closing import Closing
from engine.director import Director
from engine.events import DirectorEvent
from engine.project import Project
from tests.engine.scripted_engine import ScriptedEngine


class Heard:
    """The events of a director, and a way to wait for one of them."""

    def __init__(self) -> None:
        self.events: list[DirectorEvent] = []
        self._more = asyncio.Event()

    def __call__(self, event: DirectorEvent) -> None:
        self.events.append(event)
        self._more.set()

    def of(self, kind: type) -> list[DirectorEvent]:
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, condition: Callable[[], bool]) -> None:
        async def wait() -> None:
            while not condition():
                self._more.clear()
                await self._more.wait()

        await asyncio.wait_for(wait(), 30)


@contextlib.asynccontextmanager
async def directing(
    project: Project,
    engine: ScriptedEngine,
    closing: Closing | None = None,
    *,
    seed: int | None = None,
) -> AsyncIterator[tuple[Director, Heard]]:
    heard = Heard()
    director = Director(project, engine, listener=heard, closing=closing, seed=seed)
    running = asyncio.create_task(director.run())
    try:
        yield director, heard
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def spoken(director: Director) -> None:
    await asyncio.wait_for(director.drained(), 30)


def asked_texts(engine: ScriptedEngine) -> list[str]:
    return [request.spoken.text for request in engine.asked]
