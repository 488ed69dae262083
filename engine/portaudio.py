"""The library that plays, in words; only the screen loads it."""

from __future__ import annotations

import sys

from engine.errors import AudioError
from engine.i18n import _


def no_portaudio() -> AudioError:
    """It is missing; the hint has the command that installs it."""
    return AudioError(_("There is no sound: the PortAudio library is missing."), _install_hint())


def _install_hint() -> str:
    if sys.platform == "linux":
        return _(
            "Install it and start the studio again. Debian, Ubuntu: sudo apt install "
            "libportaudio2. Fedora: sudo dnf install portaudio. "
            "Everything but listening works without it."
        )
    return _(
        "Install the Python package sounddevice again: pip install --force-reinstall sounddevice"
    )
