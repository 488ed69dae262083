"""The pause between a sentence and the phrase after it, and where in it to cut."""

from __future__ import annotations

import numpy as np

from engine.cutting.spectra import HOP
from engine.cutting.speech import Pause, Speech
from engine.domain import Margins

EARLIEST, LATEST = 0.40, 0.20
"""Seconds before and after the match's start within which the pause may end. A match begins late
where the phrase's first sound is weak, and early where the sentence's last is like it."""

PAUSE_WEIGHT = 1.2
SHORTEST, LONG = 0.05, 0.35
MISPLACED = 0.07
"""A pause is the likelier the longer it is, up to 0.35 s, and the nearer its end lies to the start
of the match: e times less likely for each 70 ms."""

LEAST_LIKELY = -1.0
"""A pause of 60 ms that ends 85 ms too early is rather the closure of a stop."""

DIP_BEFORE, DIP_AFTER = 0.03, 0.02
"""Seconds around the match's start in which the quietest frame is taken where there is no pause.
Farther away lie the closures of stops, which are quieter than a seam between two words."""

DECAY = 0.45
DECAY_FREE = 0.2
DECAY_AFTER = 0.5
GUARD = 0.015
"""A last syllable dies away under the noise: nearly half of the pause is its own, as far as the
margin goes; the last 15 ms before the phrase never are."""


def pause_before(speech: Speech, start: float) -> Pause | None:
    """The pause that ends where a phrase begins, or None if there is none."""
    likeliest = next(iter(pauses_near(speech, start)), None)
    if likeliest is None or _likeliness(likeliest, start) <= LEAST_LIKELY:
        return None
    return likeliest


def pauses_near(speech: Speech, start: float) -> list[Pause]:
    """Those that may end where a phrase begins, the likeliest first."""
    near = [pause for pause in speech.pauses if -EARLIEST <= pause.end - start <= LATEST]
    return sorted(near, key=lambda pause: -_likeliness(pause, start))


def _likeliness(pause: Pause, start: float) -> float:
    length = np.log(min(pause.length, LONG) / SHORTEST)
    return float(PAUSE_WEIGHT * length - abs(pause.end - start) / MISPLACED)


def dip_near(speech: Speech, start: float) -> float:
    """Seconds of the quietest frame around a phrase's start."""
    first = max(0, round((start - DIP_BEFORE) / HOP))
    last = max(first + 1, round((start + DIP_AFTER) / HOP))
    return (first + int(speech.decibels[first:last].argmin())) * HOP


def cut_in(pause: Pause, longest_decay: float = Margins.after) -> float:
    """Seconds at which to cut: after the last syllable has died away, before the phrase begins.

    Args:
        longest_decay: seconds of the pause that are kept at most.
    """
    decay = DECAY * pause.length + DECAY_AFTER * max(0.0, pause.length - DECAY_FREE)
    latest = max(pause.start + pause.length / 3, pause.end - GUARD)
    return min(pause.start + min(decay, longest_decay), latest)
