from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import pytest

from engine.errors import ProjectError
from engine.labels import make_label
from engine.project import Project
from tests.engine.project.conftest import OpenProject
from tests.engine.project.making import speak


def test_only_what_is_spoken_is_numbered(open_project: OpenProject) -> None:
    project = open_project("하나.", "(웃음)", "둘.")

    assert [project.row(sentence_id).number for sentence_id in project.ids] == [1, None, 2]


def test_leaving_a_sentence_unsaid_renumbers_those_after_it(project: Project) -> None:
    told: list[Collection[int]] = []
    project.subscribe(told.append)
    first = project.row(1)

    project.edit(2, spoken=False)

    assert [project.row(sentence_id).number for sentence_id in project.ids] == [1, None, 2]
    assert [set(ids) for ids in told] == [{2, 3}]
    assert project.row(1) == first


def test_a_row_is_the_same_object_until_it_changes(project: Project) -> None:
    first, second = project.row(1), project.row(2)

    project.edit(1, text="다른 말.")

    assert project.row(2) is second
    assert project.row(1) is not first
    assert project.ids is project.ids


def test_a_label_follows_the_text_until_it_is_fixed(project: Project) -> None:
    project.edit(1, text="안녕 세상.")
    assert project.row(1).label == make_label("안녕 세상.")

    project.fix_labels()
    project.edit(1, text="전혀 다른 말.")

    assert project.row(1).label == make_label("안녕 세상.")
    assert project.row(2).sentence.label == make_label("둘.")


def test_fixing_labels_leaves_those_that_the_user_gave(project: Project) -> None:
    project.edit(1, label="intro")

    project.fix_labels()

    assert project.row(1).sentence.label == "intro"


async def test_subscribers_are_told_of_all_that_changes_a_row(project: Project) -> None:
    told: list[int] = []
    stop = project.subscribe(lambda ids: told.extend(ids))

    first = await speak(project, 1)
    await speak(project, 1)
    project.pick_take(1, first.id)
    project.accept(1)
    project.undo()
    project.redo()
    project.set_failure(1, "x")
    project.edit(1, text="y")
    assert told == [1] * 8

    stop()
    project.edit(1, text="z")
    assert told == [1] * 8


def test_an_edit_that_changes_nothing_is_no_action(project: Project) -> None:
    told: list[Collection[int]] = []
    project.subscribe(told.append)

    project.edit(1, text="하나.")

    assert told == []
    assert project.undo() is None


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "  "},
        {"speed": 0},
        {"speed": math.nan},
        {"pause_after": -1},
        {"pause_after": math.inf},
        {"seed": -1},
        {"seed": 2**64},
    ],
)
def test_a_value_that_makes_no_sense_is_refused_with_a_hint(
    project: Project, fields: dict[str, Any]
) -> None:
    before = project.row(1)

    with pytest.raises(ProjectError) as refusal:
        project.edit(1, **fields)

    assert refusal.value.hint
    assert project.row(1) is before


def test_one_bad_edit_among_many_changes_none(project: Project) -> None:
    with pytest.raises(ProjectError):
        project.edit_many({1: {"text": "좋은 말."}, 2: {"text": ""}})

    assert project.row(1).sentence.text == "하나."
    assert project.undo() is None


def test_fields_that_are_not_the_users_cannot_be_edited(project: Project) -> None:
    with pytest.raises(TypeError):
        project.edit(1, take_id=1)
    with pytest.raises(TypeError):
        project.edit(1, text=None)


def test_every_field_that_can_be_edited_survives_a_reopening(open_project: OpenProject) -> None:
    project = open_project("하나.")
    project.edit(
        1,
        text="다른 말 🎙️ \x00 \udce9",
        say="다른 마알.",
        label="시작",
        voice="Sohee",
        language="English",
        instruct="기쁘게",
        speed=1.25,
        seed=2**64 - 1,
        pause_after=0.5,
        spoken=False,
    )
    row = project.row(1)
    project.close()

    assert open_project("하나.").row(1) == row


def test_settings_survive_a_reopening(open_project: OpenProject) -> None:
    project = open_project("하나.")
    project.set_setting("engine", "espeak")
    project.set_setting("engine", "qwen")
    project.close()

    project = open_project("하나.")

    assert project.get_setting("engine") == "qwen"
    assert project.get_setting("output", "none") == "none"


def test_the_language_is_that_of_the_beginning_until_it_is_corrected(
    open_project: OpenProject,
) -> None:
    project = open_project("하나.", "Two.")
    project.edit(2, language="English")
    assert (project.language, project.row(1).sentence.language) == ("Korean", "Korean")

    project.set_language("Japanese")
    project.close()
    project = open_project("하나.", "Two.", "셋.")

    assert project.language == "Japanese"
    languages = [project.row(sentence_id).sentence.language for sentence_id in project.ids]
    assert languages == ["Japanese", "English", "Japanese"]


def test_a_closed_project_refuses_changes_and_closes_twice(project: Project) -> None:
    project.close()
    project.close()
    project.flush()

    with pytest.raises(ProjectError):
        project.edit(1, text="x")
