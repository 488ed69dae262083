from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from engine.backends.espeak import EspeakBackend
from engine.errors import SpeechRefused
from tests.engine.backends.listening import asking, hear, longest_pause
from tests.engine.sentences import SENTENCES


def test_ssml_is_text(backend: EspeakBackend) -> None:
    with_tag = hear(backend, asking('One <break time="5s"/> two.'))
    without = hear(backend, asking("One two."))

    assert longest_pause(with_tag.audio) < 1
    assert with_tag.seconds > without.seconds + 0.5


def test_phoneme_brackets_are_text(backend: EspeakBackend) -> None:
    in_brackets = hear(backend, asking("[[12345 67890]]"))
    bare = hear(backend, asking("12345 67890"))

    assert in_brackets.seconds > 0.9 * bare.seconds > 2


def test_control_characters_are_no_commands(backend: EspeakBackend) -> None:
    embedded_speed = hear(backend, asking("Hello \x01200S there,\x02 my\x00 friend."))
    spaces = hear(backend, asking("Hello  200S there,  my  friend."))

    assert embedded_speed.audio.tobytes() == spaces.audio.tobytes()


def test_hangul_taken_apart_sounds_as_hangul_in_one_piece(backend: EspeakBackend) -> None:
    apart = unicodedata.normalize("NFD", SENTENCES["Korean"])
    assert apart != SENTENCES["Korean"]

    assert (
        hear(backend, asking(apart, "Korean")).audio.tobytes()
        == hear(backend, asking(SENTENCES["Korean"], "Korean")).audio.tobytes()
    )


def test_an_unknown_language_is_refused_with_the_known_ones(backend: EspeakBackend) -> None:
    with pytest.raises(SpeechRefused) as refused:
        backend.check(asking("Sveiki", "Latvian"))

    assert "Latvian" in refused.value.title
    assert all(language in refused.value.hint for language in SENTENCES)


def test_an_unknown_voice_is_refused_with_the_known_one(backend: EspeakBackend) -> None:
    with pytest.raises(SpeechRefused) as refused:
        backend.check(asking("Hello", voice="Sohee"))

    assert "Sohee" in refused.value.title
    assert "preview" in refused.value.hint


@pytest.mark.parametrize("text", ["...", "…", "( )", "«»", "\x01\x02", "\u200b", "---"])
def test_a_text_with_nothing_to_say_is_refused_even_with_a_closing_phrase(
    backend: EspeakBackend, text: str
) -> None:
    job = hear(backend, replace(asking(text, "Korean"), closing_phrase="그렇습니다."))

    assert isinstance(job.error, SpeechRefused)
    assert not job.pieces


def test_the_closing_phrase_is_spoken_after_the_text_in_one_utterance(
    backend: EspeakBackend,
) -> None:
    padded = hear(backend, replace(asking("안녕하세요.", "Korean"), closing_phrase="그렇습니다."))
    written_out = hear(backend, asking("안녕하세요. 그렇습니다.", "Korean"))

    assert padded.audio.tobytes() == written_out.audio.tobytes()


def test_instructions_are_left_aside_and_that_is_said(backend: EspeakBackend) -> None:
    warnings = backend.check(asking("Hello", instruct="whisper"))

    assert len(warnings) == 1
    assert "instructions" in warnings[0]


@pytest.mark.parametrize("language", ["Chinese", "English", "Japanese", "Korean", "Russian"])
def test_a_language_that_was_not_named_is_told_by_the_script_and_that_is_said(
    backend: EspeakBackend, language: str
) -> None:
    unnamed = asking(SENTENCES[language], "")

    assert language in backend.check(unnamed)[0]
    assert (
        hear(backend, unnamed).audio.tobytes()
        == hear(backend, asking(SENTENCES[language], language)).audio.tobytes()
    )


@pytest.mark.parametrize("text", ["a" * 10_000, "가" * 5_000, "🎉" * 2_000, "̈" * 3_000 + "e"])
def test_a_text_without_a_pause_for_breath_is_spoken(backend: EspeakBackend, text: str) -> None:
    assert hear(backend, asking(text)).end is not None
