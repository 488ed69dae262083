"""From a recording to the reference that a voice is cloned from, or why it is of no use."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import soxr

from engine.audio import Samples, read_audio, read_clip
from engine.domain import SAMPLE_RATE, Clip
from engine.errors import AudioError
from engine.i18n import _
from engine.syllables import count_syllables

SHORTEST, LONGEST = 1.0, 30.0
"""Seconds of a clip without the silence around it. Source: the model card asks for 3 and more, and
longer ones than 30 only cost time and memory with each sentence."""

_LONGEST_SENT = 2 * LONGEST
# Seconds of a clip that comes with a request, the silence around it too.

TAIL = 0.5
"""Seconds of silence after it: the model goes on where the clip ends, and without a pause the
clip's last sound leaks into the first word."""

_FRAME = round(0.02 * SAMPLE_RATE)
_MARGIN = round(0.1 * SAMPLE_RATE)
# Kept around the speech: soft beginnings lie below the threshold.

_BELOW_SPEECH = 40.0
_FLOOR = -60.0
# Decibels: silence is what lies so far below the loudest frames, and in any case what lies below
# this level of full scale.

_LEVEL = -23.0
_PEAK = 0.95
# RMS of speech that is brought to a usual level, in decibels of full scale; never by clipping it.

_CLIPPED_SHARE = 0.005
_CLIPPED_RUN = 3
_AT_PEAK = 0.985
_FLAT = 1e-4
# Of the peak. Samples there that do not move, several in a row, are what was cut off; the top of a
# low voice is round. So large a share of them is heard as distortion, and would be cloned.

_FASTEST, _SLOWEST = 0.05, 1.0
# Seconds per syllable. Beyond them a transcript is not that of the whole clip, which is what makes
# the model run away.


def read_reference(path: Path) -> Samples:
    """The clip as the model wants it: mono, at SAMPLE_RATE, without silence around it, at a usual
    level, and followed by TAIL seconds of silence.

    Raises:
        AudioError: it can't be read, or holds no voice that could be cloned.
    """
    return _prepared(*read_audio(path), path.name)


@lru_cache(maxsize=16)
def reference_of(clip: Clip) -> Samples:
    """As :func:`read_reference`, of a clip that came with a request, seen to fit its transcript.

    Raises:
        AudioError: as there, and as :func:`check_transcript` says.
    """
    samples = _prepared(*read_clip(clip.audio, longest=_LONGEST_SENT), "")
    if clip.transcript:
        check_transcript(samples, clip.transcript)
    return samples


def _prepared(samples: Samples, rate: int, name: str) -> Samples:
    _check_heard(samples, name)
    _check_undistorted(samples, name)
    if rate != SAMPLE_RATE:
        samples = soxr.resample(samples, rate, SAMPLE_RATE)
    spoken = _trimmed(samples.astype(np.float32))
    seconds = len(spoken) / SAMPLE_RATE
    if seconds < SHORTEST:
        raise AudioError(
            _("The clip {name} is too short: {seconds:.1f} s without the silence.").format(
                name=name, seconds=seconds
            ),
            _("Record 5 to 15 seconds of one person, speaking as the narration should sound."),
        )
    if seconds > LONGEST:
        raise AudioError(
            _("The clip {name} is too long: {seconds:.0f} s.").format(name=name, seconds=seconds),
            _("Cut 5 to 15 seconds of clear speech out of it; at most {longest:.0f}.").format(
                longest=LONGEST
            ),
        )
    tail = np.zeros(round(TAIL * SAMPLE_RATE), np.float32)
    return np.concatenate([_levelled(spoken), tail])


def check_transcript(samples: Samples, transcript: str) -> None:
    """See that the words can be those of the whole clip.

    Raises:
        AudioError: they are far too few or too many.
    """
    seconds = len(samples) / SAMPLE_RATE - TAIL
    syllables = count_syllables(transcript)
    if seconds > _SLOWEST * max(syllables.most, 1):
        raise AudioError(
            _("The clip's words are too few for its {seconds:.0f} seconds.").format(
                seconds=seconds
            ),
            _("Write down all that is said in it, or cut the clip to what is written."),
        )
    if seconds < _FASTEST * syllables.fewest:
        raise AudioError(
            _("The clip's words are too many for its {seconds:.0f} seconds.").format(
                seconds=seconds
            ),
            _("Write down only what is said in it, from its first word to its last."),
        )


def _check_heard(samples: Samples, name: str) -> None:
    if not len(samples) or _decibels(np.abs(samples).max()) < _FLOOR:
        raise AudioError(
            _("The clip {name} is silent.").format(name=name),
            _("Record it again and see that the microphone is on, or choose another file."),
        )


def _check_undistorted(samples: Samples, name: str) -> None:
    """Before it is resampled, which would bend what was cut off straight."""
    peak = np.abs(samples).max()
    at_peak = (np.abs(samples[1:]) >= _AT_PEAK * peak) & (np.abs(np.diff(samples)) <= _FLAT * peak)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], at_peak.astype(np.int8), [0]])))
    runs = edges[1::2] - edges[::2]
    if runs[runs >= _CLIPPED_RUN].sum() > _CLIPPED_SHARE * len(samples):
        raise AudioError(
            _("The clip {name} is distorted: its loud parts are cut off.").format(name=name),
            _("Record it again at a lower level; the distortion would be cloned too."),
        )


def _trimmed(samples: Samples) -> Samples:
    count = -(-len(samples) // _FRAME)
    frames = np.pad(samples, (0, count * _FRAME - len(samples))).reshape(count, _FRAME)
    levels = _decibels(np.sqrt((frames.astype(np.float64) ** 2).mean(axis=1)))
    threshold = max(float(levels.max()) - _BELOW_SPEECH, _FLOOR)
    loud = np.flatnonzero(levels >= threshold)
    if not len(loud):
        return samples[:0]
    start = max(int(loud[0]) * _FRAME - _MARGIN, 0)
    return samples[start : (int(loud[-1]) + 1) * _FRAME + _MARGIN]


def _levelled(samples: Samples) -> Samples:
    rms = np.sqrt((samples.astype(np.float64) ** 2).mean())
    gain = min(10 ** (_LEVEL / 20) / rms, _PEAK / np.abs(samples).max())
    return (samples * gain).astype(np.float32)


def _decibels(amplitude: np.ndarray | np.floating) -> np.ndarray:
    return 20 * np.log10(np.maximum(amplitude, 1e-9))
