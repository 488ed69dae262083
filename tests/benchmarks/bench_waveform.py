"""What the waveform of a take costs, for a take of two seconds and for one of five minutes: to be
made once, to be drawn anew at every scale, and to have its playhead moved.

Run: ``python -m tests.benchmarks.bench_waveform``
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timezone

import numpy as np
from textual.app import App, ComposeResult

from engine.audio import Samples
from engine.domain import SAMPLE_RATE, Cut, Spoken, Take, TakeDraft
from engine.outline import outline_of
from tui.themes import DARK
from tui.widgets.waveform import Waveform

SIZES = ((80, 5), (160, 7))
ROUNDS = 200


class Bench(App[None]):
    """Nothing but a waveform of this size."""

    CSS = "Waveform { width: 100%; height: 100%; }"

    def __init__(self) -> None:
        super().__init__()
        self.wave = Waveform()
        self.register_theme(DARK)
        self.theme = DARK.name

    def compose(self) -> ComposeResult:
        yield self.wave


def speech(seconds: float) -> Samples:
    """Noise that comes and goes as syllables do."""
    count = round(seconds * SAMPLE_RATE)
    times = np.arange(count) / SAMPLE_RATE
    loudness = np.clip(np.sin(2 * np.pi * 2.5 * times), 0, 1) * (np.sin(times) > -0.8)
    noise = np.random.default_rng(1).standard_normal(count)
    return (0.1 * loudness * noise).astype(np.float32)


def take_of(seconds: float) -> Take:
    draft = TakeDraft(
        asked=Spoken("A sentence.", "English"),
        seed=1,
        engine="bench",
        model="",
        finish_reason="stop",
        duration=seconds,
        cut=Cut(0.1 * seconds, 0.9 * seconds),
    )
    return Take(1, 1, 1, "1-1.flac", draft, datetime.now(timezone.utc))


def milliseconds(action: Callable[[int], None]) -> float:
    """The median of many rounds; each is told its number."""
    times: list[float] = []
    for number in range(ROUNDS):
        begun = time.perf_counter()
        action(number)
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


async def measure(seconds: float, size: tuple[int, int]) -> None:
    samples = speech(seconds)
    begun = time.perf_counter()
    outline = outline_of(samples)
    made = (time.perf_counter() - begun) * 1000
    app = Bench()
    async with app.run_test(size=size):
        wave = app.wave
        wave.show(take_of(seconds), outline, (), ())

        def draw() -> None:
            for line in range(size[1]):
                wave.render_line(line)

        def another_view(number: int) -> None:
            if number % 10 == 0:
                wave.show_whole()
            wave.zoom(1, seconds * 0.4)
            draw()

        def playhead(number: int) -> None:
            wave.show_playhead(seconds * number / ROUNDS)
            draw()

        anew, moved = milliseconds(another_view), milliseconds(playhead)
    print(
        f"{seconds:5.0f} s of speech on {size[0]} x {size[1]} cells: made once in {made:6.1f} ms, "
        f"drawn anew in {anew:.2f} ms, with its playhead moved in {moved:.2f} ms"
    )


if __name__ == "__main__":
    for cells in SIZES:
        for length in (2.0, 300.0):
            asyncio.run(measure(length, cells))
