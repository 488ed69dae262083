"""The version of this program, by which a studio and a worker know that they fit."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def _installed() -> str:
    try:
        return version("tts-studio-tui")
    except PackageNotFoundError:
        return "0+unknown"


__version__ = _installed()
