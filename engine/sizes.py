"""Amounts of bytes for people."""

from __future__ import annotations

_UNITS = (("GB", 1e9), ("MB", 1e6))


def shown_bytes(count: float) -> str:
    """In decimal units, as disks and the hub count: ``4.5 GB``."""
    for unit, factor in _UNITS:
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count / 1e3:.1f} kB"
