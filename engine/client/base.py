"""What the director asks of an engine, whether it is a process on this machine or a server."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from engine.domain import EngineInfo, SpeechEvent, SpeechRequest
from engine.errors import StudioError


@dataclass(frozen=True)
class EngineChanged:
    """An engine's state has changed. A server that is ``lost`` or ``loading`` is asked again by
    itself.

    Attributes:
        info: known while the engine is ready.
        error: why it failed, or why it cannot speak just now.
        retry_in: seconds until it is asked again; None where nobody waits for that.
    """

    state: Literal[
        "starting", "ready", "restarting", "lost", "loading", "busy", "failed", "stopped"
    ]
    info: EngineInfo | None = None
    error: StudioError | None = None
    retry_in: float | None = None


class Engine(Protocol):
    """Speaks one request at a time to each caller, and many callers at once."""

    name: str
    on_state: Callable[[EngineChanged], None] | None
    log_file: Path | None
    """What the engine says of its work; None where that is kept somewhere else."""

    loads: str
    """The model that it takes its time to load; empty where it takes none, or that is not known."""

    async def ready(self) -> EngineInfo:
        """Wait until the engine can speak, starting it where needed.

        Raises:
            EngineStartError: it cannot be had; final.
        """
        ...

    async def describe(self) -> EngineInfo:
        """What a ready engine says of itself at this moment; :meth:`ready` may remember what it
        said earlier.

        Raises:
            EngineError: one of its children.
        """
        ...

    def speak(self, request: SpeechRequest) -> AsyncGenerator[SpeechEvent, None]:
        """The answer as it is generated: progress and deltas, then one SpeechDone. Closing
        the generator cancels the request.

        Raises:
            EngineError: one of its children, as each of them says.
        """
        ...

    def sentence_finished(self) -> None:
        """Told after each finished sentence: an engine that delivers is not in a crash loop."""
        ...

    async def aclose(self) -> None:
        """Let go of processes and connections. Safe to call twice."""
        ...
