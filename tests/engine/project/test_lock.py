from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import engine
from engine.errors import ProjectError, ReadOnlyProject
from engine.project import Holder, Project
from tests.engine.project.conftest import OpenProject
from tests.engine.project.making import draft_for, files_in, script_of, speak_now, texts, tone

ROOT = Path(engine.__file__).parents[1]


class OtherStudio:
    """A real one, in its own process."""

    def __init__(self, script_path: Path, *lines: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.engine.project.other_studio", str(script_path), *lines],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
        )
        said = json.loads(self.hear())
        self.read_only: bool = said["read_only"]

    def hear(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline()

    def edit(self, text: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        assert self.hear() == "done\n"

    def end(self, *, kill: bool = False) -> None:
        if kill:
            self.process.kill()
        self.process.communicate(timeout=30)


@pytest.fixture
def other_studio(script_path: Path) -> Iterator[Callable[..., OtherStudio]]:
    started: list[OtherStudio] = []

    def start(*lines: str) -> OtherStudio:
        started.append(OtherStudio(script_path, *lines))
        return started[-1]

    yield start
    for studio in started:
        if studio.process.poll() is None:
            studio.end(kill=True)


def test_a_second_studio_reads_what_is_there_and_knows_who_has_it(
    other_studio: Callable[..., OtherStudio], open_project: OpenProject
) -> None:
    other = other_studio("hana.", "dul.")
    other.edit("il.")

    project = open_project("hana.", "dul.")

    assert not other.read_only
    assert project.read_only
    assert project.holder == Holder(socket.gethostname(), other.process.pid)
    assert texts(project) == ["il.", "dul."]
    other.edit("one.")
    assert texts(project) == ["il.", "dul."]


def test_a_second_studio_can_change_nothing(project: Project, open_project: OpenProject) -> None:
    speak_now(project, 1)
    before = files_in(project.folder), files_in(project.takes_folder)
    second = open_project("하나.", "둘.", "다른 셋.")
    take = second.row(1).take
    assert take
    samples, draft = tone(), draft_for(second, 1)

    async def add_take() -> None:
        await second.add_take(1, samples, draft)

    for change in (
        lambda: second.edit(1, text="x"),
        lambda: second.accept(1),
        lambda: second.reject(1),
        lambda: second.pick_take(1, take.id),
        second.undo,
        second.redo,
        lambda: second.set_failure(1, "x"),
        second.fix_labels,
        lambda: second.set_language("English"),
        lambda: second.set_setting("a", "b"),
        lambda: asyncio.run(add_take()),
    ):
        with pytest.raises(ReadOnlyProject) as refusal:
            change()
        assert refusal.value.hint

    assert texts(second) == ["하나.", "둘.", "다른 셋."]
    assert second.read_audio(take).any()
    second.flush()
    second.close()
    assert before == (files_in(project.folder), files_in(project.takes_folder))
    assert texts(project) == ["하나.", "둘.", "셋."]


@pytest.mark.parametrize("kill", [False, True])
def test_the_project_is_free_when_the_other_studio_ends_or_dies(
    other_studio: Callable[..., OtherStudio], open_project: OpenProject, kill: bool
) -> None:
    other = other_studio("hana.")
    other.edit("il.")

    other.end(kill=kill)
    project = open_project("hana.")

    assert not project.read_only
    assert project.holder is None
    assert texts(project) == ["il."]


def test_a_second_studio_process_finds_this_one(
    project: Project, other_studio: Callable[..., OtherStudio]
) -> None:
    assert not project.read_only
    assert other_studio("하나.").read_only


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"host": "x", "pid": "y"}'])
def test_a_note_of_the_holder_that_cannot_be_read_names_nobody(
    project: Project, open_project: OpenProject, content: bytes
) -> None:
    (project.folder / "holder.json").write_bytes(content)

    assert open_project("하나.").holder == Holder()


def test_a_note_of_a_holder_who_died_keeps_nobody_out(open_project: OpenProject) -> None:
    project = open_project("하나.")
    project.close()
    assert not (project.folder / "holder.json").exists()
    (project.folder / "holder.json").write_text('{"host": "elsewhere", "pid": 1}')

    assert open_project("하나.").holder is None


def test_an_opening_that_fails_lets_the_next_one_in(open_project: OpenProject) -> None:
    project = open_project("하나.")
    project.close()
    database = project.folder / "project.db"
    content = database.read_bytes()
    database.write_bytes(b"not a database" * 100)
    with pytest.raises(ProjectError) as refusal:
        open_project("하나.")
    database.write_bytes(content)

    assert not open_project("하나.").read_only
    # Whoever shows the error keeps it, and with it all that it refers to.
    assert "damaged" in refusal.value.title


def test_a_project_may_be_opened_in_one_thread_and_closed_in_another(script_path: Path) -> None:
    script = script_of("하나.")
    with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(1) as second:
        for _ in range(3):
            project = first.submit(Project.open, script_path, script).result()
            assert not project.read_only
            second.submit(project.close).result()


def test_looking_at_a_script_without_a_project_leaves_no_trace(
    script_path: Path, open_project: OpenProject
) -> None:
    project = open_project("하나.", "둘.", read_only=True)

    assert texts(project) == ["하나.", "둘."]
    assert project.holder is None
    assert files_in(script_path.parent) == {script_path.name}
    assert not project.folder.exists()


def test_looking_at_a_project_leaves_it_as_it_is(open_project: OpenProject) -> None:
    project = open_project("하나.", "둘.")
    speak_now(project, 1)
    project.close()
    before = {path: path.read_bytes() for path in project.folder.rglob("*") if path.is_file()}

    looking = open_project("하나.", "다른 말.", read_only=True)

    assert looking.row(1).take is not None
    looking.close()
    assert before == {
        path: path.read_bytes() for path in project.folder.rglob("*") if path.is_file()
    }
