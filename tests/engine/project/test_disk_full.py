from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import numpy as np
import pytest

from engine.errors import ProjectError, StudioError
from engine.files import TEMPORARY_SUFFIX
from engine.project import Project
from tests.engine.project.conftest import OpenProject
from tests.engine.project.making import draft_for, files_in, speak, texts

LINES = ("하나.", "둘.")
PATIENCE = 30.0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system with room for little."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("a small file system is mounted for this, which takes root on Linux")
    folder = tmp_path / "작은 디스크"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this system lets nothing be mounted")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """A file that takes all the room there is."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError as error:
                assert error.errno == errno.ENOSPC  # noqa: PT017
    return filler


def test_edits_wait_for_room_and_then_nothing_is_lost(
    small_disk: Path, open_project: OpenProject
) -> None:
    path = small_disk / "대본.txt"
    project = open_project(*LINES, path=path)
    project.flush()
    troubles: SimpleQueue[StudioError] = SimpleQueue()
    project.on_write_error = troubles.put
    filler = fill(small_disk)

    project.edit(1, text="첫째.")
    with pytest.raises(ProjectError) as refusal:
        project.flush()
    assert refusal.value.hint
    project.edit(2, text="둘째. " * 200)
    with pytest.raises(ProjectError):
        project.close()
    assert troubles.get(timeout=PATIENCE).hint
    assert project.write_error is not None
    assert texts(project)[0] == "첫째."

    filler.unlink()
    project.edit(1, label="begin")
    project.flush()
    assert project.write_error is None
    rows = [project.row(sentence_id) for sentence_id in project.ids]
    project.close()
    assert troubles.empty()
    project = open_project(*LINES, path=path)
    assert [project.row(sentence_id) for sentence_id in project.ids] == rows
    assert project.undo() is not None


def test_a_second_trouble_is_told_again(small_disk: Path, open_project: OpenProject) -> None:
    project = open_project(*LINES, path=small_disk / "대본.txt")
    project.flush()
    troubles: SimpleQueue[StudioError] = SimpleQueue()
    project.on_write_error = troubles.put

    for length in (500, 1_000):
        filler = fill(small_disk)
        project.edit(1, text="말. " * length)
        with pytest.raises(ProjectError):
            project.flush()
        assert troubles.get(timeout=PATIENCE).hint
        filler.unlink()
        project.flush()


async def test_a_take_for_which_there_is_no_room_leaves_nothing_behind(
    small_disk: Path, open_project: OpenProject
) -> None:
    project = open_project(*LINES, path=small_disk / "대본.txt")
    await speak(project, 1)
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, 24_000 * 20).astype(np.float32)
    draft = draft_for(project, 1)

    with pytest.raises(ProjectError, match="full") as refusal:
        await project.add_take(1, noise, draft)

    assert refusal.value.hint
    assert files_in(project.takes_folder) == {"1-1.flac"}
    assert len(project.row(1).takes) == 1
    assert (await speak(project, 1)).number == 3


def test_a_project_that_cannot_even_begin_is_refused(
    small_disk: Path, open_project: OpenProject
) -> None:
    path = small_disk / "대본.txt"
    (small_disk / "대본.txt.studio" / "takes").mkdir(parents=True)
    fill(small_disk)

    with pytest.raises(ProjectError) as refusal:
        open_project(*LINES, path=path)

    assert refusal.value.hint


async def test_with_a_faked_full_disk_no_temporary_file_stays(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProjectError, match="full"):
        await speak(project, 1)
    assert files_in(project.takes_folder) == set()
    assert project.row(1).takes == ()

    monkeypatch.undo()
    assert (await speak(project, 1)).number == 2
    assert not [name for name in files_in(project.takes_folder) if TEMPORARY_SUFFIX in name]
