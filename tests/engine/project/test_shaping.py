from __future__ import annotations

import pytest

from engine.domain import Status
from engine.errors import ProjectError, ReadOnlyProject
from engine.project import Project
from tests.engine.project.conftest import OpenProject
from tests.engine.project.making import script_of, speak, speak_now, texts

LINES = ("하나. 둘.", "셋.", "넷.")


def numbers(project: Project) -> list[int | None]:
    return [project.row(id_).number for id_ in project.ids]


def test_a_split_row_keeps_its_takes_and_the_rest_stands_below(project: Project) -> None:
    speak_now(project, 1)
    project.edit(1, pause_after=2.0)

    new = project.split(1, " 하 ", "나. ")

    assert texts(project) == ["하", "나.", "둘.", "셋."]
    assert numbers(project) == [1, 2, 3, 4]
    assert project.row(1).status is Status.STALE
    assert project.row(1).sentence.pause_after is None
    below = project.row(new)
    assert (below.status, below.sentence.pause_after) == (Status.DRAFT, 2.0)
    assert below.sentence.language == project.row(1).sentence.language


def test_undoing_a_split_makes_the_take_good_again(project: Project) -> None:
    speak_now(project, 1)
    before = project.row(1)
    new = project.split(1, "하", "나.")

    undone = project.undo()

    assert undone is not None
    assert undone.name == "Split"
    assert project.row(1) == before
    assert new not in project.ids
    project.redo()
    assert texts(project)[:2] == ["하", "나."]


@pytest.mark.parametrize(("before", "after"), [("", "하나."), ("하나.", " "), ("", "")])
def test_nothing_is_split_off_at_an_edge(project: Project, before: str, after: str) -> None:
    with pytest.raises(ProjectError, match="nothing to split"):
        project.split(1, before, after)
    assert project.undo() is None


def test_merged_rows_are_one_text_and_undo_brings_each_back_with_its_takes(
    project: Project,
) -> None:
    for sentence_id in project.ids:
        speak_now(project, sentence_id)
    rows = [project.row(id_) for id_ in project.ids]
    project.edit(2, say="두울.")

    project.merge([1, 2, 3])

    assert texts(project) == ["하나. 둘. 셋."]
    assert project.row(1).sentence.say == "하나. 두울. 셋."
    assert project.row(1).status is Status.STALE
    project.undo()
    project.undo()
    assert [project.row(id_) for id_ in project.ids] == rows


def test_japanese_is_merged_without_a_space(open_project: OpenProject) -> None:
    project = open_project(script=script_of("はい。", "いいえ。", language="Japanese"))
    project.merge([1, 2])
    assert texts(project) == ["はい。いいえ。"]


def test_one_row_alone_is_not_merged(project: Project) -> None:
    with pytest.raises(ProjectError, match="nothing to merge"):
        project.merge([3])


def test_a_row_is_written_below_another_or_above_all(project: Project) -> None:
    below = project.insert(2, " 둘 반. ")
    above = project.insert(None, "영.")
    assert texts(project) == ["영.", "하나.", "둘.", "둘 반.", "셋."]
    assert project.row(above).number == 1
    project.undo()
    project.undo()
    assert texts(project) == ["하나.", "둘.", "셋."]
    assert numbers(project) == [1, 2, 3]
    project.redo()
    assert project.ids[2] == below


def test_a_stage_direction_that_is_written_is_not_spoken(project: Project) -> None:
    assert project.row(project.insert(1, "(웃음)")).number is None


def test_deleted_rows_are_gone_with_their_numbers_and_undo_brings_them_back(
    project: Project,
) -> None:
    told: list[int] = []
    project.subscribe(told.extend)
    project.remove([1, 2])
    assert texts(project) == ["셋."]
    assert numbers(project) == [1]
    assert set(told) == {1, 2, 3}
    project.undo()
    assert texts(project) == ["하나.", "둘.", "셋."]


def test_all_rows_can_be_deleted_and_a_new_one_be_written(project: Project) -> None:
    project.remove([1, 2, 3])
    assert texts(project) == []
    project.insert(None, "새로.")
    assert texts(project) == ["새로."]


def test_rows_move_up_and_down_together_and_stop_at_the_ends(project: Project) -> None:
    assert project.move([2, 3], -1)
    assert texts(project) == ["둘.", "셋.", "하나."]
    assert numbers(project) == [1, 2, 3]
    assert not project.move([2, 3], -1)
    assert project.move([2], 1)
    assert texts(project) == ["셋.", "둘.", "하나."]
    assert not project.move([1], 1)
    project.undo()
    project.undo()
    assert texts(project) == ["하나.", "둘.", "셋."]


