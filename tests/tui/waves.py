"""A desk whose first row has a take with known words and pauses, and its waveform."""

from __future__ import annotations

import numpy as np

from engine.audio import Samples
from engine.domain import SAMPLE_RATE
from tests.engine.words import words
from tests.tui.desk import Desk
from tui.widgets.waveform import Waveform

SPOKEN = words(-0.2, 0.0, 0.4, 0.2, 0.4, 0.6)
"""1.8 s: words from 0.2 to 0.6 and from 0.8 to 1.2."""

FOUND = "[0.115 – 1.455]"
"""Where its cut is found, as the waveform has it."""


def syllables(*counts: int) -> Samples:
    """Phrases of so many syllables, each as loud as syllables are, with pauses after them."""
    parts: list[Samples] = []
    for count in counts:
        times = np.arange(round(0.2 * count * SAMPLE_RATE)) / SAMPLE_RATE
        envelope = 0.5 + 0.4 * np.abs(np.sin(np.pi * times / 0.2))
        voice = np.sin(2 * np.pi * 130 * times) + 0.5 * np.sin(2 * np.pi * 710 * times)
        parts += [0.3 * envelope * voice, np.zeros(round(0.25 * SAMPLE_RATE))]
    return np.concatenate(parts).astype(np.float32)


def wave_of(d: Desk) -> Waveform:
    wave = d.app.desk.wave
    assert wave is not None
    return wave


def head_of(d: Desk) -> str:
    """The line above the waveform."""
    return d.lines[wave_of(d).region.y]


def picture_of(d: Desk) -> list[str]:
    """The waveform's lines between its head and its ruler."""
    region = wave_of(d).region
    return d.lines[region.y + 1 : region.bottom - 1]


def ruler_of(d: Desk) -> str:
    return d.lines[wave_of(d).region.bottom - 1]


async def speak_first(d: Desk) -> None:
    """Have the first row spoken and its waveform drawn; nothing plays."""
    await d.press("r")
    await d.until(lambda: not d.session.busy)
    await d.until(lambda: wave_of(d).state is not None)
    d.app.desk.stop_playing()
    await d.pilot.pause()
