"""All of it without a screen: speak what needs speaking, then export."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.audio import SILENCE
from engine.client.base import Engine
from engine.closing import Closing
from engine.director import Director
from engine.domain import NEEDS_SPEAKING, Status, Take
from engine.errors import StudioError
from engine.events import DirectorEvent, QueueStopped
from engine.export import ExportResult, export_wavs
from engine.project import Project

_SPOKEN = frozenset({Status.READY, Status.FLAGGED})
# And judged by nobody yet.

_NOT_ACCEPTED = NEEDS_SPEAKING | _SPOKEN


@dataclass(frozen=True)
class RenderOutcome:
    """What came of it.

    Attributes:
        stopped: why not everything was tried, or None.
    """

    export: ExportResult
    stopped: StudioError | None


def kept(project: Project, *, again: bool = False) -> list[Take]:
    """The takes of earlier runs that a render keeps as they are, in the order of the script."""
    statuses = {Status.ACCEPTED} if again else _SPOKEN | {Status.ACCEPTED}
    takes = (project.row(sentence_id).take for sentence_id in project.ids_where(statuses))
    return [take for take in takes if take is not None]


async def render(
    project: Project,
    engine: Engine,
    *,
    out: Path | None = None,
    silence: float = SILENCE,
    closing: Closing | None = None,
    seed: int | None = None,
    again: bool = False,
    listener: Callable[[Director, DirectorEvent], None] = lambda _director, _event: None,
) -> RenderOutcome:
    """Speak every sentence that needs it and export what can be exported. What an earlier run
    has spoken is kept, so an interrupted one resumes.

    Args:
        seed: see :class:`engine.director.Director`.
        again: speak anew what nobody has accepted, too. Its old takes stay in the project.

    Raises:
        ExportError: nothing could be written where it was asked for.
    """
    wanted = project.ids_where(_NOT_ACCEPTED) if again else project.needs_speaking()
    stopped = await _speak(project, engine, wanted, closing, seed, listener)
    await asyncio.to_thread(project.flush)
    return RenderOutcome(export_wavs(project, out=out, silence=silence), stopped)


async def _speak(
    project: Project,
    engine: Engine,
    wanted: Sequence[int],
    closing: Closing | None,
    seed: int | None,
    listener: Callable[[Director, DirectorEvent], None],
) -> StudioError | None:
    if not wanted:
        return None
    stops: list[StudioError] = []

    def heard(event: DirectorEvent) -> None:
        if isinstance(event, QueueStopped):
            stops.append(event.error)
        listener(director, event)

    director = Director(project, engine, listener=heard, closing=closing, seed=seed)
    director.speak(wanted)
    working = asyncio.create_task(director.run())
    try:
        await director.drained()
    finally:
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working
        await engine.aclose()
    return stops[0] if stops else None
