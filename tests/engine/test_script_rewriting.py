from __future__ import annotations

import re
import textwrap

import pytest

from engine.errors import ScriptError, UnwritableRow
from engine.script import split_text
from engine.script.placing import ScriptRow
from engine.script.rewriting import Rewritten, rewritten


def write(
    text: str, *rows: int | str | tuple[int, str], hard_wrapped: bool | None = None
) -> Rewritten:
    """Rows as sentences of the script, new texts, or sentences with their edited texts."""
    script = split_text(text, hard_wrapped=hard_wrapped)
    wanted = [
        ScriptRow(None, row)
        if isinstance(row, str)
        else ScriptRow(*row)
        if isinstance(row, tuple)
        else ScriptRow(row, script.sentences[row].text)
        for row in rows
    ]
    return rewritten(text, script, wanted)


SCRIPT = (
    "\ufeff# Tea\r\n\r\n- Boil   water. Wait.\t\r\n\r\n***\r\n  (a pause)\r\n"
    "Pour.  Drink.  Smile.\r\n"
)


def test_an_edited_sentence_is_replaced_and_all_else_stays_to_the_byte() -> None:
    assert write(SCRIPT, 0, (1, "Wait a minute."), 2, 3, 4, 5).text == SCRIPT.replace(
        "Wait.", "Wait a minute."
    )


@pytest.mark.parametrize(
    ("left", "line"),
    [
        ([3, 4], "Pour.  Drink.\r\n"),
        ([3, 5], "Pour.  Smile.\r\n"),
        ([4, 5], "Drink.  Smile.\r\n"),
        ([5], "Smile.\r\n"),
        ([], ""),
    ],
)
def test_a_deleted_sentence_goes_with_its_spare_space(left: list[int], line: str) -> None:
    assert write(SCRIPT, 0, 1, 2, *left).text == SCRIPT.replace("Pour.  Drink.  Smile.\r\n", line)


def test_a_list_item_that_becomes_empty_goes_with_its_mark_and_its_line() -> None:
    assert write(SCRIPT, 2, 3, 4, 5).text == SCRIPT.replace("- Boil   water. Wait.\t\r\n", "")


def test_a_new_row_stands_beside_its_neighbour_where_lines_hold_several_sentences() -> None:
    result = write(SCRIPT, 0, 1, 2, 3, "Breathe.", 4, 5)
    assert "\r\nPour. Breathe.  Drink.  Smile.\r\n" in result.text


def test_a_new_row_has_a_line_of_its_own_where_lines_hold_one_sentence() -> None:
    result = write("One.\r\n\r\nTwo.", 0, "New.", "And newer.", 1, "Last.")
    assert result.text == "One.\r\nNew.\r\nAnd newer.\r\n\r\nTwo.\r\nLast."


def test_rows_before_the_first_come_under_its_heading() -> None:
    assert write("# Tea\n\nOne.\n", "New.", "Newer.", 0).text == "# Tea\n\nNew.\nNewer.\nOne.\n"


def test_new_rows_take_the_place_of_a_script_that_was_all_deleted() -> None:
    assert write("# Tea\n\n- One.\n\n# End\n", "New.").text == "# Tea\n\nNew.\n\n# End\n"


def test_the_halves_of_a_split_row_stay_on_a_line_where_both_are_sentences() -> None:
    result = write("One two", (0, "One."), "Two.", hard_wrapped=False)
    assert result.text == "One.\nTwo."
    halves = write("“One. Two.”", (0, "“One."), "Two.”")
    assert halves.text == "“One.\nTwo.”"
    parted = write("One! — two.", (0, "One!"), "— two.")
    assert packed_rows(parted) == ["One!", "— two."]


def packed_rows(result: Rewritten) -> list[str]:
    return [
        " ".join(result.script.sentences[number].text for number in numbers)
        for numbers in result.sentences
    ]


def test_a_row_without_a_stop_is_parted_from_the_next_by_a_line_end() -> None:
    result = write("Pour. Drink. Smile.\n", (0, "Pour"), (1, "Drink"), 2)
    assert result.text == "Pour\nDrink\nSmile.\n"
    assert result.sentences == (range(0, 1), range(1, 2), range(2, 3))


