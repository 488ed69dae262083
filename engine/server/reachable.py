"""Where a server can be reached, for people."""

from __future__ import annotations

import contextlib
import socket

_SOMEWHERE = ("192.0.2.1", 9)
# An address for documentation (RFC 5737): nothing is sent, the system only says by which of its own
# addresses it would be.


def addresses(host: str, port: int, *, tls: bool) -> str:
    """The address to give to a client: of this machine in its network, where the server listens on
    all of them."""
    if host in ("0.0.0.0", "::"):
        host = _own_address() or socket.gethostname()
    if ":" in host:
        host = f"[{host}]"
    return f"{'https' if tls else 'http'}://{host}:{port}"


def _own_address() -> str:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(_SOMEWHERE)
        return str(probe.getsockname()[0])
    return ""
