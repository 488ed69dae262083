from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from engine.project import diff

LINES = st.lists(st.sampled_from("abcdef"), max_size=30)


def rises(pairs: list[diff.Pair]) -> bool:
    return all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))


@given(LINES, LINES)
def test_common_lines_are_equal_and_in_order(old: list[str], new: list[str]) -> None:
    pairs = diff.common(old, new)

    assert rises(pairs)
    assert all(old[i] == new[j] for i, j in pairs)


@given(LINES, st.integers(0, 30), st.integers(0, 5))
def test_lines_around_a_removed_passage_are_all_found(
    lines: list[str], start: int, length: int
) -> None:
    shorter = lines[:start] + lines[start + length :]

    assert len(diff.common(lines, shorter)) == len(shorter)
    assert len(diff.common(shorter, lines)) == len(shorter)


def test_lines_that_repeat_are_told_apart_by_their_neighbours() -> None:
    old = ["네.", "가자.", "네.", "오자.", "네."]
    new = ["가자.", "네.", "서자.", "오자.", "네."]

    assert diff.common(old, new) == [(1, 0), (2, 1), (3, 3), (4, 4)]


def test_equal_lines_are_found_wherever_they_moved() -> None:
    assert diff.equal([(5, "a"), (7, "b"), (9, "a")], [(0, "b"), (1, "a"), (2, "c")]) == [
        (7, 0),
        (5, 1),
    ]


@given(st.lists(st.text(max_size=6), max_size=60), st.lists(st.text(max_size=6), max_size=60))
def test_changed_lines_are_paired_in_order_and_once(old: list[str], new: list[str]) -> None:
    assert rises(diff.changed(old, new))


def test_one_line_in_the_place_of_one_is_that_line() -> None:
    assert diff.changed(["나는 간다."], ["Completely different."]) == [(0, 0)]


def test_among_several_lines_only_those_alike_are_paired() -> None:
    old = ["The king went to the castle.", "It rained.", "Nobody saw the horse."]
    new = ["A prologue, 1789.", "The old king went to the castle.", "Nobody ever saw the horse."]

    assert diff.changed(old, new) == [(0, 1), (2, 2)]


def test_a_word_changed_in_every_line_of_a_long_script_pairs_them_all() -> None:
    old = [f"그는 {number}번째 문을 열었다." for number in range(5_000)]
    new = [f"그녀는 {number}번째 문을 열었다." for number in range(5_000)]

    assert diff.changed(old, new) == [(number, number) for number in range(5_000)]
