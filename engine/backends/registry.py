"""The backends by name. None is imported before it is asked for: their libraries are heavy."""

from __future__ import annotations

from collections.abc import Callable

from engine.backends.base import Backend


def _espeak(_options: str) -> Backend:
    from engine.backends.espeak import EspeakBackend

    return EspeakBackend()


def _qwen(options: str) -> Backend:
    from engine.backends.qwen.backend import QwenBackend
    from engine.qwen_options import QwenOptions

    return QwenBackend(QwenOptions.model_validate_json(options or "{}"))


BACKENDS: dict[str, Callable[[str], Backend]] = {"espeak": _espeak, "qwen": _qwen}
"""Each takes what the studio wants of it, as JSON; empty where it wants nothing."""
