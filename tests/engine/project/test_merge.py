from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from engine.domain import Sentence, Status
from engine.project import MergeReport
from engine.project.merge import merge
from engine.project.rows import Place
from tests.engine.project.conftest import OpenProject
from tests.engine.project.making import script_of, speak_now, texts


def test_the_first_opening_reports_nothing(open_project: OpenProject) -> None:
    assert not open_project("하나.", "둘.").merge_report


def test_a_script_that_did_not_change_keeps_everything(open_project: OpenProject) -> None:
    project = open_project("하나.", "둘.")
    project.edit(1, text="일.")
    take = speak_now(project, 1)
    rows = [project.row(sentence_id) for sentence_id in project.ids]
    project.close()

    project = open_project("하나.", "둘.")

    assert not project.merge_report
    assert [project.row(sentence_id) for sentence_id in project.ids] == rows
    assert project.row(1).take == take


def test_lines_put_in_between_are_new_and_disturb_nothing(open_project: OpenProject) -> None:
    project = open_project("하나.", "둘.", "셋.")
    speak_now(project, 3)
    project.close()

    for _ in range(2):
        project = open_project("영.", "하나.", "둘.", "둘 반.", "둘 반 더.", "셋.", "넷.")
        assert texts(project) == ["영.", "하나.", "둘.", "둘 반.", "둘 반 더.", "셋.", "넷."]
        assert project.row(3).status is Status.READY
        assert project.row(3).number == 6
        project.close()
    assert open_project("하나.").merge_report.hidden == tuple(
        sentence_id for sentence_id in project.ids if sentence_id != 1
    )


def test_a_changed_line_takes_the_new_text_and_keeps_its_take(open_project: OpenProject) -> None:
    project = open_project("왕이 성으로 갔다.", "비가 왔다.")
    project.edit(1, voice="Sohee")
    project.set_failure(2, "x")
    speak_now(project, 1)
    project.close()

    project = open_project("늙은 왕이 성으로 갔다.", "비가 많이 왔다.")

    assert project.merge_report == MergeReport(changed=(1, 2))
    row = project.row(1)
    assert row.sentence.text == row.sentence.source_text == "늙은 왕이 성으로 갔다."
    assert (row.status, row.sentence.voice) == (Status.STALE, "Sohee")
    assert project.row(2).status is Status.DRAFT


def test_a_line_changed_in_both_places_keeps_the_desks_text_and_shows_the_conflict(
    open_project: OpenProject,
) -> None:
    project = open_project("왕이 성으로 갔다.")
    project.edit(1, text="왕이 궁으로 갔다.")
    project.close()

    project = open_project("늙은 왕이 성으로 갔다.")

    assert project.merge_report == MergeReport(conflicts=(1,))
    sentence = project.row(1).sentence
    assert (sentence.text, sentence.conflict) == ("왕이 궁으로 갔다.", "늙은 왕이 성으로 갔다.")
    project.close()
    project = open_project("늙은 왕이 성으로 갔다.")
    assert not project.merge_report
    assert project.row(1).sentence == sentence

    project.edit(1, text=sentence.conflict)
    assert project.row(1).sentence.conflict == ""


def test_a_pronunciation_holds_on_to_the_text_that_it_was_made_for(
    open_project: OpenProject,
) -> None:
    project = open_project("3시에 만나.")
    project.edit(1, say="세 시에 만나.")
    project.close()

    project = open_project("4시에 만나.")

    assert project.merge_report.conflicts == (1,)
    assert project.row(1).sentence.text == "3시에 만나."


def test_no_conflict_where_the_script_now_says_what_the_desk_did(
    open_project: OpenProject,
) -> None:
    project = open_project("왕이 성으로 갔다.")
    project.edit(1, text="왕이 궁으로 갔다.")
    project.close()

    project = open_project("왕이 궁으로 갔다.")

    assert project.merge_report == MergeReport(changed=(1,))
    assert project.row(1).sentence.conflict == ""


def test_a_line_that_is_gone_is_hidden_and_comes_back_with_its_takes(
    open_project: OpenProject,
) -> None:
    project = open_project("하나.", "둘.", "셋.")
    project.edit(2, label="middle")
    take = speak_now(project, 2)
    project.accept(2)
    accepted = project.row(2)
    project.close()

    project = open_project("하나.", "셋.")
    assert project.merge_report == MergeReport(hidden=(2,))
    assert texts(project) == ["하나.", "셋."]
    assert (project.takes_folder / take.file).exists()
    project.close()

    project = open_project("하나.", "둘.", "셋.")
    assert project.merge_report == MergeReport(restored=(2,))
    assert project.row(2) == accepted


