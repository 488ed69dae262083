"""The server's process: its port, its signals, and the order in which it ends."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import ssl
import sys
from collections.abc import Callable, Generator
from functools import partial
from types import FrameType

import uvicorn

from engine.backends.base import BackendInfo
from engine.errors import InputError
from engine.i18n import _
from engine.server.app import create_app
from engine.server.connection import PunctualProtocol
from engine.server.front import Front
from engine.server_settings import ServerSettings

_GRACE_SECONDS = 5
# For answers that are on their way when the server is to end.

_KEEP_ALIVE_SECONDS = 75
# Longer than the minute for which most clients keep an idle connection, so that none is closed just
# as it is used again.

_BACKLOG = 2048


async def serve(
    front: Front, settings: ServerSettings, listener: socket.socket, say: Callable[[str], None]
) -> int | None:
    """Serve until a signal comes; its number, or None where the server ended by itself.

    Args:
        say: told, in words, what it is doing.

    Raises:
        EngineStartError: the engine can't be had.
        InputError: the TLS files can't be used.
    """
    config = _config(front, settings)
    server = _Server(config)
    with signals() as stopped:
        serving = asyncio.create_task(server.serve([listener]))
        loading = asyncio.create_task(_load(front, say))
        stopping = asyncio.ensure_future(stopped)
        try:
            await asyncio.wait({serving, loading, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if loading.done():
                loading.result()
                await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return stopping.result() if stopping.done() else None
        finally:
            loading.cancel()
            stopping.cancel()
            # First who waits is told, then the answers are let out, and then all is closed.
            await front.aclose()
            server.should_exit = True
            await asyncio.wait({serving, loading})


async def _load(front: Front, say: Callable[[str], None]) -> None:
    say_ready(await front.start(), say)


def say_ready(info: BackendInfo, say: Callable[[str], None]) -> None:
    """That clients may come, and what speaks to them."""
    where = f"{info.model}, {info.device}" + (f", {info.dtype}" if info.dtype else "")
    say(_("Ready: {model}. Ctrl+C ends it.").format(model=where))
    if info.reason:
        say(f"  {info.reason}")


def listen(settings: ServerSettings) -> socket.socket:
    """A socket bound to where the settings say.

    Raises:
        InputError: the address is not this machine's, or the port is in use.
    """
    listener, host = None, settings.host.strip("[]")
    try:
        found = socket.getaddrinfo(
            host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, _kind, _protocol, _name, address = found[0]
        # Without its protocol named, asyncio would leave Nagle's delay on: 40 ms for each answer.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if sys.platform != "win32":
            # There it would let two programs have one port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except (OSError, UnicodeError) as error:
        if listener is not None:
            listener.close()
        raise InputError(
            _("The server cannot listen on {host}, port {port}.").format(
                host=settings.host, port=settings.port
            ),
            _("Choose another --port, or another --host ({reason}).").format(
                reason=getattr(error, "strerror", None) or error
            ),
        ) from error
    return listener


def _config(front: Front, settings: ServerSettings) -> uvicorn.Config:
    config = uvicorn.Config(
        create_app(front, settings),
        http=partial(PunctualProtocol, seconds=settings.body_seconds),  # pyright: ignore[reportArgumentType]
        lifespan="off",
        ws="none",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        ssl_certfile=settings.tls_cert or None,
        ssl_keyfile=settings.tls_key or None,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise InputError(
            _("The TLS files cannot be used: {cert} and {key}").format(
                cert=settings.tls_cert, key=settings.tls_key
            ),
            _("They must be a certificate and its key, in PEM ({reason}).").format(reason=error),
        ) from error
    return config


class _Server(uvicorn.Server):
    """Leaves the process's signals alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


@contextlib.contextmanager
def signals() -> Generator[asyncio.Future[int], None, None]:
    """The number of the first signal that asks for the end. A second one ends the process."""
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[int] = loop.create_future()

    def told(number: int) -> None:
        if not stopped.done():
            stopped.set_result(number)

    def handle(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, before[signal.Signals(number)])
        loop.call_soon_threadsafe(told, number)

    wanted = [signal.SIGINT, signal.SIGTERM]
    if sys.platform == "win32":
        wanted.append(signal.SIGBREAK)
    before = {number: signal.signal(number, handle) for number in wanted}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
