"""Writing that fails for a real reason: another program has the database locked."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue

import pytest

from engine.errors import ProjectError, StudioError
from engine.project import schema
from engine.project.rows import Write
from engine.project.writer import Writer
from tests.engine.project.conftest import OpenProject
from tests.engine.project.making import speak, texts

PATIENCE = 30.0


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0.01)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    with closing(sqlite3.connect(folder / "project.db", isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


def setting(key: str, value: str) -> Write:
    return Write("setting", key, (key, value))


def settings_in(folder: Path) -> dict[str, str]:
    with closing(sqlite3.connect(folder / "project.db")) as connection:
        return dict(connection.execute("SELECT key, value FROM setting").fetchall())


@pytest.fixture
def folder(open_project: OpenProject) -> Path:
    project = open_project("하나.")
    project.close()
    return project.folder


@pytest.fixture
def writer(folder: Path) -> Iterator[Writer]:
    writer = Writer(folder / "project.db", retry_seconds=0.01)
    yield writer
    writer.stop()


def test_what_cannot_be_written_is_tried_again_by_itself(folder: Path, writer: Writer) -> None:
    troubled = threading.Event()
    writer.on_error = lambda _error: troubled.set()
    with locked(folder):
        writer.put([setting("a", "1")])
        assert troubled.wait(PATIENCE)

    deadline = time.monotonic() + PATIENCE
    while writer.trouble is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert settings_in(folder)["a"] == "1"


def test_the_newest_change_wins_over_one_that_could_not_be_written(
    folder: Path, writer: Writer
) -> None:
    with locked(folder):
        writer.put([setting("a", "1"), setting("b", "1")])
        with pytest.raises(ProjectError):
            writer.flush()
        writer.put([setting("a", "2")])
        with pytest.raises(ProjectError):
            writer.flush()

    writer.flush()

    found = settings_in(folder)
    assert (found["a"], found["b"]) == ("2", "1")


def test_a_change_that_comes_during_a_faked_failure_wins_too(
    folder: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        writer.put([setting("a", "2")])
        monkeypatch.undo()
        raise OSError

    monkeypatch.setattr("engine.project.writer._write", fail)
    writer.put([setting("a", "1"), setting("b", "1")])
    while writer.trouble is not None or "b" not in settings_in(folder):
        with suppress(ProjectError):
            writer.flush()

    assert settings_in(folder)["a"] == "2"


def test_an_error_is_told_once_and_to_who_began_to_listen_later(
    folder: Path, writer: Writer
) -> None:
    errors: SimpleQueue[StudioError] = SimpleQueue()
    with locked(folder):
        writer.put([setting("a", "1")])
        with pytest.raises(ProjectError):
            writer.flush()
        writer.on_error = errors.put
        for _ in range(3):
            with pytest.raises(ProjectError):
                writer.flush()

    assert errors.get(timeout=PATIENCE).hint
    writer.flush()
    assert errors.empty()


def test_a_value_that_no_database_holds_does_not_end_the_writer(
    folder: Path, writer: Writer
) -> None:
    writer.put([setting("a", "\udc80")])
    with pytest.raises(ProjectError):
        writer.flush()

    writer.put([setting("a", "b")])
    writer.flush()

    assert settings_in(folder)["a"] == "b"


def test_a_report_that_fails_does_not_end_the_writer(folder: Path, writer: Writer) -> None:
    def fail(_error: StudioError) -> None:
        raise RuntimeError

    writer.on_error = fail
    with locked(folder):
        writer.put([setting("a", "1")])
        with pytest.raises(ProjectError):
            writer.flush()

    writer.flush()
    assert settings_in(folder)["a"] == "1"


def test_a_database_that_was_deleted_is_not_made_anew(folder: Path, writer: Writer) -> None:
    (folder / "project.db").unlink()

    writer.put([setting("a", "1")])
    with pytest.raises(ProjectError):
        writer.flush()

    assert not (folder / "project.db").exists()


def test_who_waits_for_a_row_is_told_when_the_writer_stops(folder: Path) -> None:
    writer = Writer(folder / "project.db")
    told: list[ProjectError | None] = []
    with locked(folder):
        writer.put([setting("a", "1")], told.append)
        writer.put([setting("b", "1")], told.append)
        writer.stop()
    writer.put([setting("c", "1")], told.append)

    assert len(told) == 3
    assert all(told)


async def test_a_take_whose_row_cannot_be_written_yet_is_kept_until_it_can(
    open_project: OpenProject,
) -> None:
    project = open_project("하나.")
    project.flush()
    with locked(project.folder):
        with pytest.raises(ProjectError, match="locked"):
            await speak(project, 1)
        take = project.row(1).take
        assert take is not None
        with pytest.raises(ProjectError):
            await asyncio.to_thread(project.close)

    rows = [project.row(sentence_id) for sentence_id in project.ids]
    project.close()

    project = open_project("하나.")
    assert [project.row(sentence_id) for sentence_id in project.ids] == rows
    assert project.row(1).take == take


def test_leaving_a_project_that_cannot_be_written_says_so_and_lets_the_next_one_in(
    open_project: OpenProject,
) -> None:
    project = open_project("하나.")
    project.flush()

    with locked(project.folder), pytest.raises(ProjectError), project:
        project.edit(1, text="일.")

    project = open_project("하나.")
    assert not project.read_only
    assert texts(project) == ["하나."]


def test_a_second_studio_waits_while_the_first_one_writes(
    open_project: OpenProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "BUSY_SECONDS", PATIENCE)
    project = open_project("하나.")
    project.flush()
    with closing(
        sqlite3.connect(
            project.folder / "project.db", isolation_level=None, check_same_thread=False
        )
    ) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        release = threading.Timer(0.05, connection.execute, ["COMMIT"])
        release.start()

        assert texts(open_project("하나.")) == ["하나."]
        release.join()
