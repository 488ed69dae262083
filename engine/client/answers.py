"""What an engine answers over HTTP other than speech, in the studio's own errors."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import httpx

from engine.domain import Endpoint
from engine.errors import (
    EngineBusy,
    EngineError,
    EngineLoading,
    EngineLost,
    EngineStalled,
    EngineStartError,
    EngineUnheard,
    SpeechFailed,
    SpeechRefused,
)
from engine.i18n import _

LONGEST_MESSAGE = 300
"""Characters of what a server says of an error; it stands in one message on the screen."""

_SHORTEST_WAIT, _LONGEST_WAIT, _USUAL_WAIT = 0.1, 600.0, 1.0
_GATEWAY = (httpx.codes.BAD_GATEWAY, httpx.codes.GATEWAY_TIMEOUT)
_WRONG_KEY = "invalid_api_key"
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
# What moves a terminal's cursor, colours it, turns the direction of the text, or is none.


def authorization(endpoint: Endpoint) -> dict[bytes, bytes]:
    """The headers that let the studio in; a key may be in any language.

    Raises:
        EngineStartError: no header can carry the key; an error of the connection would repeat it.
    """
    if not endpoint.token.isprintable():
        raise EngineStartError(
            _("The key for the engine has line ends or other control characters."),
            _("Check the key: Menu (F10), Engines; or TTS_STUDIO_API_KEY."),
        )
    return {b"Authorization": f"Bearer {endpoint.token}".encode()} if endpoint.token else {}


def refusal(
    status: int, headers: Mapping[str, str], body: bytes, endpoint: Endpoint
) -> EngineError:
    """The error that an answer without success stands for."""
    message = told(body, endpoint) or _("It answered with HTTP status {status}.").format(
        status=status
    )
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        check = _("Check the key: Menu (F10), Engines; or TTS_STUDIO_API_KEY.")
        return EngineStartError(
            _("The engine does not accept the key.")
            if endpoint.token
            else _("The engine wants a key."),
            # What else servers say of a key is how programmers send one.
            check if _code(body) == _WRONG_KEY else f"{message} {check}",
        )
    if status in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE):
        wait = seconds_of(headers.get("Retry-After"))
        if status == httpx.codes.SERVICE_UNAVAILABLE:
            return EngineLoading(_("The engine is loading."), message, retry_after=wait)
        return EngineBusy(_("The engine is busy."), message, retry_after=wait)
    if status in _GATEWAY:
        # Of what stands before the engine; the engine has not been reached.
        return EngineLost(_("The engine cannot be reached."), message, from_outside=True)
    if status < httpx.codes.INTERNAL_SERVER_ERROR:
        return SpeechRefused(_("The engine refused this sentence."), message)
    return SpeechFailed(_("The engine failed on this sentence."), message)


def lost(error: httpx.RequestError) -> EngineLost:
    """A connection that could not be made, or broke."""
    if isinstance(error, httpx.ReadTimeout):
        return EngineStalled(_("The engine does not answer any more."), from_outside=False)
    unheard = isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout))
    kind = EngineUnheard if unheard else EngineLost
    return kind(
        _("The connection to the engine broke."),
        printable(str(error)) or type(error).__name__,
        from_outside=True,
    )


def told(body: bytes, endpoint: Endpoint) -> str:
    """What an answer says of an error, fit to be shown; empty where it says nothing in words.
    OpenAI's error object, FastAPI's ``detail``, or a plain text."""
    try:
        said = parsed(body)
    except ValueError:
        return ""
    for name in ("error", "message", "detail"):
        if isinstance(said, dict) and name in said:
            said = said[name]
    if isinstance(said, list):
        said = next((one.get("msg") for one in said if isinstance(one, dict)), "")
    return without_key(printable(said), endpoint) if isinstance(said, str) else ""


def _code(body: bytes) -> object:
    """OpenAI's name for an error; None where there is none."""
    try:
        return parsed(body)["error"]["code"]
    except (ValueError, LookupError, TypeError):
        return None


def parsed(text: str | bytes) -> Any:
    """What JSON of a stranger's holds.

    Raises:
        ValueError: it is none, or none that could be meant.
    """
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError from error


def whole_number(said: Any, *, most: int = 2**63 - 1) -> int:
    """A count, or a seed, as a stranger tells it.

    Args:
        most: as much as a database holds.

    Raises:
        ValueError, TypeError: it is none.
    """
    try:
        number = int(said)
    except OverflowError as error:
        raise ValueError from error
    if not 0 <= number <= most:
        raise ValueError(number)
    return number


def printable(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """One line of what a stranger wrote, of bounded length, without control characters."""
    line = " ".join(_UNPRINTED.sub(" ", text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def without_key(text: str, endpoint: Endpoint) -> str:
    """What a server says that repeats the key it was given, without it."""
    return text.replace(endpoint.token, "…") if endpoint.token else text


def seconds_of(header: str | None) -> float:
    """A ``Retry-After``; what cannot be read counts as the usual wait."""
    try:
        wait = float(header or _USUAL_WAIT)
    except ValueError:
        return _USUAL_WAIT
    # Not a number compares with nothing, and would end up as either bound.
    return min(max(wait, _SHORTEST_WAIT), _LONGEST_WAIT) if wait == wait else _USUAL_WAIT
