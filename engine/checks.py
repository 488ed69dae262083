"""What is wrong with a take, as far as it can be told from the signal alone.

The thresholds are the ones measured on clips with known truth in ten languages, made more generous
where an ordinary but slow, fast or expressive reading could cross them: a complaint that is often
mistaken is soon ignored.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.audio import Samples
from engine.complaints import (
    CLIPPED,
    INAUDIBLE,
    LATE,
    NO_PAUSE,
    NO_PHRASE,
    STOPPED,
    TOO_LONG,
    TOO_SHORT,
    UNSURE_CUT,
)
from engine.domain import Cut, CutStatus, FinishReason
from engine.syllables import FASTEST_SYLLABLE, count_syllables

SILENT_PEAK = 10 ** (-50 / 20)
"""Full scale 1.0. A take that stays below −50 dBFS is not heard."""

LEADING_SILENCE = 0.85
"""Seconds before the first sound from which a take is taken to have missed its start."""

SLOWEST = 0.51
"""Seconds per syllable from which a take is taken to ramble on; measured for runaways."""

SLOWEST_EXTRA = 2.0
"""Seconds granted to any text on top of that: breath, a pause, a long abbreviation."""

CLIPPED_LEVEL = 0.985
CLIPPED_RUN = 4
CLIPPED_SHARE = 3e-4
"""Clipped: more than this share of the samples lies in runs of at least four at 98.5 % of peak.
Speech driven 3 dB over full scale is found in 97 % of clips, and none of the preview voice as it
is, whose limiter touches full scale: ``python -m tests.benchmarks.bench_clipping`` prints it.
"""

CLIPPED_RUNS = 3
"""One blunt peak exceeds that share in a clip of half a second; clipping meets many peaks."""

CLIPPED_PEAK = 0.5
"""Full scale 1.0. A raw take is clipped at full scale; blunt tops of a quiet one are its own."""

_FRAME = 0.01
_SOUND_FLOOR = 10 ** (-60 / 20)
_SOUND_RANGE = 10 ** (-40 / 20)
# A frame sounds within 40 dB of the loudest, as speech does, and above what a model hisses.


_CUTS: dict[CutStatus, str] = {"missing": NO_PHRASE, "no_pause": NO_PAUSE, "unsure": UNSURE_CUT}


def complaints(
    samples: Samples,
    sample_rate: int,
    text: str,
    finish_reason: FinishReason,
    *,
    cut: Cut,
    closing_phrase: str = "",
    speed: float = 1.0,
) -> tuple[str, ...]:
    """What is wrong with a take, as :mod:`engine.complaints` words it; empty for a good one.

    Args:
        samples: the raw take, shape (n,).
        text: what is to be heard in the part that the cut keeps.
        closing_phrase: what was said after it, to be cut away.
        speed: the speed that was asked for; 2.0 takes half the time.
    """
    found: list[str] = []
    if finish_reason not in ("stop", "unknown"):
        found.append(STOPPED)
    kept = samples[round(cut.start * sample_rate) : round(cut.end * sample_rate)]
    sounding = _sounding(kept, sample_rate)
    if not sounding.any():
        return (*found, INAUDIBLE)
    if closing_phrase and not found and not cut.by_hand and cut.status in _CUTS:
        # One that was stopped can't have the phrase at its end: that has been said.
        found.append(_CUTS[cut.status])
    found += _of_length(sounding, len(kept) / sample_rate, text, speed)
    # What the cut leaves out at the beginning was late all the same.
    silence = leading_silence(samples, sample_rate)
    if silence >= LEADING_SILENCE:
        found.append(LATE.format(seconds=silence))
    if is_clipped(kept):
        found.append(CLIPPED)
    return tuple(found)


def _of_length(
    sounding: npt.NDArray[np.bool_], seconds: float, text: str, speed: float
) -> list[str]:
    syllables = count_syllables(text)
    longest = SLOWEST * syllables.most + SLOWEST_EXTRA
    # An engine may not go as far as the speed that was asked for; no bound is drawn tighter by it.
    if sounding.sum() * _FRAME < FASTEST_SYLLABLE * syllables.fewest / max(speed, 1.0):
        return [TOO_SHORT]
    if syllables.most and seconds > longest / min(speed, 1.0):
        return [TOO_LONG]
    return []


def is_clipped(samples: Samples) -> bool:
    """Whether the tops of the waveform are cut flat often enough to be heard."""
    runs = clipped_runs(samples)
    return len(runs) >= CLIPPED_RUNS and bool(runs.sum() > CLIPPED_SHARE * len(samples))


def clipped_runs(samples: Samples) -> npt.NDArray[np.intp]:
    """The lengths, in samples, of the flat tops."""
    return _flat_tops(samples)[1]


def clipped_places(samples: Samples) -> npt.NDArray[np.intp]:
    """The samples at which the flat tops begin."""
    return _flat_tops(samples)[0]


def leading_silence(samples: Samples, sample_rate: int) -> float:
    """Seconds before the first sound; 0.0 where nothing sounds."""
    sounding = _sounding(samples, sample_rate)
    return int(sounding.argmax()) * _FRAME if sounding.any() else 0.0


def _flat_tops(samples: Samples) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Where they begin, and how long they are."""
    loudness = np.abs(samples)
    peak = loudness.max(initial=0.0)
    if peak < CLIPPED_PEAK:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    at_top = np.concatenate([[False], loudness >= CLIPPED_LEVEL * peak, [False]])
    edges = np.flatnonzero(np.diff(at_top))
    starts, lengths = edges[::2], edges[1::2] - edges[::2]
    long = lengths >= CLIPPED_RUN
    return starts[long], lengths[long]


def _sounding(samples: Samples, sample_rate: int) -> npt.NDArray[np.bool_]:
    """For each frame of 10 ms whether it sounds; the last may be shorter."""
    if np.abs(samples).max(initial=0.0) < SILENT_PEAK:
        return np.zeros(0, dtype=bool)
    frame = max(1, round(_FRAME * sample_rate))
    padded = np.pad(samples.astype(np.float64), (0, -len(samples) % frame))
    levels = np.sqrt((padded.reshape(-1, frame) ** 2).mean(axis=1))
    return levels >= max(_SOUND_FLOOR, _SOUND_RANGE * levels.max())
