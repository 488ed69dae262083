"""The closing phrase taken from takes that end with it, where it cannot be said alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.cutting.boundary import cut_in
from engine.cutting.counting import count_back
from engine.cutting.locating import locate
from engine.cutting.spectra import Spectra, spectra
from engine.cutting.speech import Speech, find_speech

ALIKE = 0.7
"""Strangeness up to which the end of one take is found again in another."""

WITNESSES = 2
"""Other takes that must end alike: two that are wrong hardly agree."""

APART = 0.08
"""Seconds by which the ends may differ in where they begin."""

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Tail:
    samples: Samples
    start: float
    clip: Spectra
    speech: Speech


def common_phrase(
    takes: Sequence[tuple[Samples, str]], sample_rate: int, closing: str, language: str
) -> Samples | None:
    """The end that takes have in common, shape (n,), or None where too few agree.

    Args:
        takes: the samples of each, shape (n,), and the text of its sentence.
        language: its code.
    """
    tails = [
        tail
        for samples, text in takes
        if (tail := _tail(samples, sample_rate, text, closing, language))
    ]
    agreed = [(_agreement(tail, tails, sample_rate), index) for index, tail in enumerate(tails)]
    witnesses, index = max(agreed, default=(0, 0))
    return tails[index].samples if witnesses >= WITNESSES else None


def _tail(
    samples: Samples, sample_rate: int, text: str, closing: str, language: str
) -> _Tail | None:
    clip = spectra(samples, sample_rate)
    speech = find_speech(clip)
    if not speech:
        return None
    found = count_back(speech, text, closing, language)
    if found.pause is None or found.missing or found.doubtful:
        return None
    start = cut_in(found.pause)
    return _Tail(samples[round(start * sample_rate) :], found.pause.end, clip, speech)


def _agreement(tail: _Tail, tails: Sequence[_Tail], sample_rate: int) -> int:
    """How many other takes end with the same, by their own count too."""
    phrase = spectra(tail.samples, sample_rate)
    speech = find_speech(phrase)
    if not speech:
        return 0
    others = (other for other in tails if other is not tail)
    found = ((other, locate(other.clip, other.speech, phrase, speech)) for other in others)
    return sum(
        place is not None and place.strangeness < ALIKE and abs(place.start - other.start) < APART
        for other, place in found
    )
