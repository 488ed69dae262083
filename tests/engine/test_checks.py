from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from engine.audio import Samples
from engine.checks import complaints
from engine.domain import SAMPLE_RATE, Cut
from tests.engine.preview_voice import Say, preview_voice

SENTENCES = {
    "Chinese": [
        "今天天气很好，我们去公园散步。",
        "是。",
        "2026年11月22日，气温25℃。",
        "他说：“AI和GPU都很贵！”",
    ],
    "Korean": [
        "오래된 사진을 보니 어린 시절이 떠오른다.",
        "네.",
        "AI와 GPU 가격은 3.5% 올랐습니다.",
        "닭",
    ],
    "Japanese": ["古い写真を見ると子供の頃を思い出します。", "はい。", "東京大学入学式", "志。"],
    "English": [
        "The old photograph reminded me of my childhood.",
        "W.",
        "BBC & NATO: $1,999.99",
        "Strengths",
    ],
    "German": ["Das alte Foto erinnert mich an meine Kindheit.", "Ja.", "777.777 z. B."],
    "French": ["La vieille photo me rappelle mon enfance.", "Oui.", "99,99 €", "L'eau."],
    "Russian": ["Старая фотография напоминает мне детство.", "Да.", "1999 год, т.е. 3,5 %", "в"],
    "Portuguese": ["A fotografia antiga me lembra a infância.", "Sim.", "R$ 777,77"],
    "Spanish": ["La foto antigua me recuerda mi infancia.", "Sí.", "El 22/11/2026, 25 °C."],
    "Italian": ["La vecchia foto mi ricorda l'infanzia.", "Sì.", "777,77 €"],
}


@pytest.fixture(scope="module")
def say() -> Iterator[Say]:
    with preview_voice() as say:
        yield say


