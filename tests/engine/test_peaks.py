from __future__ import annotations

import numpy as np
import pytest

from engine.domain import SAMPLE_RATE
from engine.peaks import Peaks


def noise(seconds: float) -> np.ndarray:
    loud = np.random.default_rng(1).uniform(-0.5, 0.5, round(seconds * SAMPLE_RATE))
    return (np.rint(loud * 32768) / 32768).astype(np.float32)


@pytest.mark.parametrize(("first", "last"), [(0, 48_000), (12_000, 24_000), (100, 400)])
def test_a_column_holds_the_lowest_and_the_highest_of_its_samples(first: int, last: int) -> None:
    samples = noise(2.0)
    columns = Peaks(samples).columns(first, last, 10)
    for number, part in enumerate(np.array_split(samples[first:last], 10)):
        # A column may begin or end half of its width off, where another value may be the extreme.
        width = len(part)
        start = first + number * width
        around = samples[max(0, start - width // 2 - 1) : start + width + width // 2 + 1]
        middle = samples[start + width // 2 : start + width // 2 + 1]
        assert around.min() <= columns[number, 0] <= middle.min()
        assert middle.max() <= columns[number, 1] <= around.max()


def test_a_single_click_in_five_minutes_is_seen_at_every_scale() -> None:
    samples = np.zeros(300 * SAMPLE_RATE, np.float32)
    click = 123 * SAMPLE_RATE + 77
    samples[click] = 0.75
    peaks = Peaks(samples)
    assert peaks.loudest == 0.75
    for width in (300.0, 30.0, 1.0, 0.05, 0.001):
        half = width / 2 * SAMPLE_RATE
        first, last = max(0.0, click - half), min(len(samples), click + half + 1)
        columns = peaks.columns(first, last, 160)
        assert columns[:, 1].max() == 0.75
        assert columns[:, 0].min() == 0.0


def test_closer_than_the_samples_each_column_shows_the_sample_that_it_lies_in() -> None:
    samples = np.array([0.0, 0.25, -0.25, 0.5], np.float32)
    columns = Peaks(samples).columns(1, 3, 8)
    assert columns[:, 0].tolist() == [0.25] * 4 + [-0.25] * 4
    assert columns[:, 0].tolist() == columns[:, 1].tolist()


def test_a_part_comes_back_as_it_was_given() -> None:
    samples = noise(0.1)
    assert np.array_equal(Peaks(samples).part(100, 300), samples[100:300])


@pytest.mark.parametrize("count", [0, 1, 31, 33, 1000])
def test_few_samples_are_drawn_as_many(count: int) -> None:
    peaks = Peaks(np.full(count, 0.5, np.float32))
    assert peaks.columns(0, count, 20)[:, 1].tolist() == [0.5 if count else 0.0] * 20
    assert peaks.loudest == (0.5 if count else 0.0)
