"""Lets nobody in but who holds the token."""

from __future__ import annotations

import hmac

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.i18n import _
from engine.worker.wire import error_body

AUTHORIZED = "authorized"
"""Key of the request's state: the token came with it."""

_KEYLESS = ("/health",)


class RequireToken:
    """ASGI middleware: 401 before a path is looked up or a body is read.

    ``/health`` is answered without a token, but never with a wrong one.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            given = dict(scope["headers"]).get(b"authorization")
            authorized = given is not None and hmac.compare_digest(given, self._expected)
            if not authorized and (given is not None or scope["path"] not in _KEYLESS):
                await _unauthorized()(scope, receive, send)
                return
            scope.setdefault("state", {})[AUTHORIZED] = authorized
        await self._app(scope, receive, send)


def _unauthorized() -> JSONResponse:
    return JSONResponse(
        error_body(
            _("The token is missing or wrong. Send it as Authorization: Bearer TOKEN."),
            kind="authentication_error",
            code="invalid_api_key",
        ),
        status_code=401,
        headers={"WWW-Authenticate": "Bearer"},
    )
