"""Short-time power of a clip, in the bands that show where there is speech and in mel bands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

HOP = 0.005
"""Seconds from one frame to the next."""

WINDOW = 0.02
"""Seconds of a frame: two periods of the lowest voice, and short beside the shortest pause."""

BAND_EDGES = (80.0, 350.0, 1200.0, 3500.0, 10500.0)
"""Hz. Voicing, vowels, the bodies of consonants, hiss: each sound stands out in one of them."""

MELS = 26
_LOWEST, _HIGHEST = 80.0, 8000.0
_CHUNK = 4096
_NOTHING = 1e-12
# Full scale squared; below the quantisation noise of 16 bits.

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Spectra:
    """Power per frame, full scale at 1.0.

    Attributes:
        bands: shape (frames, 4), in the bands of BAND_EDGES.
        mels: shape (frames, MELS).
    """

    bands: Array
    mels: Array

    def __len__(self) -> int:
        return len(self.bands)


def spectra(samples: npt.NDArray[np.floating], sample_rate: int) -> Spectra:
    """The frames of a clip. Frame i is centred at i * HOP seconds.

    Args:
        samples: shape (n,), finite.
    """
    window_size = max(2, round(WINDOW * sample_rate))
    size = 1 << (window_size - 1).bit_length()
    count = int(len(samples) / sample_rate / HOP) + 1
    starts = np.rint(np.arange(count) * HOP * sample_rate).astype(np.intp)
    padded = np.pad(np.asarray(samples, dtype=np.float32), (window_size // 2, window_size), "edge")
    frames = np.lib.stride_tricks.sliding_window_view(padded, window_size)
    window = np.hanning(window_size).astype(np.float32)
    window /= np.sqrt((window**2).sum() * size / 2)
    banks = _banks(sample_rate, size)
    found = []
    for first in range(0, count, _CHUNK):
        part = frames[starts[first : first + _CHUNK]]
        # A microphone's offset would leak into the lowest band.
        part = (part - part.mean(axis=1, keepdims=True)) * window
        found.append((np.abs(np.fft.rfft(part, size)) ** 2) @ banks)
    power = np.concatenate(found) + _NOTHING
    return Spectra(power[:, : len(BAND_EDGES) - 1], power[:, len(BAND_EDGES) - 1 :])


@lru_cache(maxsize=8)
def _banks(sample_rate: int, size: int) -> Array:
    """Weights of shape (size // 2 + 1, 4 + MELS): rectangles of the bands, triangles of the
    mels."""
    hertz = np.arange(size // 2 + 1) * sample_rate / size
    bands = [(hertz >= low) & (hertz < high) for low, high in pairwise(BAND_EDGES)]
    top = min(_HIGHEST, sample_rate / 2)
    corners = _hertz(np.linspace(_mel(_LOWEST), _mel(top), MELS + 2))
    rising = (hertz[:, None] - corners[:-2]) / (corners[1:-1] - corners[:-2])
    falling = (corners[2:] - hertz[:, None]) / (corners[2:] - corners[1:-1])
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return np.concatenate([np.stack(bands, axis=1).astype(np.float64), triangles], axis=1)


def _mel(hertz: float) -> float:
    return 2595 * float(np.log10(1 + hertz / 700))


def _hertz(mel: Array) -> Array:
    return 700 * (10 ** (mel / 2595) - 1)