def test_a_line_that_moved_keeps_everything(open_project: OpenProject) -> None:
    project = open_project("하나.", "둘.", "셋.", "넷.")
    take = speak_now(project, 1)
    project.close()

    for _ in range(2):
        project = open_project("둘.", "셋.", "하나.", "넷.")
        assert not project.merge_report
        assert project.ids == (2, 3, 1, 4)
        assert project.row(1).take == take
        project.close()


def test_sections_and_paragraphs_follow_the_script(open_project: OpenProject) -> None:
    open_project("하나.").close()

    for _ in range(2):
        project = open_project(script=script_of("하나.", section="1장"))
        assert project.row(1).sentence.section == "1장"
        project.close()


def test_what_is_spoken_follows_the_script_unless_the_user_chose(
    open_project: OpenProject,
) -> None:
    project = open_project("(웃음)", "(박수)", "말.")
    project.edit(2, spoken=True)
    project.edit(3, spoken=False)
    project.close()

    project = open_project("웃음이 났다.", "(박수!)", "말이다.")
    assert [project.row(i).sentence.spoken for i in (1, 2, 3)] == [True, True, False]
    project.close()

    project = open_project("(웃음)", "(박수)", "말.")
    assert [project.row(i).sentence.spoken for i in (1, 2, 3)] == [False, True, False]


def test_repeated_lines_keep_their_own_takes_when_one_before_them_goes(
    open_project: OpenProject,
) -> None:
    project = open_project("네.", "가자.", "네.", "오자.", "네.")
    take = speak_now(project, 5)
    project.close()

    project = open_project("가자.", "네.", "오자.", "네.")

    assert project.merge_report == MergeReport(hidden=(1,))
    assert project.row(project.ids[-1]).take == take


def test_an_empty_script_hides_all_and_a_full_one_brings_it_back(
    open_project: OpenProject,
) -> None:
    open_project("하나.", "둘.").close()
    project = open_project()
    assert project.ids == ()
    assert project.merge_report == MergeReport(hidden=(1, 2))
    project.close()

    project = open_project("하나.", "둘.")

    assert project.merge_report == MergeReport(restored=(1, 2))
    assert project.ids == (1, 2)


def test_a_script_replaced_by_another_takes_over_nothing_from_the_old_one(
    open_project: OpenProject,
) -> None:
    open_project("The king went home.", "It was raining.", "Nobody saw him.").close()

    project = open_project("고양이가 잔다.", "해가 떴다.")

    assert project.merge_report == MergeReport(added=(4, 5), hidden=(1, 2, 3))


def test_lines_put_in_at_the_same_place_over_and_over_stay_in_order(
    open_project: OpenProject,
) -> None:
    lines = ["처음.", "끝."]
    open_project(*lines).close()

    for number in range(60):
        lines.insert(1, f"{number}번.")
        project = open_project(*lines)
        assert texts(project) == lines
        project.close()

    assert texts(open_project(*lines)) == lines


def test_nothing_is_written_when_nothing_changed(open_project: OpenProject) -> None:
    project = open_project("하나.", "둘.")
    project.close()
    database = project.folder / "project.db"
    with closing(sqlite3.connect(database)) as connection:
        before = connection.execute("PRAGMA data_version").fetchone()

        open_project("하나.", "둘.").close()
        assert connection.execute("PRAGMA data_version").fetchone() == before
        open_project("하나.", "셋.").close()
        assert connection.execute("PRAGMA data_version").fetchone() != before


def stored(*lines: str) -> tuple[dict[int, Sentence], dict[int, Place]]:
    sentences = {n: Sentence(n, line, line, "Korean") for n, line in enumerate(lines, start=1)}
    return sentences, {n: Place(float(n), suggested=True, line=n - 1) for n in sentences}


@pytest.mark.parametrize("every", [1, 2, 7])
def test_a_long_script_full_of_repeated_lines_is_followed_line_by_line(every: int) -> None:
    old = ["네." if n % 3 else f"그는 {n}번째 문을 열었다." for n in range(6_000)]
    new = [line + " 정말로." if n % every == 0 else line for n, line in enumerate(old)]

    merged = merge(*stored(*old), script_of(*new).sentences, language="Korean")

    assert merged.report == MergeReport(changed=tuple(range(1, 6_001, every)))
    assert not merged.places
