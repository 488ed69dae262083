from __future__ import annotations

import pytest

from engine.domain import Status
from engine.errors import ProjectError
from engine.project import Project, Undone, history
from engine.project.history import Change, History
from tests.engine.project.conftest import OpenProject
from tests.engine.project.making import speak, texts


def test_undo_and_redo_tell_what_they_did(project: Project) -> None:
    project.edit(2, text="이.")
    project.edit(3, name="맞춤법", text="삼.")

    assert project.undo() == Undone("맞춤법", (3,))
    assert project.undo() == Undone("Edit text", (2,))
    assert project.undo() is None
    assert texts(project) == ["하나.", "둘.", "셋."]
    assert project.redo() == Undone("Edit text", (2,))
    assert project.redo() == Undone("맞춤법", (3,))
    assert project.redo() is None
    assert texts(project) == ["하나.", "이.", "삼."]


def test_many_edits_in_one_action_are_undone_together(project: Project) -> None:
    project.edit_many({1: {"text": "일."}, 3: {"text": "삼.", "spoken": False}}, name="바꾸기")

    assert project.undo() == Undone("바꾸기", (1, 3))
    assert texts(project) == ["하나.", "둘.", "셋."]
    assert project.row(3).number == 3


def test_a_new_action_ends_what_could_be_redone(open_project: OpenProject) -> None:
    project = open_project("하나.")
    for text in ("a", "b", "c"):
        project.edit(1, text=text)
    project.undo()
    project.undo()
    project.edit(1, text="d")
    assert project.redo() is None
    project.close()

    project = open_project("하나.")

    assert project.redo() is None
    assert texts(project) == ["d"]
    project.undo()
    assert texts(project) == ["a"]


async def test_undo_and_redo_go_on_after_a_reopening(open_project: OpenProject) -> None:
    project = open_project("하나.")
    await speak(project, 1)
    project.edit(1, pause_after=1)
    project.accept(1)
    project.edit(1, text="일.")
    project.undo()
    project.close()

    project = open_project("하나.")

    assert project.row(1).status is Status.ACCEPTED
    project.redo()
    assert texts(project) == ["일."]
    for _ in range(3):
        project.undo()
    assert project.row(1).status is Status.READY
    assert project.row(1).sentence.pause_after is None
    assert project.undo() is None


async def test_a_verdict_is_undone_on_its_own_take_though_another_arrived(
    project: Project,
) -> None:
    first = await speak(project, 1)
    project.accept(1)
    second = await speak(project, 1)

    project.undo()

    row = project.row(1)
    assert row.take == second
    assert [take.verdict.value for take in row.takes] == ["", ""]
    assert row.takes[0] == first
    project.redo()
    assert project.row(1).takes[0].verdict.value == "accepted"
    assert project.row(1).take == second


async def test_redo_leads_back_to_the_take_that_had_arrived_before_undo(
    project: Project,
) -> None:
    first = await speak(project, 1)
    second = await speak(project, 1)
    project.pick_take(1, first.id)
    third = await speak(project, 1)

    project.undo()
    assert project.row(1).take == second
    project.redo()
    assert project.row(1).take == third
    project.undo()
    assert project.row(1).take == second


async def test_a_take_that_arrives_between_edits_is_stale_after_undo(project: Project) -> None:
    project.edit(1, text="일.")
    take = await speak(project, 1)
    assert project.row(1).status is Status.READY

    project.undo()
    assert (project.row(1).status, project.row(1).take) == (Status.STALE, take)
    project.redo()
    assert project.row(1).status is Status.READY


def test_what_the_script_changed_meanwhile_comes_back_with_undo(
    open_project: OpenProject,
) -> None:
    project = open_project("하나.", "둘.")
    project.edit(1, text="일.")
    project.undo()
    project.close()
    project = open_project("하나라.", "둘.")
    assert texts(project) == ["하나라.", "둘."]

    project.redo()
    assert texts(project) == ["일.", "둘."]
    project.undo()

    assert texts(project) == ["하나라.", "둘."]


def test_undo_of_a_sentence_gone_from_the_script_waits_for_its_return(
    open_project: OpenProject,
) -> None:
    project = open_project("하나.", "둘.")
    project.edit(1, text="일.")
    project.close()
    project = open_project("둘.")
    assert project.undo() == Undone("Edit text", ())
    project.close()

    assert texts(open_project("하나.", "둘.")) == ["하나.", "둘."]


def test_only_the_last_actions_are_kept(
    open_project: OpenProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MAX_ACTIONS", 3)
    project = open_project("하나.")
    for text in "abcde":
        project.edit(1, text=text)
    project.close()
    project = open_project("하나.")

    undone = 0
    while project.undo():
        undone += 1

    assert undone == 3
    assert texts(project) == ["b"]


def test_old_actions_make_room_for_a_large_one_which_is_always_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = History()
    kept.record("small", [Change("sentence", 1, "text", "a", "b")])
    monkeypatch.setattr(history, "MAX_CHARACTERS", 1_000)

    writes = kept.record("large", [Change("sentence", 1, "text", "b", "c" * 2_000)])

    assert kept.last is not None
    assert kept.last.name == "large"
    assert [(write.key, write.values is None) for write in writes] == [(1, True), (2, False)]


async def test_another_sentences_take_cannot_be_picked(project: Project) -> None:
    take = await speak(project, 2)

    with pytest.raises(ProjectError):
        project.pick_take(1, take.id)
    with pytest.raises(ProjectError):
        project.pick_take(1, 99)
