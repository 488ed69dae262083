"""The backends by name. None is imported before it is asked for: their libraries are heavy."""

from __future__ import annotations

from collections.abc import Callable

from engine.backends.base import Backend


def _espeak() -> Backend:
    from engine.backends.espeak import EspeakBackend

    return EspeakBackend()


BACKENDS: dict[str, Callable[[], Backend]] = {"espeak": _espeak}
