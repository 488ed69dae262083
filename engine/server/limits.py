"""How much a client may send, and for how long it may take over it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.errors import EngineBusy
from engine.i18n import _
from engine.server.errors import Unfit, refuse
from engine.server.keys import AUTHORIZED
from engine.server.queue import RETRY_SECONDS
from engine.server_settings import ServerSettings
from engine.worker.wire import FieldRefused

_MOST_HELD = 8
# Times the largest body: so much is kept of all requests that are being answered. Short texts are
# far from it; it is clips that come with requests, of which many may wait.


@dataclass(frozen=True)
class Limits:
    """Of one request.

    Attributes:
        seconds: from its arrival to the end of its answer.
        clip_seconds: of a recording, the silence in it too.
    """

    characters: int
    seconds: float
    clip_bytes: int
    clip_seconds: float

    @classmethod
    def of(cls, settings: ServerSettings) -> Limits:
        return cls(
            settings.max_characters,
            settings.request_seconds,
            settings.max_clip_bytes,
            settings.max_clip_seconds,
        )

    def check_text(self, text: str, param: str) -> None:
        """Raises FieldRefused: the text is longer than one request may say."""
        if len(text) > self.characters:
            raise FieldRefused(
                param,
                _("The text is too long: {count} characters; at most {limit}.").format(
                    count=len(text), limit=self.characters
                ),
                _("Split the sentence."),
            )

    def check_clip(self, audio: bytes, param: str) -> None:
        """Raises Unfit: the recording is larger than one may be."""
        if len(audio) > self.clip_bytes:
            raise Unfit(
                413,
                "clip_too_large",
                _("The clip is too large: {count} bytes; at most {limit}.").format(
                    count=len(audio), limit=self.clip_bytes
                ),
                _("Cut 5 to 15 seconds of clear speech out of it."),
                param=param,
            )


class BoundedBody:
    """ASGI middleware: reads each body whole before anything is done about it, but no more than so
    many bytes, and for no longer than so many seconds, however it trickles in. Who was let in
    without a key, for what holds no secrets, has nothing to send."""

    def __init__(self, app: ASGIApp, most_bytes: int, seconds: float) -> None:
        self._app = app
        self._most = most_bytes
        self._seconds = seconds
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        pieces: list[bytes] = []
        try:
            await self._answer(scope, receive, send, pieces)
        finally:
            self._held -= sum(map(len, pieces))

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, pieces: list[bytes]
    ) -> None:
        try:
            whole = await self._read(scope, receive, pieces)
        except (Unfit, EngineBusy) as error:
            refusal = refuse(error)
            # What still comes is not worth waiting for.
            refusal.headers["Connection"] = "close"
            await refusal(scope, receive, send)
            return
        if whole:
            pieces[:] = [b"".join(pieces)]
            await self._app(scope, _replay(pieces[0], receive), send)

    async def _read(self, scope: Scope, receive: Receive, pieces: list[bytes]) -> bool:
        """False where the client hung up before the end of the body."""
        most = self._most if scope["state"].get(AUTHORIZED) else 0
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > most:
            raise self._too_large(most)
        size, more = 0, True
        deadline = asyncio.get_running_loop().time() + self._seconds
        while more:
            message = await self._next(receive, deadline)
            if message["type"] == "http.disconnect":
                return False
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
            self._held += len(pieces[-1])
            if size > most:
                raise self._too_large(most)
            if self._held > _MOST_HELD * self._most:
                raise _too_many()
            more = message.get("more_body", False)
        return True

    async def _next(self, receive: Receive, deadline: float) -> Message:
        # Not asyncio.wait_for, which swallows a cancellation before Python 3.12.
        coming = asyncio.ensure_future(receive())
        try:
            left = deadline - asyncio.get_running_loop().time()
            await asyncio.wait({coming}, timeout=max(left, 0.0))
            if not coming.done():
                raise Unfit(
                    408,
                    "body_too_slow",
                    _("The request did not arrive within {seconds:g} seconds.").format(
                        seconds=self._seconds
                    ),
                    _("Send it again, on a faster connection."),
                )
            return coming.result()
        finally:
            coming.cancel()

    def _too_large(self, most: int) -> Unfit:
        return Unfit(
            413,
            "body_too_large",
            _("The request is too large: at most {limit} bytes.").format(limit=most),
            _("Send a shorter clip, or a shorter text."),
        )


def _too_many() -> EngineBusy:
    return EngineBusy(
        _("The server has too much to do."),
        _("It holds as many clips as it has room for. Try again in a moment."),
        retry_after=RETRY_SECONDS,
    )


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body in one piece, and after it what the connection says."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
