from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.hangul import unfinished


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("ㅇ", "안녕"),
        ("아", "안녕"),
        ("안ㄴ", "안녕"),
        ("안녀", "안녕"),
        ("안녕핫", "안녕하세요"),
        ("갑", "값이"),
        ("값", "갑시"),
        ("닭", "달가"),
        ("고", "과자"),
        ("구", "귀"),
        ("그", "긔"),
        ("a.ㅎ", "a.하"),
    ],
)
def test_a_syllable_being_composed_may_become_what_follows(typed: str, text: str) -> None:
    assert re.match(unfinished(typed), text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [("나", "너"), ("박", "방"), ("고", "구"), ("안ㄴ", "안멍"), ("a.ㅎ", "abㅎ"), ("하", "가")],
)
def test_and_not_what_it_cannot_become(typed: str, text: str) -> None:
    assert not re.search(unfinished(typed), text)


@pytest.mark.parametrize("typed", ["", "a", "ㅏ", "가 ", "漢"])
def test_what_does_not_end_in_hangul_is_finished(typed: str) -> None:
    assert unfinished(typed) == ""


@given(st.integers(ord("가"), ord("힣")).map(chr))
def test_every_syllable_may_come_of_each_of_its_beginnings(syllable: str) -> None:
    assert re.fullmatch(unfinished(syllable), syllable)
    jamo = unicodedata.normalize("NFD", syllable)
    beginning = unicodedata.normalize("NFC", jamo[:2])
    assert re.fullmatch(unfinished(beginning), syllable)
