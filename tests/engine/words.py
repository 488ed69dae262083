"""Something like speech whose pauses are known: tones with digital silence between them."""

from __future__ import annotations

import numpy as np

from engine.audio import Samples, to_pcm16
from engine.domain import SAMPLE_RATE


def words(*seconds: float) -> Samples:
    """Sound and silence in turn, each so long; a negative one is silent first.

    Returns:
        Mono float32 at SAMPLE_RATE, values that 16 bits hold exactly.
    """
    parts: list[Samples] = []
    for number, length in enumerate(seconds):
        times = np.arange(round(abs(length) * SAMPLE_RATE)) / SAMPLE_RATE
        loud = 0.4 * np.sin(2 * np.pi * 220 * times) * (number % 2 == 0) * (length > 0)
        parts.append((np.rint(loud * 32768) / 32768).astype(np.float32))
    return np.concatenate(parts)


def as_pcm(samples: Samples) -> bytes:
    return to_pcm16(samples)
