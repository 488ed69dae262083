"""A sentence that was changed both in the script and in the desk."""

from __future__ import annotations

import pytest

from engine.project import MergeReport, Project, Undone
from tests.engine.project.conftest import OpenProject

BASE, OURS, THEIRS = "왕이 성으로 갔다.", "왕이 궁으로 갔다.", "늙은 왕이 성으로 갔다."


@pytest.fixture
def project(open_project: OpenProject) -> Project:
    """The desk has OURS, and the script, which had BASE, has THEIRS."""
    project = open_project(BASE)
    project.edit(1, text=OURS)
    project.close()
    return open_project(THEIRS)


def seen(project: Project) -> tuple[str, str]:
    sentence = project.row(1).sentence
    return sentence.text, sentence.conflict


def test_the_desks_text_given_once_more_ends_the_conflict_for_good(
    project: Project, open_project: OpenProject
) -> None:
    assert seen(project) == (OURS, THEIRS)
    project.edit(1, text=OURS)
    assert seen(project) == (OURS, "")
    project.close()

    project = open_project(THEIRS)

    assert not project.merge_report
    assert seen(project) == (OURS, "")
    assert project.undo() == Undone("Keep the text", (1,))
    assert seen(project) == (OURS, THEIRS)
    project.redo()
    assert seen(project) == (OURS, "")


def test_an_edit_that_keeps_neither_text_leaves_the_conflict(project: Project) -> None:
    project.edit(1, text="임금이 궁으로 갔다.")
    assert seen(project) == ("임금이 궁으로 갔다.", THEIRS)


def test_the_scripts_text_taken_over_and_given_back_is_a_conflict_again(
    project: Project, open_project: OpenProject
) -> None:
    project.edit(1, text=THEIRS)
    assert seen(project) == (THEIRS, "")
    project.undo()
    assert seen(project) == (OURS, THEIRS)
    project.close()

    assert seen(open_project(BASE)) == (OURS, "")


def test_a_script_changed_back_to_what_the_edit_was_based_on_ends_the_conflict(
    project: Project, open_project: OpenProject
) -> None:
    project.close()

    project = open_project(BASE)

    assert project.merge_report == MergeReport()
    assert seen(project) == (OURS, "")
    project.undo()
    assert seen(project) == (BASE, "")


def test_an_undo_that_leads_to_the_scripts_text_ends_the_conflict_and_redo_brings_it_back(
    open_project: OpenProject,
) -> None:
    project = open_project(BASE)
    project.edit(1, text=THEIRS)
    project.edit(1, text=OURS)
    project.close()
    project = open_project(THEIRS)
    before = project.row(1)
    assert seen(project) == (OURS, THEIRS)

    project.undo()
    assert seen(project) == (THEIRS, "")
    project.redo()
    assert project.row(1) == before
    project.undo()
    assert seen(project) == (THEIRS, "")


def test_an_undone_answer_to_a_conflict_is_held_against_the_script_as_it_is_now(
    project: Project, open_project: OpenProject
) -> None:
    newer = "아주 늙은 왕이 성으로 갔다."
    project.edit(1, text=THEIRS)
    project.close()
    project = open_project(newer)
    assert seen(project) == (newer, "")

    project.undo()

    assert seen(project) == (OURS, newer)
    project.close()
    project = open_project(newer)
    assert not project.merge_report
    project.redo()
    assert seen(project) == (newer, "")


def test_a_row_in_conflict_is_known_by_the_scripts_newer_text_where_it_moves(
    open_project: OpenProject,
) -> None:
    project = open_project(BASE, "둘.", "셋.")
    project.edit(1, text=OURS)
    project.close()
    open_project(THEIRS, "둘.", "셋.").close()

    project = open_project("둘.", "셋.", THEIRS)

    assert project.ids == (2, 3, 1)
    assert seen(project) == (OURS, THEIRS)
