from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import ProjectError
from engine.project import Project, opening, place
from tests.engine.project.conftest import OpenProject
from tests.engine.project.making import files_in, script_of, speak_now, texts


def test_a_project_lies_beside_its_script(script_path: Path, open_project: OpenProject) -> None:
    project = open_project("하나.")

    assert project.script_path == script_path
    assert project.folder == script_path.with_name("첫 번째 대본.txt.studio")
    assert project.takes_folder == project.folder / "takes"
    assert (project.folder / "project.db").is_file()


def test_where_no_folder_can_be_made_the_project_goes_to_the_users_data(
    script_path: Path, tmp_path: Path, open_project: OpenProject
) -> None:
    in_the_way = script_path.with_name("첫 번째 대본.txt.studio")
    in_the_way.write_text("mine", encoding="utf-8")

    project = open_project("하나.")
    speak_now(project, 1)
    project.close()

    assert project.folder.parent == tmp_path / "user data" / "projects"
    assert project.folder.name.startswith("첫 번째 대본.txt-")
    assert in_the_way.read_text(encoding="utf-8") == "mine"
    in_the_way.unlink()
    again = open_project("하나.")
    assert again.folder == project.folder
    assert again.row(1).take is not None


def test_scripts_of_one_name_in_two_folders_do_not_share_a_project(
    tmp_path: Path, open_project: OpenProject
) -> None:
    folders = set[Path]()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "s.txt.studio").write_text("in the way")
        folders.add(open_project("하나.", path=tmp_path / name / "s.txt").folder)

    assert len(folders) == 2


def test_a_script_with_the_longest_name_has_a_project_too(
    tmp_path: Path, open_project: OpenProject
) -> None:
    path = tmp_path / ("가" * 83 + ".txt")
    assert texts(open_project("하나.", path=path, read_only=True)) == ["하나."]

    project = open_project("하나.", path=path)

    assert texts(project) == ["하나."]
    assert project.folder.is_dir()


def test_where_nothing_can_be_written_the_user_is_told(
    script_path: Path, tmp_path: Path, open_project: OpenProject
) -> None:
    script_path.with_name(script_path.name + ".studio").write_text("in the way")
    (tmp_path / "user data").write_text("in the way")

    with pytest.raises(ProjectError) as refusal:
        open_project("하나.")

    assert refusal.value.hint


def test_with_faked_refusal_to_make_a_folder_the_project_goes_to_the_users_data(
    script_path: Path, tmp_path: Path, open_project: OpenProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    mkdir = Path.mkdir

    def refuse(self: Path, *args: object, **options: object) -> None:
        if script_path.parent in self.parents:
            raise PermissionError(13, "Permission denied", str(self))
        mkdir(self, *args, **options)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(Path, "mkdir", refuse)

    project = open_project("하나.")

    assert not project.read_only
    assert project.folder.is_relative_to(tmp_path / "user data")
    assert files_in(script_path.parent) == {script_path.name}


def test_with_faked_write_protection_a_project_can_still_be_heard(
    open_project: OpenProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = open_project("하나.")
    speak_now(project, 1)
    project.close()

    class Refusing:
        @staticmethod
        def take(folder: Path) -> None:
            raise OSError(30, "Read-only file system", str(folder))

    monkeypatch.setattr(opening, "ProjectLock", Refusing)
    project = open_project("하나.")

    assert project.read_only
    assert project.holder is None
    take = project.row(1).take
    assert take
    assert project.read_audio(take).any()


def test_a_script_opened_through_a_link_has_the_same_project(
    script_path: Path, tmp_path: Path, open_project: OpenProject
) -> None:
    link = tmp_path / "link.txt"
    try:
        link.symlink_to(script_path)
    except OSError:
        pytest.skip("links need a privilege on this system")

    assert open_project("하나.", path=link).folder == place.beside(script_path)


def test_the_users_data_folder_is_the_platforms(
    script_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_args, **_options: str(tmp_path))
    script_path.with_name(script_path.name + ".studio").write_text("in the way")

    with Project.open(script_path, script_of("하나.")) as project:
        assert project.folder.parent == tmp_path / "projects"
