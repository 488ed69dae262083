"""Where in a clip a phrase is said again: subsequence dynamic time warping.

Source: Müller, Fundamentals of Music Processing, 7.2. The steps are those of Sakoe and Chiba (1978)
with slopes from one half to two, so the phrase may be said at half to twice its speed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.cutting.spectra import HOP, MELS, Array, Spectra
from engine.cutting.speech import Flags, Speech

STEP = 2
"""Frames from one feature to the next: 10 ms, finer than speech changes."""

STEP_SECONDS = STEP * HOP

CEPSTRA = 13
FLOOR_BELOW_LEVEL = 55.0
"""dB. Noise at this level is added to both sides, so that digital silence is like any other."""

FLOOR_PERCENTILE = 5

Features = npt.NDArray[np.float64]
Steps = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Alignments:
    """The best ways to find a phrase in a clip.

    Attributes:
        costs: shape (steps,), for a match that ends at each step of the clip its mean distance per
            step of the phrase; infinite where none can end.
        starts: shape (steps,), the step at which such a match begins.
        broken_costs: shape (steps of the phrase,), for a match that breaks off at the last step of
            the clip after so many of the phrase.
        broken_starts: the same for where it begins.
    """

    costs: Array
    starts: Steps
    broken_costs: Array
    broken_starts: Steps


def features_of(clip: Spectra, speech: Speech) -> tuple[Features, Array]:
    """The features of a clip, shape (steps, CEPSTRA), and its noise, shape (MELS,), in power."""
    quiet = clip.mels[speech.quiet]
    noise = quiet.mean(axis=0) if len(quiet) else np.zeros(MELS)
    faint = 10 ** ((speech.level - FLOOR_BELOW_LEVEL) / 10) / MELS
    noise = np.maximum(noise, faint)
    return _cepstra(clip.mels + noise, speech.flags), noise


def phrase_features(
    phrase: Spectra, speech: Speech, clip_level: float, clip_noise: Array
) -> Features:
    """The features of a phrase as it would sound in a clip: at its level, in its noise. What lies
    before and after the phrase is left out."""
    first, last = speech.runs[0][0], speech.runs[-1][1]
    gain = 10 ** ((clip_level - speech.level) / 10)
    return _cepstra(phrase.mels[first:last] * gain + 2 * clip_noise, speech.flags[first:last])


def align(phrase: Features, clip: Features) -> Alignments:
    """Find a phrase in a clip, wherever it may end; or its beginning, at the end of the clip.

    Args:
        phrase, clip: shape (steps, CEPSTRA).
    """
    distances = _distances(phrase, clip)
    columns = len(clip)
    nowhere = np.full(columns, np.inf)
    costs, costs_before = distances[0], nowhere
    starts = starts_before = np.arange(columns)
    broken = [(costs[-1], starts[-1])]
    for row in range(1, len(phrase)):
        here, above = distances[row], distances[row - 1]
        choices = np.full((3, columns), np.inf)
        origins = np.zeros((3, columns), dtype=np.intp)
        choices[0, 1:] = costs[:-1] + here[1:]
        origins[0, 1:] = starts[:-1]
        # Two steps of the clip for one of the phrase, and the other way round.
        choices[1, 2:] = costs[:-2] + (here[1:-1] + here[2:]) / 2
        origins[1, 2:] = starts[:-2]
        choices[2, 1:] = costs_before[:-1] + above[1:] + here[1:]
        origins[2, 1:] = starts_before[:-1]
        best = choices.argmin(axis=0)[None]
        costs, costs_before = np.take_along_axis(choices, best, 0)[0], costs
        starts, starts_before = np.take_along_axis(origins, best, 0)[0], starts
        broken.append((costs[-1], starts[-1]))
    rows = np.arange(1, len(phrase) + 1)
    broken_costs, broken_starts = zip(*broken, strict=True)
    return Alignments(
        costs / len(phrase), starts, np.array(broken_costs) / rows, np.array(broken_starts)
    )


def _cepstra(mels: Array, sounding: Flags) -> Features:
    """Their mean over the speech is removed, and each is scaled by the root of its spread, which
    gives the finer ones a say without making them as loud as the first."""
    cepstra = np.log(mels[::STEP]) @ _COSINES
    heard = cepstra[sounding[::STEP]]
    if not len(heard):
        heard = cepstra
    return (cepstra - heard.mean(axis=0)) / np.sqrt(heard.std(axis=0) + 1e-3)


def _distances(phrase: Features, clip: Features) -> Array:
    """Of shape (steps of the phrase, steps of the clip): one less the cosine of their angle."""
    return 1 - _unit(phrase) @ _unit(clip).T


def _unit(features: Features) -> Features:
    return features / (np.linalg.norm(features, axis=1, keepdims=True) + 1e-9)


def _cosines() -> Array:
    """The discrete cosine transform, type II, orthonormal; shape (MELS, CEPSTRA)."""
    order, place = np.arange(CEPSTRA), np.arange(MELS)[:, None]
    basis = np.cos(np.pi * order * (2 * place + 1) / (2 * MELS)) * np.sqrt(2 / MELS)
    basis[:, 0] /= np.sqrt(2)
    return basis


_COSINES = _cosines()
