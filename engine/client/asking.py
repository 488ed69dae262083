"""Small questions to a server that may be anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from engine.client.answers import authorization, lost, parsed, printable, refusal, told
from engine.domain import Endpoint
from engine.errors import EngineLost, EngineStartError
from engine.i18n import _

SECONDS = 10.0
"""A question about itself; whoever needs longer is not there."""

_LARGEST = 4_000_000
# Bytes of an answer to such a question. Lists of models and voices are far smaller.

_NOT_FOUND = 404
_TELLING = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN, httpx.codes.TOO_MANY_REQUESTS)
_GONE = (httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.GATEWAY_TIMEOUT)


@dataclass(frozen=True)
class Reply:
    """An answer that says something of the server, be it that it has no such route."""

    status: int
    body: bytes

    @property
    def success(self) -> bool:
        return httpx.codes.is_success(self.status)

    @property
    def known(self) -> bool:
        """Whether there is such a route, even if it wants to be asked otherwise."""
        return self.status != _NOT_FOUND

    @property
    def said(self) -> dict[str, Any]:
        """What a successful answer holds; empty where that is no JSON object."""
        try:
            said = parsed(self.body) if self.success else {}
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}

    def why(self, endpoint: Endpoint) -> str:
        """What it says of an error."""
        return told(self.body, endpoint) or _("It answered with HTTP status {status}.").format(
            status=self.status
        )


async def ask(
    http: httpx.AsyncClient,
    endpoint: Endpoint,
    method: str,
    route: str,
    *,
    seconds: float = SECONDS,
    **content: Any,
) -> Reply:
    """One question.

    Raises:
        EngineLost: the server can't be reached.
        EngineBusy: it asks to be left alone for a while.
        EngineStartError: the key is wrong, or the address is not this server's.
    """
    try:
        async with http.stream(
            method,
            f"{endpoint.url}{route}",
            headers=authorization(endpoint),
            timeout=seconds,
            **content,
        ) as answer:
            body = await _read(answer)
    except httpx.RequestError as error:
        raise _unreachable(error) from error
    if answer.is_redirect:
        raise _moved(answer.headers)
    if answer.status_code in (*_TELLING, *_GONE):
        raise refusal(answer.status_code, answer.headers, body, endpoint)
    return Reply(answer.status_code, body)


async def _read(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > _LARGEST:
            break
    return bytes(body[:_LARGEST])


def _unreachable(error: httpx.RequestError) -> EngineLost | EngineStartError:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return EngineStartError(
            _("The server's certificate is not trusted."),
            _("If it is yours, let SSL_CERT_FILE name its file ({reason}).").format(
                reason=printable(str(error))
            ),
        )
    return lost(error)


def _moved(headers: Mapping[str, str]) -> EngineStartError:
    return EngineStartError(
        _("The server sends the studio to another address."),
        _("If you trust it, enter that one: {address}").format(
            address=printable(headers.get("Location", ""))
        ),
    )
