"""Lets nobody in but who holds the key, and no web page but the server's own."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import parse_qsl, urlsplit

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.i18n import _
from engine.server_settings import is_loopback
from engine.worker.wire import error_body

AUTHORIZED = "authorized"
"""Key of the request's state: whoever asks may be told everything."""

KEYLESS = frozenset({"/", "/health", "/docs", "/openapi.json"})
"""Answered without a key, but never with a wrong one."""

_NAMES_IN_QUERY = frozenset(
    {"key", "api_key", "api-key", "apikey", "token", "access_token", "authorization", "bearer"}
)


class RequireKey:
    """ASGI middleware: answers before a path is looked up or a body is read.

    Without a key, which only a server on loopback may do, a request must be addressed to loopback:
    a page whose name was made to mean this machine is a stranger's all the same.

    Args:
        key: ASCII; empty where none is asked for.
    """

    def __init__(self, app: ASGIApp, key: str) -> None:
        self._app = app
        self._digest = _digest(key.encode("ascii")) if key else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        headers = [(name.lower(), value) for name, value in scope["headers"]]
        if self._is_foreign(headers):
            return _refused(
                403,
                "foreign_origin",
                _("Pages of other sites may not use this server."),
            )
        if _has_key_in_query(scope["query_string"]):
            return _refused(
                401,
                "key_in_address",
                _(
                    "A key never belongs into the address, which is logged on its way. Send it as "
                    "Authorization: Bearer KEY."
                ),
            )
        given = [value for name, value in headers if name == b"authorization"]
        authorized = self._digest is None or self._fits(given)
        if not authorized and (given or scope["path"] not in KEYLESS):
            return _refused(
                401,
                "invalid_api_key",
                _("The key is missing or wrong. Send it as Authorization: Bearer KEY."),
            )
        scope.setdefault("state", {})[AUTHORIZED] = authorized
        return None

    def _fits(self, given: list[bytes]) -> bool:
        scheme, _space, key = (given[0] if len(given) == 1 else b"").partition(b" ")
        # Of equal length whatever is given, so that not even the key's length can be timed.
        same = hmac.compare_digest(_digest(key.strip()), self._digest or b"")
        return same and scheme.lower() == b"bearer"

    def _is_foreign(self, headers: list[tuple[bytes, bytes]]) -> bool:
        hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
        host = hosts[0] if len(hosts) == 1 else ""
        if self._digest is None and not is_loopback(_name_of(host)):
            return True
        origins = [value.decode("latin-1") for name, value in headers if name == b"origin"]
        return any(_host_of(origin).lower() != host.lower() for origin in origins)


def _digest(value: bytes) -> bytes:
    return hashlib.sha256(value).digest()


def _name_of(host: str) -> str:
    """The host without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _has_key_in_query(query: bytes) -> bool:
    try:
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    except ValueError:
        return False
    return any(name.lower() in _NAMES_IN_QUERY for name, _value in pairs)


def _refused(status: int, code: str, message: str) -> JSONResponse:
    # The body was not read: the connection is of no more use.
    headers = {"Connection": "close"}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(
        error_body(message, kind="authentication_error", code=code),
        status_code=status,
        headers=headers,
    )
