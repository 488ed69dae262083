from __future__ import annotations

import pytest

from engine.domain import Status
from engine.errors import ProjectError
from engine.project import Project
from tests.engine.project.conftest import OpenProject
from tests.engine.project.making import speak


def test_a_sentence_without_a_take_is_a_draft(project: Project) -> None:
    row = project.row(project.ids[0])

    assert (row.status, row.take, row.takes, row.number) == (Status.DRAFT, None, (), 1)


async def test_a_take_makes_a_sentence_ready_and_is_its_current_one(project: Project) -> None:
    take = await speak(project, 1)

    assert project.row(1).status is Status.READY
    assert project.row(1).take == take
    assert project.row(1).takes == (take,)


async def test_a_take_with_a_complaint_flags_its_sentence(project: Project) -> None:
    await speak(project, 1, complaints=("너무 짧아요.",))

    assert project.row(1).status is Status.FLAGGED


async def test_accepting_and_rejecting_judge_the_current_take(project: Project) -> None:
    await speak(project, 1)

    project.accept(1)
    assert project.row(1).status is Status.ACCEPTED
    project.reject(1)
    assert project.row(1).status is Status.REJECTED


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "다른 말."},
        {"say": "하아나."},
        {"voice": "Sohee"},
        {"instruct": "기쁘게"},
        {"speed": 2},
    ],
)
async def test_an_accepted_sentence_becomes_stale_when_what_is_spoken_changes(
    project: Project, fields: dict[str, str]
) -> None:
    take = await speak(project, 1)
    project.accept(1)

    project.edit(1, **fields)

    assert project.row(1).status is Status.STALE
    assert project.row(1).take is not None
    assert project.row(1).takes[0].id == take.id


async def test_an_accepted_sentence_stays_so_when_its_pause_changes(project: Project) -> None:
    await speak(project, 1)
    project.accept(1)

    project.edit(1, pause_after=1.5)

    assert project.row(1).status is Status.ACCEPTED


async def test_a_failure_shows_until_a_take_is_made(project: Project) -> None:
    project.set_failure(1, "엔진이 멈췄어요.")
    assert project.row(1).status is Status.FAILED
    assert project.row(1).sentence.failure == "엔진이 멈췄어요."

    await speak(project, 1)

    assert project.row(1).status is Status.READY
    assert project.row(1).sentence.failure == ""


def test_a_failure_is_over_when_something_else_is_to_be_said(project: Project) -> None:
    project.set_failure(1, "x")

    project.edit(1, label="one")
    assert project.row(1).status is Status.FAILED
    project.edit(1, text="다른 말.")
    assert project.row(1).status is Status.DRAFT
    project.undo()
    assert project.row(1).status is Status.FAILED


def test_without_a_take_there_is_nothing_to_judge(project: Project) -> None:
    with pytest.raises(ProjectError) as refusal:
        project.reject(1)

    assert refusal.value.hint
    with pytest.raises(ProjectError):
        project.accept(1)


async def test_what_needs_speaking_is_listed_in_order(open_project: OpenProject) -> None:
    project = open_project("하나.", "둘.", "셋.", "넷.", "다섯.", "(웃음)")
    for sentence_id in (1, 2, 3):
        await speak(project, sentence_id)
    project.accept(1)
    project.reject(2)
    project.edit(3, text="셋이라.")
    project.set_failure(4, "x")

    assert project.needs_speaking() == [2, 3, 4, 5]
    assert project.ids_where({Status.ACCEPTED, Status.STALE}) == [1, 3]
    assert project.ids_where({Status.DRAFT}, spoken_only=False) == [5, 6]
