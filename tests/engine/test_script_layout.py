from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import ScriptSentence
from engine.errors import ScriptError
from engine.script import split_text


def rows(text: str) -> list[ScriptSentence]:
    return list(split_text(text).sentences)


def texts(text: str) -> list[str]:
    return [row.text for row in rows(text)]


def test_a_heading_names_the_section_and_is_not_a_row() -> None:
    found = rows("Before.\n# One #\nFirst.\n\n### Two is *two*\nSecond.\n#\nThird.")
    assert [(row.section, row.text) for row in found] == [
        ("", "Before."),
        ("One", "First."),
        ("Two is *two*", "Second."),
        ("", "Third."),
    ]


@pytest.mark.parametrize("line", ["#커피 #집", "####### Seven", "C# is a language."])
def test_a_number_sign_alone_makes_no_heading(line: str) -> None:
    assert texts(line) == [line]


def test_a_heading_keeps_a_number_sign_of_its_own() -> None:
    assert rows("# Learning C#\nHello.")[0].section == "Learning C#"


@pytest.mark.parametrize("rule", ["---", "***", "* * *", "_____", "=====", "─────", "———"])
def test_a_rule_ends_a_paragraph_and_is_not_a_row(rule: str) -> None:
    found = rows(f"One.\n{rule}\nTwo.")
    assert [(row.text, row.paragraph) for row in found] == [("One.", 1), ("Two.", 2)]


def test_blank_lines_and_headings_part_paragraphs() -> None:
    found = rows("One. Two.\nThree.\n\n \t \n\nFour.\n# Head\nFive.")
    assert [row.paragraph for row in found] == [1, 1, 1, 2, 3]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\u0085", "\u2028"])
def test_every_kind_of_line_end_ends_a_sentence(end: str) -> None:
    found = rows(f"one{end}two")
    assert [(row.text, row.paragraph) for row in found] == [("one", 1), ("two", 1)]


@pytest.mark.parametrize("end", ["\f", "\u2029", "\r\n\r\n"])
def test_a_page_or_paragraph_end_ends_a_paragraph(end: str) -> None:
    assert [row.paragraph for row in rows(f"one{end}two")] == [1, 2]


def test_what_cannot_be_seen_is_left_out_of_the_text() -> None:
    assert texts("\ufeffHel\u200blo\u00ad,\u00a0 \tmy\u2060\u202fworld\u3164.") == [
        "Hello, my world ."
    ]


def test_a_joined_emoji_stays_whole() -> None:
    assert texts("우리 가족 👨‍👩‍👧‍👦 이야기.") == ["우리 가족 👨‍👩‍👧‍👦 이야기."]


def test_half_a_character_does_no_harm() -> None:
    assert texts("Hello\ud800 there.") == ["Hello there."]


@pytest.mark.parametrize("mark", ["- ", "* ", "+ ", "• ", "  - ", "· ", "> ", "■ "])
def test_the_mark_of_a_list_item_is_not_spoken(mark: str) -> None:
    assert texts(f"{mark}물 한 잔. 소금 조금.\n{mark}밀가루") == [
        "물 한 잔.",
        "소금 조금.",
        "밀가루",
    ]


@pytest.mark.parametrize("line", ["-5도까지 내려갑니다.", "*정말* 좋아요.", "— Bonjour, dit-il."])
def test_a_sign_that_belongs_to_the_words_stays(line: str) -> None:
    assert texts(line) == [line]


def test_front_matter_is_not_spoken() -> None:
    text = "---\ntitle: Coffee\ntags:\n  - brewing\n- home\n# note\ndate: 2026-01-02\n---\nHello."
    assert texts(text) == ["Hello."]


@pytest.mark.parametrize(
    "text",
    [
        "---\nHello there.\n---\nBye.",
        "---\nAnna: Hello there.\nBob: Bye.\n---\n",
        "---\n진행자: 안녕하세요.\n---\n",
        "---\ntitle: never closed\n",
        "---\n---\nHello.",
        "One.\n---\ntitle: not at the top\n---\n",
    ],
)
def test_lines_between_rules_that_may_be_narration_stay(text: str) -> None:
    wanted = [line for line in text.split("\n") if line not in {"---", ""}]
    assert "".join(texts(text)).replace(" ", "") == "".join(wanted).replace(" ", "")


def test_a_list_between_rules_is_no_front_matter() -> None:
    assert texts("---\n- Hello there.\n- Bye.\n---\n") == ["Hello there.", "Bye."]


@pytest.mark.parametrize(
    "line",
    [
        "(웃음)",
        "[BGM]",
        "（拍手）",
        "【効果音】",
        "(Soft piano. It fades.)",
        "(웃음).",
        "(박수) (환호)",
        "(음악 (크게))",
        "// 화면: 커피. 그리고 물.",
        "//no space",
    ],
)
def test_a_stage_direction_is_one_row_suggested_as_not_spoken(line: str) -> None:
    found = rows(f"안녕하세요.\n{line}\n반갑습니다.")
    assert [(row.text, row.spoken) for row in found] == [
        ("안녕하세요.", True),
        (line, False),
        ("반갑습니다.", True),
    ]


def test_a_direction_after_a_sentence_is_a_row_of_its_own() -> None:
    found = rows("She left. (Pause.) Then she came back. [Applause]")
    assert [(row.text, row.spoken) for row in found] == [
        ("She left.", True),
        ("(Pause.)", False),
        ("Then she came back.", True),
        ("[Applause]", False),
    ]


@pytest.mark.parametrize(
    "line",
    ["(웃음) 안녕하세요.", "안녕 (웃음)", "(a) or (b)", "(웃음", "웃음)", "https://a.kr", ") a ("],
)
def test_a_row_that_is_not_all_in_brackets_is_spoken(line: str) -> None:
    found = rows(line)
    assert [(row.text, row.spoken) for row in found] == [(line, True)]


@pytest.mark.parametrize("line", ["😀😀", "…", "?!", "♪ ♪", "👍🏽"])
def test_a_row_without_letters_or_digits_is_not_spoken(line: str) -> None:
    assert [(row.text, row.spoken) for row in rows(line)] == [(line, False)]


def test_rows_carry_a_label_of_their_first_words() -> None:
    assert [row.label for row in rows("Hello there!\n…\n안녕하세요, 여러분.")] == [
        "Hello_there",
        "untitled",
        "안녕하세요_여러분",
    ]


@pytest.mark.parametrize("text", ["", "  \n\u3000\n\u200b", "# Heading\n\n---\n"])
def test_text_with_nothing_to_speak_is_refused(text: str) -> None:
    with pytest.raises(ScriptError, match="nothing to speak"):
        split_text(text)


def test_a_script_of_directions_alone_can_be_opened() -> None:
    assert [row.spoken for row in rows("(웃음)\n// 끝")] == [False, False]


def test_text_has_no_encoding() -> None:
    assert split_text("Hello.").encoding == ""


LINES = st.lists(
    st.text(
        st.sampled_from(' .!?…。！？,:"“”「」()[]{}1aZ가다라고あ漢Ж\u0301\u1112\u1161😀\u3000'),
        max_size=60,
    ),
    min_size=1,
    max_size=12,
)


@given(LINES, st.booleans())
def test_nothing_of_the_lines_is_lost_or_moved(lines: list[str], hard_wrapped: bool) -> None:
    text = "\n".join(f"말{line}" for line in lines)
    found = split_text(text, hard_wrapped=hard_wrapped).sentences
    said = "".join("".join(row.text for row in found).split())
    assert said == "".join(unicodedata.normalize("NFC", text).split())
