"""Lists of voices and models, in the shapes that servers give them."""

from __future__ import annotations

from typing import Any

from engine.client.answers import printable

_NAMES = ("id", "name", "voice_id")


def names_of(said: dict[str, Any]) -> tuple[str, ...]:
    """The voices of ``/v1/audio/voices``: names, or objects that have one."""
    found: list[str] = []
    for part in ("voices", "uploaded_voices", "data"):
        entries = said.get(part)
        found += map(_name, entries) if isinstance(entries, list) else []
    return tuple(dict.fromkeys(filter(None, found)))


def models_in(said: dict[str, Any]) -> tuple[str, ...]:
    """The models of ``/v1/models``."""
    entries = said.get("data")
    return tuple(filter(None, map(_name, entries))) if isinstance(entries, list) else ()


def _name(entry: Any) -> str:
    if isinstance(entry, dict):
        entry = next((entry[key] for key in _NAMES if key in entry), "")
    # What cannot be printed could not be asked for either.
    return entry if isinstance(entry, str) and printable(entry) == entry else ""
