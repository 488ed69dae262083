from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.syllables import count_syllables


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("오래된 사진을 보니 어린 시절이 떠오른다.", 17),
        ("네.", 1),
        ("今天天气很好", 6),
        ("東京大学", 8),
        ("古い写真を見ると", 10),
        ("カタカナ", 4),
        ("The old photograph reminded me of my childhood.", 13),
        ("W.", 3),
        ("BBC", 3),
        ("5 kg", 4),
        ("1999", 14),
        ("777", 10),
        ("25 °C", 9),
        ("Große Brücken überqueren", 8),
        ("Старая фотография", 8),
        ("La città è così bella", 8),
        ("GPU와 AI", 6),
    ],
)
def test_the_syllables_of_an_ordinary_reading_lie_within_the_bounds(text: str, spoken: int) -> None:
    counted = count_syllables(text)
    assert counted.fewest <= spoken <= counted.most


@pytest.mark.parametrize("text", ["", "…", "?!", " \n", "—"])
def test_a_text_with_nothing_to_say_has_none(text: str) -> None:
    assert count_syllables(text).most == 0


@pytest.mark.parametrize("text", ["สวัสดี", "नमस्ते", "שלום"])
def test_nothing_is_claimed_of_the_least_in_other_alphabets(text: str) -> None:
    counted = count_syllables(text)
    assert counted.fewest == 0
    assert counted.most > 0


def test_full_width_and_decomposed_letters_count_like_the_ordinary_ones() -> None:
    assert count_syllables("ＡＢＣ１２") == count_syllables("ABC12")
    decomposed = unicodedata.normalize("NFD", "한글 è")
    assert count_syllables(decomposed) == count_syllables("한글 è")


@given(st.text(), st.text())
def test_the_bounds_are_ordered_and_more_text_never_has_fewer(one: str, two: str) -> None:
    alone, together = count_syllables(one), count_syllables(f"{one}\n{two}")
    assert 0 <= together.fewest <= together.most
    assert alone.fewest <= together.fewest
