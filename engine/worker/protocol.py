"""What a worker and its supervisor say to each other outside HTTP. Imports nothing heavy.

The supervisor puts the token into the environment, and beside it what the studio wants of the
backend, as JSON: a command line can be read by every user of the machine. The worker writes one
line of JSON to its standard output, either that it is ready, with its port and version, or why it
could not start. It leaves when its standard input closes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

TOKEN_VARIABLE = "TTS_STUDIO_WORKER_TOKEN"
OPTIONS_VARIABLE = "TTS_STUDIO_WORKER_OPTIONS"

EXIT_NOT_STARTED = 3
"""The worker said why it could not start."""

EXIT_LOST = 70
"""The worker's process was beyond use: a poisoned backend, or a fault of its own. Never 1, which on
Windows means that somebody else ended the process."""


@dataclass(frozen=True)
class Ready:
    port: int
    version: str


@dataclass(frozen=True)
class NotStarted:
    title: str
    hint: str


def to_line(said: Ready | NotStarted) -> bytes:
    """The line, with its end; ASCII, whatever the locale."""
    if isinstance(said, Ready):
        fields = {"ready": True, "port": said.port, "version": said.version}
    else:
        fields = {"ready": False, "title": said.title, "hint": said.hint}
    return json.dumps(fields).encode("ascii") + b"\n"


def from_line(line: str) -> Ready | NotStarted | None:
    """What the line says, or None for one that a library printed."""
    try:
        fields = json.loads(line)
        if fields["ready"]:
            return Ready(int(fields["port"]), str(fields["version"]))
        return NotStarted(str(fields["title"]), str(fields["hint"]))
    except (ValueError, KeyError, TypeError):
        return None


ENGINE_LOST, ENGINE_CRASHED, NOT_READY = "engine_lost", "engine_crashed", "not_ready"
"""Codes of errors that say nothing against the text: what spoke it was ended from outside, or ended
by itself, which may be another text's doing; or the server cannot speak for now."""
