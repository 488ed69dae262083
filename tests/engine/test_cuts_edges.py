"""What a model may do at either end of a take: begin late, breathe, leak, break off, repeat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from engine.audio import Samples, read_audio
from engine.cuts import closing_from_takes, find_cut
from engine.domain import Cut
from tests.cutpoints.scoring import Clip, load_clips

RATE = 24_000
LEAD = 0.08
"""Seconds kept before the first sound."""

SPOKEN_ONCE = [clip for clip in load_clips() if clip.status == "ok"]
QUIET = [clip for clip in SPOKEN_ONCE if not any("noise" in note for note in clip.notes)]
SOME = QUIET[::4]
SPOKEN_SLOWLY = "오늘은 집에서 커피를 내려 보려고 합니다."


def samples_of(clip: Clip) -> Samples:
    return read_audio(clip.file)[0]


def cut(clip: Clip, samples: Samples, text: str | None = None) -> Cut:
    return find_cut(
        samples,
        RATE,
        text=text or clip.text,
        closing=clip.closing,
        language=clip.language,
        closing_take=read_audio(clip.closing_take)[0],
    )


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def sentence(clip: Clip) -> Samples:
    """The sentence alone, without a silence at either end."""
    samples = samples_of(clip)[: round(clip.sentence_end * RATE)]
    return samples[np.flatnonzero(np.abs(samples) > 0.02)[0] :]


def breath(level: float) -> Samples:
    """Breath is noise without a voice: 0.3 s, rising and falling."""
    noise = np.random.default_rng(1).standard_normal(round(0.3 * RATE))
    hiss = np.diff(noise, prepend=0.0) * np.hanning(len(noise))
    return (hiss / np.abs(hiss).max() * level).astype(np.float32)


def start_of(parts: Sequence[Samples], text: str = SPOKEN_SLOWLY) -> float:
    samples = np.concatenate(parts)
    return find_cut(samples, RATE, text=text, closing="", language="Korean").start


@pytest.fixture
def spoken() -> Samples:
    clip = next(c for c in QUIET if c.language == "Korean" and "norm" in c.notes)
    return sentence(clip)


def test_a_sentence_begins_a_little_before_its_first_sound(spoken: Samples) -> None:
    assert start_of([silence(0.9), spoken]) == pytest.approx(0.9 - LEAD, abs=0.015)


def test_a_breath_before_a_sentence_is_left_out(spoken: Samples) -> None:
    quiet = breath(0.04 * float(np.abs(spoken).max()))
    start = start_of([silence(0.1), quiet, silence(0.3), spoken])
    assert start == pytest.approx(0.1 + 0.3 + 0.3 - LEAD, abs=0.03)


def test_a_sound_that_leaked_from_the_reference_is_left_out(spoken: Samples) -> None:
    leak = spoken[: round(0.07 * RATE)]
    start = start_of([leak, silence(0.35), spoken])
    assert start == pytest.approx(0.07 + 0.35 - LEAD, abs=0.03)


def test_a_short_word_before_a_pause_is_kept(spoken: Samples) -> None:
    word = spoken[: round(0.07 * RATE)]
    assert start_of([word, silence(0.35), spoken], "네, " + SPOKEN_SLOWLY) < 0.01


def test_a_longer_sound_than_a_leak_is_kept(spoken: Samples) -> None:
    word = spoken[: round(0.25 * RATE)]
    assert start_of([word, silence(0.35), spoken]) < 0.01


def test_without_a_closing_phrase_the_silence_at_the_end_is_left_out(spoken: Samples) -> None:
    samples = np.concatenate([spoken, silence(2.0)])
    found = find_cut(samples, RATE, text=SPOKEN_SLOWLY, closing="", language="ko")
    assert len(spoken) / RATE - 0.02 < found.end < len(spoken) / RATE + 0.3
    assert found.status == "ok"


@pytest.mark.parametrize("said", [0.9, 0.75, 0.6])
def test_a_phrase_that_breaks_off_is_found_all_the_same(said: float) -> None:
    for clip in SOME:
        assert clip.closing_start is not None
        end = clip.closing_start + said * (clip.speech_end - clip.closing_start)
        samples = samples_of(clip)[: round(end * RATE)]
        found = cut(clip, np.concatenate([samples, silence(0.2)]))
        assert clip.sentence_end - 0.01 <= found.end <= clip.closing_start - 0.005, clip.id


def test_what_is_said_after_the_phrase_goes_with_it() -> None:
    for clip in SOME:
        assert clip.closing_start is not None
        more = np.concatenate([samples_of(clip), silence(0.2), sentence(clip)[: RATE // 2]])
        found = cut(clip, more)
        assert clip.sentence_end - 0.01 <= found.end <= clip.closing_start - 0.005, clip.id


def test_a_phrase_said_three_times_is_cut_at_the_first() -> None:
    for clip in SOME:
        assert clip.closing_start is not None
        samples = samples_of(clip)
        first, last = round((clip.closing_start - 0.01) * RATE), round(clip.speech_end * RATE)
        again = np.concatenate([silence(0.25), samples[first:last]])
        found = cut(clip, np.concatenate([samples[:last], again, again, silence(0.2)]))
        assert found.status == "doubled", clip.id
        assert clip.sentence_end - 0.01 <= found.end <= clip.closing_start - 0.005, clip.id


def test_a_take_without_the_phrase_is_left_whole() -> None:
    for clip in SOME:
        alone = np.concatenate([sentence(clip), silence(0.2)])
        found = cut(clip, alone)
        assert (found.status, found.end) == ("missing", len(alone) / RATE), clip.id


def test_too_little_speech_for_the_text_is_doubtful() -> None:
    clip = next(c for c in QUIET if c.language == "Korean" and "short" in c.notes)
    assert cut(clip, samples_of(clip), text=SPOKEN_SLOWLY * 2).status == "unsure"


def same_voice() -> list[Clip]:
    """The clips of the voice that has the most of them in one language."""
    groups: dict[tuple[str, str, str], list[Clip]] = {}
    for clip in QUIET:
        groups.setdefault((clip.language, clip.voice, clip.closing), []).append(clip)
    return max(groups.values(), key=len)


def test_takes_that_end_alike_show_the_phrase() -> None:
    clips = same_voice()
    takes = [(samples_of(clip), clip.text) for clip in clips]
    phrase = closing_from_takes(takes, RATE, closing=clips[0].closing, language=clips[0].language)
    assert phrase is not None
    for clip in clips:
        found = find_cut(
            samples_of(clip),
            RATE,
            text=clip.text,
            closing=clip.closing,
            language=clip.language,
            closing_take=phrase,
        )
        assert clip.closing_start is not None
        assert clip.sentence_end - 0.01 <= found.end <= clip.closing_start - 0.005, clip.id


def test_takes_that_end_differently_show_nothing() -> None:
    clips = same_voice()
    takes = [(sentence(clip), clip.text) for clip in clips]
    found = closing_from_takes(takes, RATE, closing=clips[0].closing, language=clips[0].language)
    assert found is None
