"""Where else a sentence may end, for a person who hears that the cut is wrong."""

from __future__ import annotations

from itertools import pairwise

import pytest

from engine.audio import Samples, read_audio
from engine.cuts import (
    DEFAULT_MARGINS,
    ELSEWHERE,
    MOST_CANDIDATES,
    cut_candidates,
    find_cut,
)
from engine.domain import SAMPLE_RATE, Cut, Margins
from tests.cutpoints.scoring import LEAKED_TOLERANCE, LOST_TOLERANCE, Clip, load_clips
from tests.engine.words import words

CLIPS = load_clips()
SPOKEN = [clip for clip in CLIPS if clip.closing_start is not None]


class Asked:
    """A recording, and what is known of it."""

    def __init__(
        self, samples: Samples, text: str, closing: str, language: str = "English"
    ) -> None:
        self.samples = samples
        self.text, self.closing, self.language = text, closing, language
        self.closing_take: Samples | None = None

    @classmethod
    def of(cls, clip: Clip, *, closing_take: bool = False) -> Asked:
        asked = cls(read_audio(clip.file)[0], clip.text, clip.closing, clip.language)
        asked.closing_take = read_audio(clip.closing_take)[0] if closing_take else None
        return asked

    def found(self, margins: Margins = DEFAULT_MARGINS) -> Cut:
        return find_cut(
            self.samples,
            SAMPLE_RATE,
            text=self.text,
            closing=self.closing,
            language=self.language,
            closing_take=self.closing_take,
            margins=margins,
        )

    def candidates(self) -> tuple[float, ...]:
        return cut_candidates(
            self.samples,
            SAMPLE_RATE,
            text=self.text,
            closing=self.closing,
            language=self.language,
            closing_take=self.closing_take,
        )


def is_clean(clip: Clip, end: float) -> bool:
    assert clip.closing_start is not None
    return clip.sentence_end - LOST_TOLERANCE <= end <= clip.closing_start + LEAKED_TOLERANCE


def test_where_a_sentence_ends_is_found_or_among_the_candidates() -> None:
    """Without a closing take, where cuts are wrong often enough to be counted."""
    known = 0
    for clip in SPOKEN:
        asked = Asked.of(clip)
        known += any(is_clean(clip, end) for end in (asked.found().end, *asked.candidates()))
    assert known >= 0.95 * len(SPOKEN)


def test_with_a_closing_take_the_first_candidate_lies_near_the_phrase() -> None:
    near = 0
    for clip in SPOKEN:
        assert clip.closing_start is not None
        candidates = Asked.of(clip, closing_take=True).candidates()
        near += bool(candidates) and abs(candidates[0] - clip.closing_start) < 0.45
    assert near >= 0.9 * len(SPOKEN)


@pytest.mark.parametrize("clip", SPOKEN[::10], ids=lambda clip: clip.id)
@pytest.mark.parametrize("closing_take", [True, False])
def test_candidates_lie_apart_from_the_cut_and_from_one_another(
    clip: Clip, closing_take: bool
) -> None:
    asked = Asked.of(clip, closing_take=closing_take)
    found, candidates = asked.found(), asked.candidates()
    assert len(candidates) <= MOST_CANDIDATES
    ends = sorted((found.end, *candidates))
    assert all(after - before >= ELSEWHERE for before, after in pairwise(ends))
    assert all(found.start < end <= len(asked.samples) / SAMPLE_RATE for end in candidates)


def test_the_pauses_are_the_candidates_the_likeliest_first() -> None:
    # Half of the speech is the phrase by its syllables, so the second pause is the likeliest.
    asked = Asked(words(0.5, 0.2, 0.5, 0.2, 1.0), "la la la la", "la la la la")
    assert asked.found().end == pytest.approx(1.2 + 0.45 * 0.2, abs=0.02)
    (other,) = asked.candidates()
    assert other == pytest.approx(0.5 + 0.45 * 0.2, abs=0.02)


def test_without_a_closing_phrase_or_without_speech_there_is_none() -> None:
    samples = words(0.5, 0.2, 0.5)
    assert Asked(samples, "la", "").candidates() == ()
    assert Asked(samples * 0, "la", "la").candidates() == ()


def test_margins_say_how_much_is_kept_around_the_sentence() -> None:
    asked = Asked(words(-0.5, 0.0, 1.0, 1.0), "la la la la", "")
    usual = asked.found()
    wide = asked.found(Margins(before=0.3, after=0.6))
    bare = asked.found(Margins(before=0.0, after=0.0))
    assert usual.start - wide.start == pytest.approx(0.3 - Margins().before)
    assert wide.end - usual.end == pytest.approx(0.6 - Margins().after)
    assert (bare.start, bare.end) == pytest.approx((0.5, 1.5), abs=0.02)


def test_margins_go_no_further_than_the_pause_before_the_phrase() -> None:
    asked = Asked(words(0.5, 0.2, 0.5, 0.2, 1.0), "la la la la", "la la la la")
    assert asked.found(Margins(after=2.0)).end < 1.4
    assert asked.found(Margins(after=0.02)).end == pytest.approx(1.22, abs=0.02)
