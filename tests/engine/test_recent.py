from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine import recent
from engine.places import data_folder
from engine.project import Project
from engine.project.place import DATABASE
from engine.recent import Standing, recent_scripts, remember, standing_of
from engine.studio import open_project
from tests.engine.project.making import script_of, speak_now

SCRIPT = script_of("하나.", "둘.", "(웃음)", "셋.")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "나의 영상" / "커피 1화.txt"
    path.parent.mkdir()
    path.write_text("하나.\n둘.\n(웃음)\n셋.\n", encoding="utf-8")
    return path.resolve()


def scripts(near: Path) -> list[Path]:
    return [found.script for found in recent_scripts(near)]


def test_a_script_whose_project_was_opened_is_known_from_anywhere(
    script: Path, elsewhere: Path
) -> None:
    assert scripts(elsewhere) == []
    project, _settings = open_project(script, SCRIPT, {})
    project.close()
    assert scripts(elsewhere) == [script]


def test_looking_at_a_script_without_changing_anything_is_not_remembered(
    script: Path, elsewhere: Path
) -> None:
    project, _settings = open_project(script, SCRIPT, {}, read_only=True)
    project.close()
    assert scripts(elsewhere) == []


def test_the_script_that_was_opened_last_comes_first(tmp_path: Path, elsewhere: Path) -> None:
    names = [tmp_path / f"{name}.txt" for name in "가나다"]
    for age, path in enumerate([*names, names[0]]):
        remember(path)
        for note in (data_folder() / "recent").iterdir():
            if note.read_bytes() == os.fsencode(path):
                os.utime(note, (1_000 + age, 1_000 + age))
    assert scripts(elsewhere) == [names[0], names[2], names[1]]


def test_projects_in_the_folder_at_hand_are_known_without_having_been_opened_here(
    script: Path,
) -> None:
    Project.open(script, SCRIPT).close()
    assert scripts(script.parent) == [script]
    remember(script)
    assert scripts(script.parent) == [script]


def test_only_so_many_scripts_are_remembered(
    tmp_path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "KEPT", 3)
    for number in range(5):
        remember(tmp_path / f"{number}.txt")
    assert len(scripts(elsewhere)) == 3
    assert tmp_path / "4.txt" in scripts(elsewhere)


def test_a_note_that_says_nothing_is_passed_over(script: Path, elsewhere: Path) -> None:
    remember(script)
    for name, words in (("empty", b""), ("relative", b"a.txt"), ("half", b"\xff\x00/x")):
        (data_folder() / "recent" / name).write_bytes(words)
    assert script in scripts(elsewhere)
    assert all(path.is_absolute() for path in scripts(elsewhere))


def test_the_accepted_sentences_are_counted_among_those_that_are_spoken(script: Path) -> None:
    project = Project.open(script, SCRIPT)
    for sentence_id in project.ids[:2]:
        speak_now(project, sentence_id)
        project.accept(sentence_id)
    assert _stands_once_closed(project, script) == Standing(True, accepted=2, total=3)


def test_what_was_changed_after_it_was_accepted_does_not_count(script: Path) -> None:
    project = Project.open(script, SCRIPT)
    first = project.ids[0]
    speak_now(project, first)
    project.accept(first)
    project.edit(first, text="하나 반.")
    assert _stands_once_closed(project, script) == Standing(True, accepted=0, total=3)


def _stands_once_closed(project: Project, script: Path) -> Standing:
    project.close()
    return standing_of(script)


def test_a_script_that_is_gone_keeps_its_figures(script: Path) -> None:
    Project.open(script, SCRIPT).close()
    script.unlink()
    assert standing_of(script) == Standing(False, accepted=0, total=3)


def test_a_script_without_a_project_has_no_figures(script: Path) -> None:
    assert standing_of(script) == Standing(True)


def test_a_damaged_project_is_told_and_breaks_nothing(script: Path) -> None:
    project = Project.open(script, SCRIPT)
    folder = project.folder
    project.close()
    (folder / DATABASE).write_bytes(b"no database at all" * 100)
    standing = standing_of(script)
    assert standing.there
    assert standing.error is not None
    assert "damaged" in standing.error.title


def test_a_project_is_counted_while_it_is_open(script: Path) -> None:
    project = Project.open(script, SCRIPT)
    try:
        project.flush()
        assert standing_of(script).total == 3
    finally:
        project.close()
