"""How things are heard, in a few words: only what is not as usual."""

from __future__ import annotations

from typing import Protocol

from engine.i18n import _

SPEEDS = (0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
"""Between which the keys change; the settings may name any other."""


class Heard(Protocol):
    """What a player says of itself."""

    @property
    def speed(self) -> float: ...
    @property
    def volume(self) -> float: ...
    @property
    def loop(self) -> bool: ...
    @property
    def paused(self) -> bool: ...


def how_heard(player: Heard) -> str:
    """Like ``▶ 1.25× · 80 % · loop · paused``; empty where all is as usual."""
    said = [
        _("{speed:g}×").format(speed=player.speed) if player.speed != 1 else "",
        percent(player.volume) if player.volume != 1 else "",
        _("loop") if player.loop else "",
        _("paused") if player.paused else "",
    ]
    words = " · ".join(filter(None, said))
    return f"▶ {words}" if words else ""


def percent(volume: float) -> str:
    """A volume as people read it."""
    return _("{percent} %").format(percent=round(volume * 100))


def next_speed(speed: float, by: int) -> float:
    """The next of SPEEDS above or below; the same where there is none."""
    beyond = [known for known in SPEEDS if (known - speed) * by > 1e-6]
    if not beyond:
        return speed
    return min(beyond) if by > 0 else max(beyond)
