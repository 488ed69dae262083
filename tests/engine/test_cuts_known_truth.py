"""Cuts held against clips whose truth is known; `python -m tests.benchmarks.bench_cuts` prints more
about them."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import pytest

from engine.cuts import find_cut
from tests.cutpoints.scoring import Clip, Score, load_clips, score

CLEAN_WITH_A_CLOSING_TAKE = 0.98
CLEAN_WITHOUT = 0.92
"""Of the clips that say the phrase once: how often it is said is hardly told without a closing
take, and these clips are rich in such as don't say it, or twice."""

MOST_LOST = 0.060
"""Seconds: half a short syllable, of which little is heard at the end of a sentence."""

CLIPS = load_clips()
TOLD_BY_STATUS = [clip for clip in CLIPS if clip.status != "ok"]


@functools.cache
def answer_to(clip: Clip, *, closing_take: bool = True) -> Score:
    return score(clip, find_cut, closing_take=closing_take)


def answers(*, closing_take: bool) -> list[Score]:
    return [answer_to(clip, closing_take=closing_take) for clip in CLIPS]


def share_of_clean(scores: Sequence[Score]) -> float:
    return sum(one.clean for one in scores) / len(scores)


def test_with_a_closing_take_hardly_any_cut_is_not_clean() -> None:
    assert share_of_clean(answers(closing_take=True)) >= CLEAN_WITH_A_CLOSING_TAKE


def test_with_a_closing_take_no_sentence_loses_what_would_be_heard() -> None:
    worst = max(answers(closing_take=True), key=lambda one: one.lost)
    assert worst.lost <= MOST_LOST, worst.clip.id


def test_without_a_closing_take_most_cuts_are_clean() -> None:
    once = [one for one in answers(closing_take=False) if one.clip.status == "ok"]
    assert share_of_clean(once) >= CLEAN_WITHOUT


@pytest.mark.parametrize("clip", TOLD_BY_STATUS, ids=lambda clip: f"{clip.status}-{clip.id}")
def test_a_phrase_that_is_missing_or_said_twice_is_recognised(clip: Clip) -> None:
    assert answer_to(clip).cut.status == clip.status


def test_where_the_phrase_is_missing_nothing_is_cut_away() -> None:
    for clip in TOLD_BY_STATUS:
        if clip.status == "missing":
            assert answer_to(clip).cut.end >= clip.speech_end, clip.id


def test_a_phrase_that_is_there_is_never_called_missing_or_doubled() -> None:
    for clip in CLIPS:
        if clip.status == "ok":
            assert answer_to(clip).cut.status not in ("missing", "doubled"), clip.id
