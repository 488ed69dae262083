"""What a client is told when there is no speech: OpenAI's error object, and the status with it."""

from __future__ import annotations

import math
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from engine.errors import AudioError, EngineBusy, EngineError, EngineStartError, StudioError
from engine.i18n import _
from engine.worker.protocol import NOT_READY
from engine.worker.wire import describe, error_body

CLIENT_CLOSED = 499
"""Nobody reads it; the status that web servers log for a client that hung up."""


class HungUp(EngineError):
    """Nobody waits for this speech any more."""


class TookTooLong(EngineError):
    """A request was not answered within the time that one may take."""


def too_long(seconds: float) -> TookTooLong:
    """That a request was not answered in time."""
    return TookTooLong(
        _("The request was not answered within {seconds:g} seconds.").format(seconds=seconds),
        _("Send a shorter text, or try again when fewer are waiting."),
    )


class NotReady(EngineBusy):
    """The engine is being loaded, or cannot be had at the moment."""


class Unfit(StudioError):
    """What a client sent cannot be taken.

    Attributes:
        status: of HTTP.
        code: for programs.
        param: the field at fault, or None.
    """

    def __init__(
        self, status: int, code: str, title: str, hint: str = "", *, param: str | None = None
    ) -> None:
        super().__init__(title, hint)
        self.status = status
        self.code = code
        self.param = param


class NotKept(StudioError):
    """The server's own disk would not have it. No path of it is told to a client."""


def answer_of(error: StudioError) -> tuple[int, dict[str, Any], dict[str, str]]:
    """HTTP status, body and headers for an error of ours."""
    if isinstance(error, Unfit):
        return error.status, _invalid(str(error), error.code, error.param), {}
    if isinstance(error, EngineBusy):
        retry = {"Retry-After": str(math.ceil(error.retry_after))}
        if isinstance(error, NotReady):
            return 503, error_body(str(error), kind="server_error", code=NOT_READY), retry
        return *describe(error), retry
    if isinstance(error, TookTooLong):
        return 504, error_body(str(error), kind="server_error", code="timeout"), {}
    if isinstance(error, NotKept):
        return 507, error_body(str(error), kind="server_error", code="not_kept"), {}
    if isinstance(error, HungUp):
        return CLIENT_CLOSED, _invalid(str(error), "cancelled"), {}
    if isinstance(error, EngineStartError):
        return 503, error_body(str(error), kind="server_error", code="engine_error"), {}
    if isinstance(error, EngineError):
        return *describe(error), {}
    kind = "speech_failed" if isinstance(error, AudioError) else "internal_error"
    return 500, error_body(str(error), kind="server_error", code=kind), {}


def _invalid(message: str, code: str, param: str | None = None) -> dict[str, Any]:
    return error_body(message, kind="invalid_request_error", code=code, param=param)


def refuse(error: StudioError) -> JSONResponse:
    """The answer for an error of ours."""
    status, body, headers = answer_of(error)
    return JSONResponse(body, status_code=status, headers=headers)


def add_error_handlers(app: FastAPI) -> None:
    """Have every error answered in OpenAI's shape. A text is never repeated in one."""
    app.add_exception_handler(StudioError, _answer_ours)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http_error)
    app.add_exception_handler(Exception, _answer_fault)


async def _answer_ours(_request: Request, error: Any) -> JSONResponse:
    return refuse(error)


async def _answer_invalid(_request: Request, error: Any) -> JSONResponse:
    first = error.errors()[0]
    # "body" stands before each name; a body that is no JSON has a position instead of a name.
    names = [part for part in first["loc"][1:] if isinstance(part, str)]
    param = names[0] if names else None
    message = f"{param}: {first['msg']}" if param else str(first["msg"])
    return JSONResponse(_invalid(message, "invalid_request", param), status_code=400)


_CODES = {404: "not_found", 405: "method_not_allowed"}


async def _answer_http_error(_request: Request, error: Any) -> JSONResponse:
    code = _CODES.get(error.status_code, "invalid_request")
    return JSONResponse(
        _invalid(str(error.detail), code), status_code=error.status_code, headers=error.headers
    )


async def _answer_fault(_request: Request, _error: Exception) -> JSONResponse:
    return JSONResponse(
        error_body(
            _("The server made a mistake of its own. Its log has more."),
            kind="server_error",
            code="internal_error",
        ),
        status_code=500,
    )
