from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.labels import make_label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Hello, world!", "Hello_world"),
        ("안녕하세요, 여러분.", "안녕하세요_여러분"),
        ("  Keep   the CASE  ", "Keep_the_CASE"),
        ("Don't stop — it’s fine", "Dont_stop_its_fine"),
        ("그래서…갔다", "그래서_갔다"),
        ("속도는 6.2m, 값은 1,000원", "속도는_6_2m_값은_1_000원"),
        ("(웃음)", "웃음"),
        ("A/B\\C:D*E?F", "A_B_C_D_E_F"),
        ("tab\tand\nline", "tab_and_line"),
        ("…", "untitled"),
        ("😀👨‍👩‍👧", "untitled"),
        ("", "untitled"),
        ("1️⃣ 하나", "1_하나"),
        ("trailing dot. ", "trailing_dot"),
    ],
)
def test_a_label_is_made_of_the_first_words(text: str, label: str) -> None:
    assert make_label(text) == label


def test_a_word_that_does_not_fit_is_left_out_whole() -> None:
    assert (
        make_label("오늘은 핸드드립 커피를 집에서 내려 봅니다")
        == "오늘은_핸드드립_커피를_집에서_내려"
    )
    assert make_label("The quick brown foxes jump") == "The_quick_brown"


def test_a_first_word_that_does_not_fit_is_cut() -> None:
    assert make_label("Supercalifragilisticexpialidocious") == "Supercalifragilistic"


def test_japanese_and_chinese_clauses_may_be_cut_anywhere() -> None:
    label = make_label("今日は、パソコンの作業がぐっと楽になるキーボードの話です。")
    assert label == "今日は_パソコンの作業がぐっと楽になるキ"


@pytest.mark.parametrize("name", ["CON", "con", "Nul", "COM1", "lpt9", "COM¹", "aux."])
def test_a_device_name_of_windows_is_changed(name: str) -> None:
    assert make_label(name) == f"{name.rstrip('.')}_"


def test_letters_that_macos_took_apart_are_put_together() -> None:
    assert make_label("\u1112\u1161\u11ab\u1100\u1173\u11af cafe\u0301") == "한글_café"


@pytest.mark.parametrize(
    "cluster",
    ["각\u0301", "\u1100\u119e\u11ab", "x\u0323\u0302\u0301", "\u0ba8\u0bbf"],
)
def test_a_combining_sequence_is_never_cut(cluster: str) -> None:
    composed = unicodedata.normalize("NFC", cluster)
    for shift in range(4):
        label = make_label("a" * shift + cluster * 20)
        assert label == "a" * shift + composed * ((20 - shift) // len(composed))


@given(st.text(max_size=80), st.integers(8, 40))
def test_a_label_is_always_a_safe_file_name(text: str, limit: int) -> None:
    label = make_label(text, limit)
    assert 1 <= len(label) <= limit
    assert label == unicodedata.normalize("NFC", label)
    assert not set(label) & set('<>:"/\\|?*. ')
    assert {unicodedata.category(c)[0] for c in label} <= {"L", "N", "M", "P"}
    assert set(filter(lambda c: unicodedata.category(c)[0] == "P", label)) <= {"_"}
    assert label.split(".")[0].upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1"}
