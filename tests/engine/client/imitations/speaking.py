"""What the imitations have in common: a voice that tells which text it said, and a real port."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import socket
from collections.abc import AsyncIterator, Generator
from typing import Any

import numpy as np
import numpy.typing as npt
import uvicorn
from starlette.types import ASGIApp

SECONDS_PER_LETTER = 0.12


def pitch(text: str) -> int:
    """Hz of the tone that says a text."""
    return 200 + int(hashlib.sha256(text.encode()).hexdigest(), 16) % 600


def said(text: str, rate: int = 24_000) -> npt.NDArray[np.int16]:
    """A tone for a text: how long it is and how high are the text's alone."""
    count = round((0.4 + SECONDS_PER_LETTER * len(text)) * rate)
    wave = np.sin(2 * np.pi * pitch(text) * np.arange(count) / rate)
    return np.round(12_000 * wave).astype("<i2")


def heard_pitch(samples: npt.NDArray[Any], rate: int) -> int:
    """Hz of the loudest tone."""
    spectrum = np.abs(np.fft.rfft(samples))
    return round(float(np.fft.rfftfreq(len(samples), 1 / rate)[spectrum.argmax()]))


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """The address at which an app answers on this machine."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        server = _Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))
        running = asyncio.create_task(server.serve([listener]))
        await server.listening.wait()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = server.force_exit = True
            await running
