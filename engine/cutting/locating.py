"""Where the closing phrase begins in a clip, and whether it was said at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from engine.cutting.matching import (
    STEP_SECONDS,
    Alignments,
    Features,
    align,
    features_of,
    phrase_features,
)
from engine.cutting.spectra import Spectra
from engine.cutting.speech import Speech

TAIL_LENGTHS = 8
"""How far from the end the phrase is looked for, in its own lengths: room for one said twice,
slowly, and for what a model may add after it."""

LATENESS = 0.02
"""Added to a match's cost for each second of speech after it: the phrase is the last thing said,
and of several matches that are as good the last is looked at first."""

UNSAID = 0.15
"""Added to the cost of a match that breaks off, for the share that is unsaid. An engine swallows
the end of the phrase as it would have swallowed the sentence's: that is what the phrase is for."""

LEAST_SAID = 0.5
"""Of the phrase; half of it is still unlike anything else."""

TYPICAL_COST = 0.30
TYPICAL_RATIO = 0.55
"""Half way, in log, between the costs where the phrase is said and where it is not, and the same
for the ratio to the cost of the phrase said backwards, which has the same sounds in another order.
Together they tell the two apart by a wider margin than either alone."""

LONGEST_BREAK = 1.5
OVERLAP = 0.15
"""Seconds between a phrase and its repetition; two matches may share the edge between them."""


@dataclass(frozen=True)
class Located:
    """The closing phrase in a clip.

    Attributes:
        start: seconds.
        strangeness: below 1 for a phrase that is there, above for one that is not.
        times: how often it is said in a row; ``start`` is that of the first.
    """

    start: float
    strangeness: float
    times: int = 1


def locate(
    clip: Spectra, speech: Speech, phrase: Spectra, phrase_speech: Speech, *, room: float = 0.0
) -> Located | None:
    """The most likely place of the phrase; None where no place is long enough to hold it.

    Args:
        phrase: the phrase said alone in the same voice.
        room: seconds of speech that the sentence needs before the phrase; what is like the phrase
            but leaves less is a part of the sentence.
    """
    heard, noise = features_of(clip, speech)
    wanted = phrase_features(phrase, phrase_speech, speech.level, noise)
    last = round(speech.end / STEP_SECONDS) + 1
    first = max(0, last - TAIL_LENGTHS * len(wanted))
    found = _last_match(wanted, heard[first:last])
    if found is None:
        return None
    found = replace(found, start=found.start + first * STEP_SECONDS)
    for earlier in _earlier(found, wanted, heard, first):
        if speech.seconds(0, earlier.start) < room:
            break
        found = earlier
    return found


def _last_match(phrase: Features, clip: Features) -> Located | None:
    if len(clip) <= len(phrase) * LEAST_SAID:
        return None
    found = align(phrase, clip)
    late = LATENESS * STEP_SECONDS * np.arange(len(clip))[::-1]
    end = int((found.costs + late).argmin())
    rows = np.arange(1, len(phrase) + 1)
    broken = found.broken_costs + UNSAID * (1 - rows / len(phrase))
    broken[: int(LEAST_SAID * len(phrase))] = np.inf
    row = int(broken.argmin())
    if broken[row] < found.costs[end] + late[end]:
        backwards = align(phrase[: row + 1][::-1], clip)
        start, cost = int(found.broken_starts[row]), float(broken[row])
    else:
        backwards = align(phrase[::-1], clip)
        start, cost = int(found.starts[end]), float(found.costs[end])
    strangeness = _strangeness(cost, float((backwards.costs + late).min()))
    return Located(start * STEP_SECONDS, strangeness)


def _earlier(found: Located, phrase: Features, clip: Features, first: int) -> Iterator[Located]:
    """The same with what is said of the phrase directly before it, and before that."""
    while True:
        start = round(found.start / STEP_SECONDS)
        before = clip[first : start + round(OVERLAP / STEP_SECONDS)]
        if len(before) <= len(phrase) * LEAST_SAID:
            return
        earlier = _ending_late(align(phrase, before), before)
        if earlier is None:
            return
        at, cost = earlier
        backwards = float(align(phrase[::-1], before).costs.min())
        strange = _strangeness(cost, backwards) >= 1
        if strange or at + first > start - LEAST_SAID * len(phrase):
            return
        found = replace(found, start=(at + first) * STEP_SECONDS, times=found.times + 1)
        yield found


def _ending_late(found: Alignments, clip: Features) -> tuple[int, float] | None:
    """Start and cost of the best match that ends in the last stretch of a clip."""
    reach = round((LONGEST_BREAK + OVERLAP) / STEP_SECONDS)
    first = max(0, len(clip) - reach)
    end = first + int(found.costs[first:].argmin())
    cost = float(found.costs[end])
    return (int(found.starts[end]), cost) if np.isfinite(cost) else None


def _strangeness(cost: float, backwards: float) -> float:
    if not np.isfinite(cost):
        return np.inf
    ratio = cost / backwards if np.isfinite(backwards) else TYPICAL_RATIO
    return float(np.sqrt(cost / TYPICAL_COST * ratio / TYPICAL_RATIO))
