"""Where a sentence begins in a clip: after silence, a breath, or what leaked from the reference."""

from __future__ import annotations

import re

import numpy as np

from engine.cutting.spectra import HOP, Spectra
from engine.cutting.speech import Run, Speech
from engine.syllables import FASTEST_SYLLABLE, count_syllables

LEAK = 0.12
AFTER_LEAK = 0.2
"""A cloned voice may begin with the last sound of its reference: one of at most 0.12 s with a pause
of 0.2 s after it, where the text has more syllables to say before it may pause."""

LONGEST_BREATH = 0.8
AFTER_BREATH = 0.15
"""Seconds. The closure of a stop after a hiss, as in "Stop", is shorter."""

BREATH_BELOW = 18.0
UNVOICED_BELOW = 32.0
"""dB under the level of the speech: a breath as a whole, and what it has in the voice's band."""


def head_of(clip: Spectra, speech: Speech, text: str, lead: float) -> float:
    """Seconds at which to begin. The speech must hold a sound.

    Args:
        lead: seconds kept before the first sound.
    """
    first = 0
    while first + 1 < len(speech.runs) and _is_foreign(clip, speech, first, text):
        first += 1
    return max(0.0, speech.runs[first][0] * HOP - lead)


def _is_breath(clip: Spectra, speech: Speech, run: Run) -> bool:
    """Whether a stretch of sound is breath rather than speech."""
    if (run[1] - run[0]) * HOP > LONGEST_BREATH:
        return False
    power = clip.bands[run[0] : run[1]]
    loudest = 10 * np.log10(power.sum(axis=1).max())
    voice = 10 * np.log10(power[:, 0].max())
    return bool(loudest < speech.level - BREATH_BELOW and voice < speech.level - UNVOICED_BELOW)


def _is_foreign(clip: Spectra, speech: Speech, index: int, text: str) -> bool:
    run, following = speech.runs[index], speech.runs[index + 1]
    gap = (following[0] - run[1]) * HOP
    if gap >= AFTER_BREATH and _is_breath(clip, speech, run):
        return True
    seconds = (run[1] - run[0]) * HOP
    needed = FASTEST_SYLLABLE * count_syllables(_before_a_pause(text)).fewest
    return gap >= AFTER_LEAK and seconds <= LEAK and seconds < needed


def _before_a_pause(text: str) -> str:
    """The words up to the first place where a reader may pause."""
    words = re.split(r"[^\w\s]", text.strip(), maxsplit=1)
    return words[0]
