from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.domain import Script
from engine.project import Project
from tests.engine.project.making import script_of

OpenProject = Callable[..., Project]


@pytest.fixture
def script_path(tmp_path: Path) -> Path:
    """In a folder with spaces and Hangul in its name."""
    path = tmp_path / "나의 대본 폴더" / "첫 번째 대본.txt"
    path.parent.mkdir()
    path.write_text("", encoding="utf-8")
    return path


@pytest.fixture
def open_project(script_path: Path, tmp_path: Path) -> Iterator[OpenProject]:
    """Opens the project of ``script_path``; what is still open at the end is closed."""
    opened: list[Project] = []

    def open_(
        *texts: str, script: Script | None = None, path: Path = script_path, read_only: bool = False
    ) -> Project:
        project = Project.open(
            path,
            script or script_of(*texts),
            read_only=read_only,
            data_home=tmp_path / "user data",
        )
        opened.append(project)
        return project

    yield open_
    for project in opened:
        project.close(discard=True)


@pytest.fixture
def project(open_project: OpenProject) -> Project:
    """Three spoken lines."""
    return open_project("하나.", "둘.", "셋.")
