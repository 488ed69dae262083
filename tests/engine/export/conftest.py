from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.project import Project
from tests.engine.project.making import script_of

OpenProject = Callable[..., Project]


@pytest.fixture
def script_path(tmp_path: Path) -> Path:
    path = tmp_path / "나의 영상 대본" / "첫 번째 이야기.txt"
    path.parent.mkdir()
    path.write_text("", encoding="utf-8")
    return path


@pytest.fixture
def open_project(script_path: Path, tmp_path: Path) -> Iterator[OpenProject]:
    """Opens a script's project; what is still open at the end is closed."""
    opened: list[Project] = []

    def open_(*texts: str, path: Path = script_path, read_only: bool = False) -> Project:
        project = Project.open(
            path, script_of(*texts), read_only=read_only, data_home=tmp_path / "user data"
        )
        opened.append(project)
        return project

    yield open_
    for project in opened:
        project.close(discard=True)
