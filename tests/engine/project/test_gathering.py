from __future__ import annotations

from engine.project.gathering import gathered
from engine.script import split_text


def rows(known: list[str], text: str) -> list[str]:
    return [line.text for line in gathered(known, split_text(text).sentences)]


def test_sentences_that_are_one_row_are_found_together() -> None:
    assert rows(["하나. 둘.", "셋."], "하나. 둘.\n셋.") == ["하나. 둘.", "셋."]


def test_a_script_with_none_of_them_is_as_it_is() -> None:
    script = split_text("하나. 둘.\n셋.").sentences
    assert gathered(["하나.", "둘.", "셋."], script) is script
    assert gathered([], script) is script


def test_rows_that_are_single_sentences_are_never_taken_for_one_that_says_the_same() -> None:
    known = ["네.", "아니요.", "네. 아니요.", "끝."]
    assert rows(known, "네. 아니요.\n네. 아니요.\n끝.") == known


def test_sentences_on_two_lines_are_two_rows() -> None:
    assert rows(["하나. 둘."], "하나.\n둘.") == ["하나.", "둘."]


def test_a_row_is_found_beside_lines_that_have_changed() -> None:
    known = ["처음.", "하나. 둘.", "끝."]
    assert rows(known, "새 처음.\n하나. 둘.\n또 하나.\n끝!") == [
        "새 처음.",
        "하나. 둘.",
        "또 하나.",
        "끝!",
    ]


def test_what_is_together_has_the_section_of_its_first_and_is_spoken_if_any_of_it_is() -> None:
    script = split_text("# 1장\n\n(웃음) 네. 그래요.").sentences
    (row,) = gathered(["(웃음) 네. 그래요."], script)
    assert (row.section, row.spoken, row.text) == ("1장", True, "(웃음) 네. 그래요.")
    assert "그래요" in row.label


def test_a_script_that_was_written_all_anew_is_looked_through_once() -> None:
    known = [f"그는 {n}번째 문을 열었다. 그리고 닫았다." for n in range(20_000)]
    text = "\n".join(f"그는 {n}번째 창을 열었다. 그리고 쉬었다." for n in range(20_000))
    assert len(rows(known, text)) == 40_000
