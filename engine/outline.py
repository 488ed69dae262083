"""What of a take is drawn, and what its cut can be put to: its peaks, its pauses, its flat tops."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.audio import Samples
from engine.checks import clipped_places, leading_silence
from engine.complaints import is_about_beginning, is_about_clipping, is_about_end
from engine.cutting.spectra import spectra
from engine.cutting.speech import find_speech
from engine.domain import SAMPLE_RATE, Take
from engine.peaks import Peaks

REACH = 0.15
"""Seconds within which an edge of a pause is looked for: a syllable farther off is another one."""

CROSSING_REACH = 0.01
"""Seconds within which a zero crossing is looked for: half a period of the lowest voice."""

THERE = 0.0005
"""Seconds. What lies nearer to a place is the place itself."""

APART = 0.25
"""Seconds between two places that are told of: a passage that is clipped is clipped often."""

SnappedTo = Literal["pause", "crossing"]


@dataclass(frozen=True)
class Outline:
    """All in seconds of the raw take.

    Attributes:
        sounds: where sound begins and ends between the pauses, in order.
        silence: how long nothing is heard at the beginning.
        clipped: where passages with flat tops begin.
    """

    peaks: Peaks
    seconds: float
    sounds: tuple[float, ...]
    silence: float
    clipped: tuple[float, ...]

    def snapped(self, place: float) -> tuple[float, SnappedTo] | None:
        """Where an edge at this place had better be: at the nearest edge of a pause, or where it is
        at one or none is near, at the nearest zero crossing. None where it is at that too."""
        near = [edge for edge in self.sounds if THERE < abs(edge - place) <= REACH]
        at_one = any(abs(edge - place) <= THERE for edge in self.sounds)
        if near and not at_one:
            return min(near, key=lambda edge: abs(edge - place)), "pause"
        crossing = self._crossing(place)
        return None if crossing is None else (crossing, "crossing")

    def _crossing(self, place: float) -> float | None:
        middle, reach = round(place * SAMPLE_RATE), round(CROSSING_REACH * SAMPLE_RATE)
        first = max(0, middle - reach)
        around = self.peaks.part(first, middle + reach + 1)
        # The first sample at or over zero after one below, or the other way round.
        places = np.flatnonzero(np.diff(around >= 0)) + 1 + first
        if not len(places):
            return None
        nearest = int(places[np.abs(places - middle).argmin()])
        return None if nearest == middle else nearest / SAMPLE_RATE


def outline_of(samples: Samples) -> Outline:
    """The outline of a raw take.

    Args:
        samples: mono float32 at SAMPLE_RATE, shape (n,).
    """
    speech = find_speech(spectra(samples, SAMPLE_RATE))
    edges = [edge for pause in speech.pauses for edge in (pause.start, pause.end)]
    sounds = (speech.start, *edges, speech.end) if speech else ()
    clipped = _apart(float(place) / SAMPLE_RATE for place in clipped_places(samples))
    return Outline(
        Peaks(samples),
        len(samples) / SAMPLE_RATE,
        sounds,
        leading_silence(samples, SAMPLE_RATE),
        clipped,
    )


def complaint_places(take: Take, outline: Outline) -> tuple[float, ...]:
    """Where in a take what is wrong with it can be seen, in order."""
    draft = take.draft
    places: list[float] = []
    for complaint in draft.complaints:
        if is_about_beginning(complaint):
            places.append(outline.silence / 2)
        elif is_about_clipping(complaint):
            places += outline.clipped
        elif is_about_end(complaint):
            places.append(min(draft.cut.end, outline.seconds))
        else:
            places.append((draft.cut.start + draft.cut.end) / 2)
    return tuple(sorted(set(places)))


def _apart(places: Iterable[float]) -> tuple[float, ...]:
    kept: list[float] = []
    for place in places:
        if not kept or place - kept[-1] >= APART:
            kept.append(place)
    return tuple(kept)