def test_rows_can_be_moved_for_ever_and_keep_their_order_apart(project: Project) -> None:
    for _ in range(60):
        project.move([1], 1)
        project.move([1], 1)
        project.move([1], -1)
        project.move([1], -1)
    assert texts(project) == ["하나.", "둘.", "셋."]
    for _ in range(60):
        project.split(1, "하나", "둘.")
        project.undo()
    assert texts(project) == ["하나.", "둘.", "셋."]


def test_what_was_shaped_is_so_after_a_reopening_and_can_be_undone_there(
    open_project: OpenProject,
) -> None:
    project = open_project(*LINES)
    project.split(1, "하나.", "둘.")
    project.insert(3, "끝.")
    project.remove([2])
    project.move([3], -1)
    assert texts(project) == ["하나.", "넷.", "둘.", "끝."]
    project.close()

    project = open_project(*LINES)

    assert not project.merge_report
    assert texts(project) == ["하나.", "넷.", "둘.", "끝."]
    while project.undo():
        pass
    assert texts(project) == list(LINES)


def test_a_changed_script_finds_rows_that_were_moved_split_and_deleted(
    open_project: OpenProject,
) -> None:
    project = open_project("가.", "나. 다.", "라.", "마.")
    project.split(2, "나.", "다.")
    project.remove([3])
    project.move([4], -1)
    assert texts(project) == ["가.", "나.", "마.", "다."]

    report = project.follow(script_of("새.", "가.", "나. 다.", "라.", "마.", "바."))

    assert len(report.added) == 2
    assert not report.changed
    assert not report.conflicts
    # What is new follows the line that it follows in the script.
    assert texts(project) == ["새.", "가.", "나.", "마.", "바.", "다."]
    assert project.follow(script_of("새.", "가.", "나. 다.", "라.", "마.", "바.")).added == ()


def test_a_line_that_was_deleted_in_the_desk_comes_back_by_undo_only(
    open_project: OpenProject,
) -> None:
    project = open_project("하나.", "둘.")
    project.remove([2])
    report = project.follow(script_of("하나.", "둘이다."))
    assert not report
    assert texts(project) == ["하나."]
    project.undo()
    assert texts(project) == ["하나.", "둘이다."]


async def test_following_while_open_tells_what_changed_and_keeps_takes(project: Project) -> None:
    take = await speak(project, 1)
    told: list[int] = []
    project.subscribe(told.extend)
    report = project.follow(script_of("하나.", "둘이에요.", "셋.", "새로."))
    assert (report.changed, len(report.added)) == ((2,), 1)
    assert texts(project) == ["하나.", "둘이에요.", "셋.", "새로."]
    assert project.row(1).take == take
    assert {2, report.added[0]} <= set(told)


def test_a_row_made_in_the_desk_outlives_every_change_of_the_script(project: Project) -> None:
    project.insert(2, "둘 반.")
    project.follow(script_of("다른 말이다."))
    assert "둘 반." in texts(project)


def test_pronunciations_say_a_row_otherwise_and_make_its_take_stale(
    open_project: OpenProject,
) -> None:
    from engine.pronunciation import Rule

    project = open_project("GPU는 빠르다.", "둘.")
    speak_now(project, 1)
    speak_now(project, 2)
    told: list[int] = []
    project.subscribe(told.extend)
    project.set_rules([Rule("GPU", "지피유")])
    assert told == [1, 2]
    assert project.row(1).asked.text == "지피유는 빠르다."
    assert project.row(1).sentence.text == "GPU는 빠르다."
    assert [project.row(id_).status for id_ in (1, 2)] == [Status.STALE, Status.READY]
    project.edit(1, say="그 카드는 빠르다.")
    assert project.row(1).asked.text == "그 카드는 빠르다."
    project.undo()
    project.undo()
    assert project.row(1).status is Status.READY
    project.redo()
    project.close()
    assert open_project("GPU는 빠르다.", "둘.").row(1).asked.text == "지피유는 빠르다."


def test_the_projects_pronunciations_go_before_the_users(project: Project) -> None:
    from engine.pronunciation import Rule

    project.set_user_rules([Rule("하나", "한나"), Rule("둘", "두울")])
    project.set_rules([Rule("하나", "하낫")])
    assert [project.row(id_).asked.text for id_ in (1, 2)] == ["하낫.", "두울."]


def test_a_project_that_is_read_only_cannot_be_shaped(
    project: Project, open_project: OpenProject
) -> None:
    other = open_project("하나.", "둘.", "셋.")
    for change in (
        lambda: other.split(1, "하", "나."),
        lambda: other.merge([1, 2]),
        lambda: other.insert(1, "a"),
        lambda: other.remove([1]),
        lambda: other.move([1], 1),
        lambda: other.set_rules([]),
    ):
        with pytest.raises(ReadOnlyProject):
            change()
    assert texts(other) == ["하나.", "둘.", "셋."]