def hum(seconds: float, level: float = 0.3) -> Samples:
    """A voiced sound with a pause in each syllable, four syllables a second."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    voice = sum(np.sin(2 * np.pi * 120 * n * time) / n for n in range(1, 12))
    return (level * 0.5 * voice * np.sin(np.pi * 4 * time) ** 2).astype(np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)


def whole(samples: Samples) -> Cut:
    return Cut(0.0, len(samples) / SAMPLE_RATE)


def judged(samples: Samples, text: str, **more) -> str:
    more = {"cut": whole(samples), **more}
    return " ".join(complaints(samples, SAMPLE_RATE, text, "stop", **more))


@pytest.mark.parametrize("speed", [0.25, 0.5, 1.0, 2.0, 4.0])
@pytest.mark.parametrize("language", SENTENCES)
def test_ordinary_speech_in_ten_languages_raises_no_complaint(say, language: str, speed: float):
    found = {
        text: judged(say(text, language, speed), text, speed=speed) for text in SENTENCES[language]
    }
    assert not any(found.values()), found


@pytest.mark.parametrize("finish_reason", ["length", "error", "cancelled"])
def test_a_take_that_did_not_end_by_itself_is_never_good(finish_reason) -> None:
    samples, cut = hum(2.0), replace(whole(hum(2.0)), status="missing")
    (complaint,) = complaints(
        samples, SAMPLE_RATE, "여덟 글자 문장이다", finish_reason, cut=cut, closing_phrase="끝."
    )
    assert "stopped before" in complaint


@pytest.mark.parametrize(
    ("status", "words"),
    [("missing", "phrase is missing"), ("no_pause", "no pause"), ("unsure", "not sure")],
)
def test_a_cut_that_may_be_wrong_says_what_is_wrong_and_what_to_do(status, words) -> None:
    said = judged(hum(2.0), "여덟 글자 문장이다", cut=Cut(0.0, 2.0, status), closing_phrase="끝.")
    assert words in said
    assert "listen to the end" in said
    assert "re-roll" in said


@pytest.mark.parametrize("status", ["ok", "doubled"])
def test_a_cut_that_was_found_is_no_complaint(status) -> None:
    assert not judged(
        hum(2.0), "여덟 글자 문장이다", cut=Cut(0.0, 2.0, status), closing_phrase="끝."
    )


def test_only_what_the_cut_keeps_is_judged() -> None:
    text = "여덟 글자 문장이다"
    phrase = hum(30.0, 1.0)
    take = np.concatenate([hum(2.0), silence(0.3), phrase])
    assert "too long" in judged(take, text)
    assert not judged(take, text, cut=Cut(0.0, 2.2))
    assert "too short" in judged(
        take, "이 문장은 너무 길어서 이 시간에 말할 수 없다" * 4, cut=Cut(0.0, 2.2)
    )
    assert judged(take, text, cut=Cut(2.0, 2.2)) == "Nothing can be heard."


def test_a_late_start_is_told_although_the_cut_leaves_it_out() -> None:
    take = np.concatenate([silence(1.0), hum(2.0)])
    assert "1.0 s of silence" in judged(take, "여덟 글자 문장이다", cut=Cut(0.95, 3.0))


@pytest.mark.parametrize("samples", [silence(0), silence(2.0), hum(2.0, 0.001)])
def test_a_take_that_nobody_hears_says_so_and_nothing_else(samples: Samples) -> None:
    cut = replace(whole(samples), status="missing")
    assert judged(samples, "네.", cut=cut, closing_phrase="끝.") == "Nothing can be heard."


def test_a_quiet_take_is_heard() -> None:
    assert not judged(hum(2.0, 0.02), "여덟 글자 문장이다")


def test_a_take_of_a_few_syllables_is_too_short_for_a_long_text(say) -> None:
    text = SENTENCES["Korean"][0]
    assert "too short" in judged(say(text, "Korean")[: SAMPLE_RATE // 2], text)


def test_silence_does_not_make_up_for_missing_words(say) -> None:
    text = SENTENCES["Korean"][0]
    start = say(text, "Korean")[: SAMPLE_RATE // 2]
    assert "too short" in judged(np.concatenate([start, silence(3.0)]), text)


@pytest.mark.parametrize("language", SENTENCES)
def test_a_take_that_rambles_on_is_too_long_for_its_text(say, language: str) -> None:
    text = SENTENCES[language][0]
    rambling = np.concatenate([say(text, language)] * 16)
    assert "too long" in judged(rambling, text)


def test_a_slow_speed_that_was_asked_for_is_not_too_long() -> None:
    text = "여덟 글자 문장이다"
    assert "too long" in judged(hum(8.0), text)
    assert not judged(hum(8.0), text, speed=0.5)


def test_a_text_of_unknown_length_is_neither_too_short_nor_too_long() -> None:
    assert not judged(hum(20.0), "…")
    assert not judged(hum(0.2), "…")


def test_a_late_start_is_told_in_seconds() -> None:
    text = "여덟 글자 문장이다"
    assert not judged(np.concatenate([silence(0.8), hum(2.0)]), text)
    late = np.concatenate([silence(1.5), hum(2.0)])
    assert "1.5 s of silence" in judged(late, text)


def test_hiss_before_the_first_word_counts_as_silence() -> None:
    hiss = np.random.default_rng(0).normal(0, 0.0005, SAMPLE_RATE * 2).astype(np.float32)
    assert "silence" in judged(np.concatenate([hiss, hum(2.0)]), "여덟 글자 문장이다")


@pytest.mark.parametrize("language", SENTENCES)
def test_speech_driven_into_full_scale_is_distorted(say, language: str) -> None:
    text = SENTENCES[language][0]
    samples = say(text, language)
    driven = np.clip(samples * (4 / np.abs(samples).max()), -1, 1)
    assert "clipped" in judged(driven, text)


def test_one_blunt_peak_in_a_short_clip_is_not_distortion(say) -> None:
    samples = say("네.", "Korean").copy()
    samples[2000:2004] = 1.0
    assert not judged(samples, "네.")


def test_the_blunt_tops_of_a_quiet_tone_are_not_distortion() -> None:
    tone = 0.3 * np.sin(2 * np.pi * 100 * np.arange(SAMPLE_RATE) / SAMPLE_RATE)
    assert not judged(tone.astype(np.float32), "여덟 글자")
