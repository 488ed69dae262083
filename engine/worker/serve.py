"""Runs one backend behind HTTP on a loopback port that the system picks."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
from collections.abc import Callable, Generator

import uvicorn

from engine.backends.base import Backend
from engine.version import __version__
from engine.worker.app import create_app
from engine.worker.batcher import Batcher
from engine.worker.protocol import EXIT_LOST, Ready

logger = logging.getLogger(__name__)

_KEEP_ALIVE_SECONDS = 3600
# A connection must never be closed just as its client reuses it: that looks like a crash.


async def serve(backend: Backend, token: str, announce: Callable[[Ready], None]) -> None:
    """Load the backend, announce the port, and serve until the process is ended.

    Raises:
        EngineStartError: the backend can't be loaded.
        OSError: there is no port to be had.
    """
    batcher = Batcher(backend, on_lost=_leave)
    # Without its protocol named, asyncio would leave Nagle's delay on: 40 ms for each answer.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        ready = Ready(int(listener.getsockname()[1]), __version__)
        config = uvicorn.Config(
            create_app(batcher, token),
            lifespan="off",
            ws="none",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        )
        try:
            await batcher.load()
            await _Server(config, on_listening=lambda: announce(ready)).serve([listener])
        finally:
            await batcher.aclose()


class _Server(uvicorn.Server):
    """Says when it listens, and leaves the process's signals alone."""

    def __init__(self, config: uvicorn.Config, on_listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_listening = on_listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_listening()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def _leave(error: BaseException) -> None:
    """End the process at once: after a device fault even an orderly exit may hang."""
    logger.critical("the backend is lost and takes the process with it", exc_info=error)
    logging.shutdown()
    os._exit(EXIT_LOST)
