from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import numpy as np
import pytest

from engine.audio import Samples
from engine.checks import complaints
from engine.complaints import CLIPPED, INAUDIBLE, LATE, UNSURE_CUT
from engine.domain import SAMPLE_RATE, Cut, Spoken, Take, TakeDraft
from engine.outline import complaint_places, outline_of
from tests.engine.words import words

SPOKEN = words(0.4, 0.2, 0.4, 0.3, 0.7)
EDGES = (0.0, 0.4, 0.6, 1.0, 1.3, 2.0)


def take_of(samples: Samples, *said: str, cut: Cut | None = None) -> Take:
    length = len(samples) / SAMPLE_RATE
    draft = TakeDraft(
        asked=Spoken("Two words.", "English"),
        seed=1,
        engine="espeak",
        model="",
        finish_reason="stop",
        duration=length,
        cut=cut or Cut(0.0, length),
        complaints=said,
    )
    return Take(1, 1, 1, "1-1.flac", draft, datetime.now(timezone.utc))


def test_the_edges_of_the_pauses_are_known() -> None:
    outline = outline_of(SPOKEN)
    assert outline.seconds == 2.0
    assert outline.sounds == pytest.approx(EDGES, abs=0.02)


@pytest.mark.parametrize(("place", "edge"), [(0.35, 0.4), (0.55, 0.6), (1.1, 1.0), (1.44, 1.3)])
def test_an_edge_snaps_to_the_nearest_end_of_a_pause(place: float, edge: float) -> None:
    snapped = outline_of(SPOKEN).snapped(place)
    assert snapped is not None
    assert snapped[1] == "pause"
    assert snapped[0] == pytest.approx(edge, abs=0.02)


def test_far_from_any_pause_it_snaps_to_the_nearest_zero_crossing() -> None:
    place = 1.7 + 1.2 / 220  # a fifth of a period after the tone crosses zero
    snapped = outline_of(SPOKEN).snapped(place)
    assert snapped is not None
    there, kind = snapped
    assert kind == "crossing"
    assert abs(there - place) <= 0.25 / 220
    at = round(there * SAMPLE_RATE)
    assert there * SAMPLE_RATE == pytest.approx(at)
    assert (SPOKEN[at - 1] < 0) != (SPOKEN[at] < 0)


def test_at_the_end_of_a_pause_it_snaps_to_a_zero_crossing_and_there_to_nothing() -> None:
    outline = outline_of(SPOKEN)
    at_pause = outline.snapped(1.1)
    assert at_pause is not None
    crossing = outline.snapped(at_pause[0])
    assert crossing is None or crossing[1] == "crossing"
    quiet = outline_of(np.zeros(SAMPLE_RATE, np.float32))
    assert quiet.snapped(0.5) is None


def test_a_late_start_is_marked_in_the_silence_before_it() -> None:
    samples = words(-1.0, 0.0, 0.5)
    outline = outline_of(samples)
    places = complaint_places(take_of(samples, LATE.format(seconds=1.0)), outline)
    assert places == pytest.approx((0.5,), abs=0.02)


def test_distortion_is_marked_where_it_is() -> None:
    samples = words(2.0)
    samples[SAMPLE_RATE : SAMPLE_RATE + 4800] = np.clip(
        samples[SAMPLE_RATE : SAMPLE_RATE + 4800] * 4, -0.9, 0.9
    )
    found = complaints(samples, SAMPLE_RATE, "Two words.", "stop", cut=Cut(0.0, 2.0))
    assert CLIPPED in found
    places = complaint_places(take_of(samples, CLIPPED), outline_of(samples))
    assert places == pytest.approx((1.0,), abs=0.01)


def test_a_doubtful_cut_is_marked_at_its_end_and_what_is_everywhere_in_the_middle() -> None:
    outline, take = outline_of(SPOKEN), take_of(SPOKEN, UNSURE_CUT, cut=Cut(0.0, 1.2, "unsure"))
    assert complaint_places(take, outline) == (1.2,)
    silent = replace(take, draft=replace(take.draft, complaints=(INAUDIBLE,)))
    assert complaint_places(silent, outline) == (0.6,)
