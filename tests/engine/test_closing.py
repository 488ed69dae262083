"""What is said after a sentence, and when."""

from __future__ import annotations

import pytest

from engine.closing import CUTTING_SERVER, MODES, PHRASES, Closing, padded
from engine.languages import LANGUAGES


def test_each_language_has_a_phrase_that_follows_the_text_after_a_pause() -> None:
    assert PHRASES.keys() == LANGUAGES.keys()
    said = padded("안녕하세요.", Closing().phrase("Korean"))
    assert said == "안녕하세요.  ...  그리고 잠시 쉬어가겠습니다."


def test_a_phrase_that_is_written_with_its_pause_has_only_one() -> None:
    assert padded("네.", "  ...  그만.") == padded("네.", "그만.") == "네.  ...  그만."


@pytest.mark.parametrize("nothing", ["", "  ...  "])
def test_without_a_phrase_the_text_stays_as_it_is(nothing: str) -> None:
    assert padded("네.", nothing) == "네."


@pytest.mark.parametrize(("engine", "closes"), [("qwen", True), ("espeak", False)])
def test_where_nothing_is_set_it_is_said_for_engines_that_swallow_syllables(
    engine: str, closes: bool
) -> None:
    assert bool(Closing().phrase_for(engine, "German")) == closes


@pytest.mark.parametrize("engine", ["qwen", "espeak"])
def test_what_is_set_holds_for_every_engine(engine: str) -> None:
    said = {mode: Closing(mode).phrase_for(engine, "English") for mode in MODES}
    assert said == {"always": PHRASES["en"], "never": "", "after_cut_short": ""}
    mended = Closing("after_cut_short").phrase_for(engine, "English", cut_short=True)
    assert mended == PHRASES["en"]


def test_the_users_own_phrase_is_said_in_its_language_alone() -> None:
    closing = Closing("always", {"ko": "그럼 잠깐만요."})
    assert closing.phrase_for("espeak", "Korean") == "그럼 잠깐만요."
    assert closing.phrase_for("espeak", "French") == PHRASES["fr"]


@pytest.mark.parametrize("mode", [None, *MODES])
def test_a_server_that_cuts_a_phrase_of_its_own_is_never_given_one(mode: str | None) -> None:
    assert Closing(mode).phrase_for(CUTTING_SERVER, "Korean", cut_short=True) == ""
