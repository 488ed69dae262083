"""Those who connect and then take their time, each of them let go of without anybody waiting."""

from __future__ import annotations

import asyncio
import json
import socket

import httpx
import psutil
import pytest
from starlette.types import Message, Receive, Scope, Send

from engine.server.keys import AUTHORIZED
from engine.server.limits import BoundedBody
from tests.engine.server.serving import (
    PATIENCE,
    SPEECH,
    RunningServer,
    asking,
    error_of,
    until,
)

HEALTH = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n"


def connected(server: RunningServer, window: int | None = None) -> socket.socket:
    """Args: window: bytes that are taken in before they are read."""
    connection = socket.socket()
    connection.settimeout(PATIENCE)
    if window is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    connection.connect(("127.0.0.1", httpx.URL(server.url).port or 0))
    return connection


def rest_of(connection: socket.socket) -> bytes:
    """All that comes until it is let go of."""
    answer = b""
    try:
        while piece := connection.recv(65536):
            answer += piece
    except ConnectionError:
        pass
    return answer


@pytest.mark.parametrize("said", [b"", b"GET /hea", HEALTH])
def test_the_head_of_a_request_is_not_waited_for(strict: RunningServer, said: bytes) -> None:
    with connected(strict) as connection:
        connection.sendall(said)

        assert rest_of(connection) == b""


def test_nor_is_that_of_a_second_request_which_drips_in(strict: RunningServer) -> None:
    with connected(strict) as connection:
        connection.sendall(HEALTH + b"\r\n")
        assert b"200 OK" in connection.recv(65536)
        connection.sendall(b"GET /hea")

        assert b"HTTP/1.1" not in rest_of(connection)


def test_who_has_no_key_can_send_nothing_to_be_kept(strict: RunningServer) -> None:
    with strict.client(key="") as stranger:
        for body in (b"x", iter([b"x"])):
            answer = stranger.request("GET", "/health", content=body)
            assert error_of(answer, 413)["code"] == "body_too_large"


@pytest.mark.parametrize("how", [{}, {"stream_format": "audio"}, {"stream_format": "sse"}])
def test_a_client_that_reads_nothing_of_its_answer_is_let_go_of(
    strict: RunningServer, how: dict[str, str]
) -> None:
    body = json.dumps(asking("Blah blah blah. " * 120, speed=0.25, **how)).encode()
    with connected(strict, window=4096) as connection:
        port = connection.getsockname()[1]
        head = (
            f"POST {SPEECH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {strict.key}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        connection.sendall(head.encode() + body)
        process = psutil.Process(strict.process.pid)

        def ports() -> set[int]:
            return {known.raddr.port for known in process.net_connections() if known.raddr}

        assert until(lambda: port in ports())
        assert until(lambda: port not in ports())


async def test_of_many_large_requests_those_wait_outside_for_which_there_is_no_room() -> None:
    """As soon as others are answered, there is."""
    answered, full = asyncio.Event(), asyncio.Event()
    statuses: list[int] = []

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await answered.wait()
        await send({"type": "http.response.start", "status": 200})

    async def receive() -> Message:
        return {"type": "http.request", "body": b"x" * 900}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
            if len(statuses) == 12:
                full.set()

    bounded = BoundedBody(app, most_bytes=1_000, seconds=PATIENCE)

    async def ask() -> None:
        await bounded({"type": "http", "headers": [], "state": {AUTHORIZED: True}}, receive, send)

    asking = [asyncio.create_task(ask()) for _ in range(20)]
    await full.wait()
    answered.set()
    await asyncio.gather(*asking)
    await ask()

    assert statuses == [*[429] * 12, *[200] * 9]
