"""A supervisor that a test can watch, and what it watches."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest

from engine.domain import Endpoint
from engine.errors import EngineStartError
from engine.supervisor import Supervisor, WorkerState
from tests.engine.worker.running import PATIENCE

Supervise = Callable[..., "Watched"]


class Watched(Supervisor):
    """A supervisor whose states are kept and can be waited for."""

    def __init__(self, command: tuple[str, ...], folder: Path, **options: object) -> None:
        self.states: list[WorkerState] = []
        self.delays: list[int] = []
        self.queue: asyncio.Queue[WorkerState] = asyncio.Queue()
        self.folder = folder
        super().__init__(
            command,
            folder=folder,
            log_file=folder / "worker.log",
            on_state=self._note,
            backoff=self._no_delay,
            **options,  # type: ignore[arg-type]
        )

    async def until(self, kind: str) -> WorkerState:
        async def wait() -> WorkerState:
            while (state := await self.queue.get()).kind != kind:
                pass
            return state

        return await asyncio.wait_for(wait(), PATIENCE)

    def starts(self) -> int:
        return len((self.folder / "starts").read_text())

    def crash(self) -> None:
        assert self.pid is not None
        psutil.Process(self.pid).kill()

    def _note(self, state: WorkerState) -> None:
        self.states.append(state)
        self.queue.put_nowait(state)

    def _no_delay(self, attempt: int) -> float:
        self.delays.append(attempt)
        return 0


def fake(habit: str) -> tuple[str, ...]:
    return (sys.executable, str(Path(__file__).with_name("fake_worker.py")), habit)


async def failure_of(supervisor: Supervisor) -> EngineStartError:
    with pytest.raises(EngineStartError) as failed:
        await asyncio.wait_for(supervisor.ready(), PATIENCE)
    return failed.value


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def speak(endpoint: Endpoint) -> bytes:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(
            f"{endpoint.url}/v1/audio/speech",
            headers={"Authorization": f"Bearer {endpoint.token}"},
            json={"input": "Hello.", "language": "English", "response_format": "pcm"},
        )
        return answer.raise_for_status().content


async def line_of(supervisor: Supervisor, words: str) -> str:
    """The line of the log that has these words, which may still be on its way through the pipe."""

    async def search() -> str:
        while True:
            for line in supervisor.log_tail():
                if words in line:
                    return line
            await asyncio.sleep(0.01)

    return await asyncio.wait_for(search(), PATIENCE)
