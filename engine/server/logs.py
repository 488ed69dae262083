"""The server's log: for people, or for programs as one JSON object a line."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine import report

_FIELDS = "fields"
# The attribute of a record that holds what its line has beside the usual.

_LONGEST_PATH = 200
# Characters of what a stranger asked for; the server's own paths are shorter.

_UNPRINTED = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
# What JSON leaves as it is in a text, and a terminal takes for more than letters. Whoever reaches
# the port can ask for a path with it.

_log = logging.getLogger(__name__)


def use_log(*, as_json: bool) -> Callable[[str], None]:
    """Have the log written to standard error. Returns what tells people what the server is doing:
    as plain lines, or in the log as well."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else logging.Formatter("%(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("httpx").setLevel(logging.WARNING)
    return _log.info if as_json else report.print_line


class JsonLines(logging.Formatter):
    """``time`` (UTC, ISO 8601), ``level``, ``logger``, ``message``, then what else is known."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, _FIELDS, {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        said = json.dumps(line, ensure_ascii=False)
        return _UNPRINTED.sub(lambda found: f"\\u{ord(found[0]):04x}", said)


class LogRequests:
    """ASGI middleware: a line for each request when its answer is over, with its ``method``,
    ``path``, ``status`` (0 where the client hung up before there was one), ``seconds``, ``bytes``
    of the answer and ``client``. What it asked for and with which key is in none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

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
            fields = {
                "method": scope["method"],
                "path": scope["path"][:_LONGEST_PATH],
                "status": status,
                "seconds": round(time.monotonic() - began, 3),
                "bytes": size,
                "client": (scope["client"] or ("",))[0],
            }
            _log.info("request", extra={_FIELDS: fields})
