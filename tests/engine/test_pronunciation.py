from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import InputError
from engine.pronunciation import Pronouncer, Rule, checked, from_json, to_json
from engine.pronunciation_file import (
    read_rules,
    replace_rules,
    unusable_rules,
    user_rules,
    write_rules,
)


@pytest.mark.parametrize(
    ("written", "text", "said"),
    [
        ("GPU", "GPU는 GPUs와 다릅니다. GPU!", "지피유는 GPUs와 다릅니다. 지피유!"),
        ("GPU", "eGPU, gpu, (GPU)", "eGPU, gpu, (지피유)"),
        ("서울", "서울은 서울대와 서울에서도, 서울.", "지피유은 서울대와 지피유에서도, 지피유."),
        ("서울", "한서울 서울", "한서울 지피유"),
        ("5.3", "5.3을 15.3과 5.35", "지피유을 15.3과 5.35"),
        ("C++", "C++는 C++17", "지피유는 지피유17"),
        ("мир", "мир мира", "지피유 мира"),
        ("東京", "東京都と東京", "지피유都と지피유"),
    ],
)
def test_a_word_is_said_by_the_list_but_not_inside_a_longer_word(
    written: str, text: str, said: str
) -> None:
    assert Pronouncer([Rule(written, "지피유")])(text) == said


def test_parts_of_words_are_said_by_the_list_where_that_is_asked_for() -> None:
    assert Pronouncer([Rule("GPU", "지피유", whole_word=False)])("eGPUs") == "e지피유s"


def test_a_regular_expression_may_use_what_it_found() -> None:
    say = Pronouncer([Rule(r"(\d+)km", r"\1 킬로미터", regex=True)])
    assert say("5km를 21km") == "5 킬로미터를 21 킬로미터"


def test_the_longer_word_wins_and_what_was_replaced_is_left_alone() -> None:
    say = Pronouncer([Rule("Kim", "김"), Rule("Dr. Kim", "Kim 박사"), Rule("박사", "박싸")])
    assert say("Dr. Kim과 Kim") == "Kim 박사과 김"


def test_the_first_of_two_rules_for_one_word_holds() -> None:
    assert Pronouncer([Rule("a", "one"), Rule("a", "two")])("a") == "one"


def test_a_spoken_form_is_never_a_template_unless_its_rule_is_a_pattern() -> None:
    assert Pronouncer([Rule("a", r"\1 \d")])("a") == r"\1 \d"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(" ", "x"), "needs a word"),
        (Rule("(", "x", regex=True), "no regular expression"),
        (Rule("a", r"\1", regex=True), "no regular expression"),
        (Rule("a", r"\g<b>", regex=True), "no regular expression"),
        (Rule("a*", "x", regex=True), "matches nothing"),
        (Rule("a*", "x", regex=True, whole_word=False), "matches nothing"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_in_words(rule: Rule, words: str) -> None:
    with pytest.raises(InputError, match=words) as refusal:
        checked(rule)
    assert refusal.value.hint


def test_rules_survive_a_project_and_what_makes_no_sense_there_is_left_out() -> None:
    rules = (Rule("GPU", "지피유"), Rule(r"\d+", "수", regex=True, whole_word=False))
    assert from_json(to_json(rules)) == rules
    assert from_json('[{"written": "a"}, 1, {"written": "b", "spoken": "c"}]') == (Rule("b", "c"),)
    assert from_json("no JSON") == from_json('{"a": 1}') == ()


def test_the_users_rules_are_written_beside_what_else_stands_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "설정" / "pronunciations.toml"
    write_rules(path, [Rule("GPU", "지피유")])
    path.write_text("# mine\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    rules = (Rule("GPU", "지피유"), Rule("a|b", "가", regex=True, whole_word=False))

    write_rules(path, rules)

    assert read_rules(path) == rules
    assert path.read_text(encoding="utf-8").startswith("# mine")
    write_rules(path, [])
    assert read_rules(path) == ()


def test_a_file_that_is_no_toml_is_named_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "pronunciations.toml"
    path.write_text("[[")
    with pytest.raises(InputError, match="cannot be read"):
        write_rules(path, [Rule("a", "b")])
    assert path.read_text() == "[["


def test_a_broken_list_of_the_users_keeps_no_project_closed(home: Path) -> None:
    from engine.places import pronunciations_file

    pronunciations_file().parent.mkdir(parents=True)
    pronunciations_file().write_text("[[")
    assert user_rules() == ()


def test_rules_replace_only_those_that_one_knew(tmp_path: Path) -> None:
    path = tmp_path / "pronunciations.toml"
    one, two = Rule("a", "1"), Rule("b", "2")
    replace_rules(path, [], [one])
    with pytest.raises(InputError, match="changed elsewhere"):
        replace_rules(path, [], [two])
    assert read_rules(path) == (one,)
    replace_rules(path, [one], [two])
    assert read_rules(path) == (two,)


def test_entries_that_are_no_rules_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "pronunciations.toml"
    assert unusable_rules(path) == 0
    write_rules(path, [Rule("a", "1")])
    with path.open("a", encoding="utf-8") as file:
        file.write('\n[[pronunciation]]\nwritten = "b"\n')
    assert (len(read_rules(path)), unusable_rules(path)) == (1, 1)
