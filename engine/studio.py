"""From an engine's name, as flags and settings give it, to an engine."""

from __future__ import annotations

from engine.client.base import Engine
from engine.errors import InputError
from engine.i18n import _

LOCAL_BACKENDS = ("espeak",)
"""The backends that can speak in a worker process on this machine."""

DEFAULT_ENGINE = "espeak"


def open_engine(name: str) -> Engine:
    """The engine of this name, not yet started.

    Raises:
        InputError: there is no such engine; the hint lists those there are.
    """
    if name not in LOCAL_BACKENDS:
        raise InputError(
            _("Unknown engine: {name}").format(name=name),
            _("Known engines: {known}.").format(known=", ".join(LOCAL_BACKENDS)),
        )
    from engine.client.local import LocalEngine

    return LocalEngine(name)
