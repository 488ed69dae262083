"""The clip that a voice is cloned from, as a server is sent it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.audio import encode, read_audio, resample
from engine.domain import SAMPLE_RATE
from engine.errors import AudioError, EngineStartError
from engine.i18n import _

SHORTEST, LONGEST = 1.0, 30.0
"""Seconds, as vLLM-Omni takes them."""

SILENCE = 0.5
"""Seconds after the clip: speech that is cloned goes on where the clip ends, and its last syllable
would leak into the first word. Source: the model's own examples."""


@dataclass(frozen=True)
class Clip:
    """A WAV of 24 kHz, mono, 16 bits, made anew from the user's file: nothing else that stands in
    that file, such as a name, leaves this machine.

    Attributes:
        words: what is said in it; empty where only its sound is cloned.
    """

    wav: bytes = field(repr=False)
    words: str

    @property
    def hash(self) -> str:
        """Of what is heard and said in it, as a server of ours names a voice."""
        return id_of_voice(hashlib.sha256(self.wav).hexdigest(), self.words)

    @property
    def data_uri(self) -> str:
        """Itself as the ``ref_audio`` of a request."""
        return "data:audio/wav;base64," + base64.b64encode(self.wav).decode("ascii")


def id_of_voice(sha256: str, words: str) -> str:
    """What a server of ours names a voice by.

    Args:
        sha256: of the clip as it is sent, in hexadecimal.
        words: what is said in it.
    """
    return hashlib.sha256(f"{sha256}\n{words}".encode()).hexdigest()


def read_clip(path: Path, words: str) -> Clip:
    """A clip from a file of the user's; blocks for as long as the disk does.

    Args:
        words: what is said in it; empty to clone from its sound alone.

    Raises:
        EngineStartError: the file cannot be read, or is too short or too long.
    """
    try:
        samples, rate = read_audio(path)
    except AudioError as error:
        raise EngineStartError(error.title, error.hint) from error
    seconds = len(samples) / rate
    if not SHORTEST <= seconds <= LONGEST:
        raise EngineStartError(
            _("The clip to be cloned takes {seconds:.1f} seconds.").format(seconds=seconds),
            _("A server wants one of {shortest:.0f} to {longest:.0f} seconds.").format(
                shortest=SHORTEST, longest=LONGEST
            ),
        )
    samples = resample(samples, rate, SAMPLE_RATE)
    silence = np.zeros(round(min(SILENCE, LONGEST - seconds) * SAMPLE_RATE), dtype=np.float32)
    return Clip(encode(np.concatenate([samples, silence]), SAMPLE_RATE, "wav"), words)
