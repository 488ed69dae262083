"""The server's log: for people, or for programs as one JSON object a line."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any

from engine import report
from engine.server.watching import Answered

_FIELDS = "fields"
# The attribute of a record that holds what its line has beside the usual.

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


def log_request(answered: Answered) -> None:
    """A line for a request. What it asked for and with which key is in none."""
    _log.info("request", extra={_FIELDS: asdict(answered)})
