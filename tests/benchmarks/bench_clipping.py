"""How much clipping `engine.checks.is_clipped` finds in the preview voice, and how little it needs.

Run: python -m tests.benchmarks.bench_clipping
"""

from __future__ import annotations

import numpy as np

from engine.audio import Samples
from engine.checks import clipped_runs, is_clipped
from tests.engine.preview_voice import preview_voice
from tests.engine.test_checks import SENTENCES

SEEDS = range(8)
SPEEDS = (0.5, 1.0, 2.0)
OVERDRIVES = (0, 1, 2, 3, 4, 6)


def share(samples: Samples) -> float:
    return float(clipped_runs(samples).sum() / len(samples))


def main() -> None:
    with preview_voice() as say:
        clips = [
            say(text, language, speed, seed)
            for language, texts in SENTENCES.items()
            for text in texts
            for speed in SPEEDS
            for seed in SEEDS
        ]
    print(
        f"{len(clips)} clips; the most blunt of them: {max(map(share, clips)):.1e} of its samples"
    )
    for decibels in OVERDRIVES:
        gain = 10 ** (decibels / 20)
        driven = [np.clip(clip * (gain / np.abs(clip).max()), -1, 1) for clip in clips]
        found = np.mean([is_clipped(clip) for clip in driven])
        print(f"driven {decibels} dB over full scale: found in {found:.1%}")


if __name__ == "__main__":
    main()
