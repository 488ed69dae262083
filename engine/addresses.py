"""Addresses of servers that speak, as people type them: ``http://host:7860``."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from engine.errors import InputError
from engine.i18n import _

_SCHEMES = ("http", "https")

_ROUTES = ("/v1/audio/speech", "/tts/clone", "/health", "/docs", "/v1")
# People copy the address of a route; what lies before it is the server's.

LONGEST = 300
"""Characters. It stands in files, messages and one line of a screen."""


def is_address(name: str) -> bool:
    """Whether an engine's name is meant as an address."""
    return name.strip().lower().startswith(tuple(f"{scheme}://" for scheme in _SCHEMES))


def server_address(typed: str) -> str:
    """One spelling for each server: ``scheme://host[:port][/path]``.

    Raises:
        InputError: it is no address, or holds what does not belong into one.
    """
    text = typed.strip()
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _no_address(text) from None
    if parts.username is not None or parts.password is not None:
        raise InputError(
            _("A key does not belong into an address."),
            _("Type it into the field for the key, or set TTS_STUDIO_API_KEY."),
        )
    whole = parts.scheme in _SCHEMES and host and not (parts.query or parts.fragment)
    if not whole or len(text) > LONGEST or not text.isprintable() or " " in text:
        raise _no_address(text)
    host = f"[{host}]" if ":" in host else host
    authority = host if port is None else f"{host}:{port}"
    path = parts.path.rstrip("/")
    for route in _ROUTES:
        path = path.removesuffix(route)
    return f"{parts.scheme}://{authority}{path.rstrip('/')}"


def shown_address(name: str) -> str:
    """An address as short as it can be told from others; any other name as it is."""
    return name.removeprefix("http://")


def is_this_machine(address: str) -> bool:
    """Whether an address leads nowhere else, so that no proxy has anything to do with it."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _no_address(text: str) -> InputError:
    # What a key may stand in is not repeated.
    bare = re.split("[?#]", text, maxsplit=1)[0].rpartition("@")[2]
    return InputError(
        _("This is no address of a server: {text}").format(text=bare[:LONGEST]),
        _("It looks like this: http://192.168.0.10:7860"),
    )
