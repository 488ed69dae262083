from __future__ import annotations

import numpy as np
import pytest

from engine.domain import SAMPLE_RATE
from tests.tui.test_player import pitch, roughest, tone
from tui.stretch import SEARCH, Stretcher


@pytest.mark.parametrize("speed", [0.75, 1.1, 1.5, 2.0])
@pytest.mark.parametrize("piece", [700, 12_000, 10**9])
def test_a_tone_keeps_its_pitch_and_has_no_seams(speed: float, piece: int) -> None:
    sound = tone(9.0)
    stretcher = Stretcher(SAMPLE_RATE, speed)
    made = np.concatenate(
        [
            stretcher.feed(sound[start : start + piece], last=start + piece >= len(sound))
            for start in range(0, len(sound), piece)
        ]
    )
    assert len(made) / SAMPLE_RATE == pytest.approx(9.0 / speed, abs=SEARCH)
    assert pitch(made) == pytest.approx(440, rel=0.005)
    middle = made[SAMPLE_RATE // 10 : -SAMPLE_RATE // 10]
    assert roughest(middle) < 0.08
    blocks = middle[: len(middle) // 480 * 480].reshape(-1, 480)
    assert np.sqrt(np.mean(blocks**2, axis=1)).min() > 0.25


@pytest.mark.parametrize("samples", [0, 1, 100, 5000])
def test_what_is_too_short_to_stretch_well_comes_out_all_the_same(samples: int) -> None:
    stretcher = Stretcher(SAMPLE_RATE, 2.0)
    first = stretcher.feed(tone(1.0)[:samples], last=False)
    rest = stretcher.feed(tone(1.0)[:0], last=True)
    assert len(first) + len(rest) == pytest.approx(samples / 2, abs=1)
