"""An imitation of a server that nobody meant well with, down to its bytes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass

from tests.engine.client.imitations.studio import HEALTH

SPEECH = "/v1/audio/speech"


@dataclass(frozen=True)
class Unending:
    """An answer that goes on with the same for ever."""

    head: bytes
    piece: bytes


def answer(
    body: str | bytes = b"", kind: str = "application/json", *headers: str, status: str = "200 OK"
) -> bytes:
    """One whose end is that of the connection."""
    lines = [f"HTTP/1.1 {status}", "Connection: close", f"Content-Type: {kind}", *headers, "", ""]
    return "\r\n".join(lines).encode() + (body if isinstance(body, bytes) else body.encode())


def health(**lies: str) -> bytes:
    """What a server of ours tells of itself, with some of it put otherwise, in JSON."""
    told = {name: json.dumps(value) for name, value in HEALTH.items()} | lies
    return answer("{" + ", ".join(f'"{name}": {value}' for name, value in told.items()) + "}")


def events(*said: str) -> bytes:
    """A stream that says so much and ends."""
    return answer("".join(f"data: {one}\n\n" for one in said), "text/event-stream")


@contextlib.asynccontextmanager
async def lying(
    answers: dict[str, bytes | Unending], *, tls: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """The address at which each path has its answer."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        gone = (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError)
        with contextlib.suppress(*gone):
            path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
            said = answers.get(path, answer(status="404 Not Found"))
            writer.write(said if isinstance(said, bytes) else said.head)
            await writer.drain()
            while isinstance(said, Unending):
                writer.write(said.piece)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
    try:
        host = "localhost" if tls else "127.0.0.1"
        scheme = "https" if tls else "http"
        yield f"{scheme}://{host}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
