"""What becomes of each request, for the log and the figures."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.server.figures import Figures

_LONGEST_PATH = 200
# Characters of what a stranger asked for; the server's own paths are shorter.


@dataclass(frozen=True)
class Answered:
    """A request whose answer is over.

    Attributes:
        path: its beginning, without what stands in the query.
        status: 0 where the client hung up before there was one.
        seconds: from its head to the end of the answer.
        bytes: of the answer's body.
    """

    method: str
    path: str
    status: int
    seconds: float
    bytes: int
    client: str


class WatchRequests:
    """ASGI middleware, around all others.

    Args:
        log: told of each request, where there is one.
    """

    def __init__(
        self, app: ASGIApp, figures: Figures, log: Callable[[Answered], None] | None
    ) -> None:
        self._app = app
        self._figures = figures
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, size = time.monotonic(), 0, 0

        async def told(message: Message) -> None:
            nonlocal status, size
            status = message.get("status", status)
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            self._figures.answered(scope["path"], status)
            if self._log is not None:
                path, client = scope["path"][:_LONGEST_PATH], (scope["client"] or ("",))[0]
                seconds = round(time.monotonic() - began, 3)
                self._log(Answered(scope["method"], path, status, seconds, size, client))
