"""Where a clip holds speech, and where it pauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from engine.cutting.spectra import BAND_EDGES, HOP, Array, Spectra

Flags = npt.NDArray[np.bool_]
Run = tuple[int, int]
"""The first frame of a stretch, and the frame after its last."""

BELOW_SPEECH = np.array([47.0, 49.0, 51.0, 53.0])
"""dB under the level of the loudest part at which a sound of each band still counts: the weakest
last syllables are 45 dB down, and consonants have little power but in the upper bands."""

ABOVE_FLOOR = 8.0
"""dB over the noise between the words; the noise itself rarely rises higher in 20 ms."""

CLEARLY_SPEECH = 10.0
"""dB under the level from which a sound counts however high the floor seems: a clip that never
pauses has no frames that show its floor."""

LEVEL_FRAMES = 10
FLOOR_PERCENTILE = 5
FLOOR_MARGIN = 0.1
"""Seconds around the speech that show the floor; what was appended after them says nothing."""

DIGITAL_SILENCE = -112.0
"""dB. Below this there are only zeros, which tell nothing of the noise between the words."""

SHORTEST_BLIP = 0.025
BLIP_RISE = 8.0
"""A sound of less than 25 ms that stays within 8 dB of its threshold is the noise's own."""

SHORTEST_PAUSE = 0.025
"""Seconds. Between two voiced sounds there are shorter dips, such as a tap of the tongue."""


@dataclass(frozen=True)
class Pause:
    """A gap in the speech, in seconds: from the end of one sound to the start of the next."""

    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start


@dataclass(frozen=True)
class Speech:
    """What sounds in a clip.

    Attributes:
        flags: shape (frames,), whether a frame sounds.
        level: dB of the loud parts, over all bands.
        decibels: shape (frames,), over all bands.
        quiet: shape (frames,), what shows the floor.
    """

    flags: Flags
    level: float
    decibels: Array
    quiet: Flags

    def __bool__(self) -> bool:
        return bool(self.runs)

    @cached_property
    def runs(self) -> Sequence[Run]:
        """The stretches of sound."""
        return runs_of(self.flags)

    @property
    def start(self) -> float:
        """Seconds at which the first sound begins."""
        return self.runs[0][0] * HOP

    @property
    def end(self) -> float:
        """Seconds at which the last sound ends."""
        return (self.runs[-1][1] - 1) * HOP

    def seconds(self, start: float, end: float) -> float:
        """How much of a stretch sounds."""
        frames = (np.arange(len(self.flags)) * HOP >= start) & (
            np.arange(len(self.flags)) * HOP < end
        )
        return float(self.flags[frames].sum()) * HOP

    @cached_property
    def pauses(self) -> Sequence[Pause]:
        """Those between the first and the last sound, in order."""
        gaps = [
            Pause((before[1] - 1) * HOP, after[0] * HOP) for before, after in pairwise(self.runs)
        ]
        return [gap for gap in gaps if gap.length >= SHORTEST_PAUSE]


def find_speech(frames: Spectra) -> Speech:
    """Tell speech from what lies under it, whatever the clip's level."""
    power = frames.bands.sum(axis=1)
    decibels = 10 * np.log10(power)
    recorded = decibels > DIGITAL_SILENCE
    level = _level(power)
    if level < DIGITAL_SILENCE:
        nothing = np.zeros(len(frames), dtype=bool)
        return Speech(nothing, level, decibels, nothing)
    bands = 10 * np.log10(frames.bands)
    rough = _sounding(bands, level, recorded)
    around = recorded & _near(rough)
    flags = _sounding(bands, level, around)
    return Speech(flags, level, decibels, around & ~flags)


def runs_of(flags: Flags) -> list[Run]:
    """The stretches of true frames."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]])))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def _level(power: Array) -> float:
    """dB of the loudest 50 ms: neither a click nor the length of the pauses moves it far."""
    frames = min(LEVEL_FRAMES, len(power))
    means = np.convolve(power, np.full(frames, 1 / frames), mode="valid")
    return float(10 * np.log10(means.max()))


def _sounding(bands: Array, level: float, shown: Flags) -> Flags:
    """Shape (frames,); the floor is taken from the frames that are shown."""
    clearly = level - CLEARLY_SPEECH - (BELOW_SPEECH - BELOW_SPEECH[0])
    floor = (
        np.percentile(bands[shown], FLOOR_PERCENTILE, axis=0)
        if shown.any()
        else np.full(len(BAND_EDGES) - 1, DIGITAL_SILENCE)
    )
    threshold = np.maximum(np.minimum(floor + ABOVE_FLOOR, clearly), level - BELOW_SPEECH)
    rise = (bands - threshold).max(axis=1)
    flags = rise > 0
    for first, last in runs_of(flags):
        if (last - first) * HOP < SHORTEST_BLIP and rise[first:last].max() < BLIP_RISE:
            flags[first:last] = False
    return flags


def _near(flags: Flags) -> Flags:
    """From a little before the first sound to a little after the last."""
    near = np.zeros_like(flags)
    runs = runs_of(flags)
    if runs:
        margin = round(FLOOR_MARGIN / HOP)
        near[max(0, runs[0][0] - margin) : runs[-1][1] + margin] = True
    return near