def test_a_row_of_several_sentences_is_all_of_them() -> None:
    result = write("One.\nTwo.\n", (0, "One. And a half!"), 1)
    assert result.text == "One. And a half!\nTwo.\n"
    assert result.sentences == (range(0, 2), range(2, 3))


def test_the_other_half_of_a_merged_row_leaves_the_file() -> None:
    result = write("One, \nTwo.\n\nThree.\n", (0, "One, Two."), 2)
    assert result.text == "One, Two. \n\nThree.\n"


def test_a_moved_row_goes_after_the_row_before_it_as_it_was_typed() -> None:
    assert write("A  1.\n\nB.\nC.\n", 1, 2, 0).text == "\nB.\nC.\nA  1.\n"


def test_japanese_sentences_are_put_side_by_side_without_a_space() -> None:
    result = write("お湯が沸く。苦い。\n", 0, "熱い。", 1)
    assert result.text == "お湯が沸く。熱い。苦い。\n"


def test_a_direction_never_takes_its_neighbours_with_it() -> None:
    result = write("One. Two.\n// Note. More.\nThree.\n", 2, 0, 1, 3)
    assert packed_rows(result) == ["// Note. More.", "One.", "Two.", "Three."]
    assert [row.spoken for row in result.script.sentences] == [False, True, True, True]


PROSE = (
    "The old harbour wakes before the sun. Boats come in one by one, and the gulls follow them. "
    "On the quay a man in a yellow coat counts crates of fish without looking up. He has done so "
    "for forty years, and he says that he has never been wrong by more than one. Nobody argues. "
    "When the bell rings at six, the first buyers arrive with cold hands and loud voices."
)


def test_only_the_lines_of_what_was_edited_change_in_a_hard_wrapped_script() -> None:
    text = textwrap.fill(PROSE, 60) + "\n"
    script = split_text(text)
    assert script.hard_wrapped
    result = write(text, 0, (1, "Boats come in."), 2, 3, 4, 5)
    assert result.text.split("\n")[2:] == text.split("\n")[2:]
    assert [row.text for row in result.script.sentences][1:3] == [
        "Boats come in.",
        script.sentences[2].text,
    ]


def test_a_row_without_a_stop_in_a_hard_wrapped_script_is_parted_by_a_blank_line() -> None:
    text = textwrap.fill(PROSE, 60)
    result = write(text, (0, "The harbour"), 1, 2, 3, 4, 5)
    assert result.text.startswith("The harbour\n\nBoats come in")
    assert result.script.hard_wrapped


@pytest.mark.parametrize("text", ["# Two", "- Two", "// Two", "***", "#"])
def test_a_row_that_would_be_something_else_in_a_file_is_named(text: str) -> None:
    with pytest.raises(UnwritableRow, match=": " + re.escape(text)) as refused:
        write("One.\nTwo.\n", 0, (1, text))
    assert refused.value.row == 1


def test_a_direction_may_be_edited() -> None:
    assert write("// One.\nTwo.\n", (0, "// Other."), 1).text == "// Other.\nTwo.\n"


def test_a_script_is_never_left_without_anything_to_speak() -> None:
    with pytest.raises(ScriptError, match="nothing to speak"):
        write("# Tea\nOne.\n")


@pytest.mark.parametrize("rows", [[ScriptRow(0, "One."), ScriptRow(0, "One.")]])
def test_two_rows_cannot_be_one_sentence(rows: list[ScriptRow]) -> None:
    with pytest.raises(ValueError, match="one sentence"):
        rewritten("One.\n", split_text("One.\n"), rows)


def test_a_script_is_only_rewritten_in_the_text_that_it_was_split_from() -> None:
    for other in ("Two.\n", "One. Two.\n"):
        with pytest.raises(ValueError, match=r"sentence|text"):
            rewritten(other, split_text("One.\n"), [ScriptRow(0, "Won.")])
