from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import ProjectError
from engine.project import schema
from engine.project.store import load
from tests.engine.project.conftest import OpenProject
from tests.engine.project.making import speak_now, texts

NEXT = (*schema.MIGRATIONS, ("ALTER TABLE sentence ADD COLUMN mood TEXT NOT NULL DEFAULT 'new'",))
BROKEN = (*NEXT, ("CREATE TABLE more (x)", "SELECT nonsense"))


@pytest.fixture
def folder(open_project: OpenProject) -> Path:
    """Of a closed project with one take."""
    project = open_project("하나.")
    speak_now(project, 1)
    project.close()
    return project.folder


def test_an_older_database_becomes_a_present_one_and_keeps_its_rows(folder: Path) -> None:
    before = load(folder)

    after = load(folder, migrations=NEXT)

    assert after == before
    with closing(sqlite3.connect(folder / "project.db")) as connection:
        assert schema.version(connection) == len(NEXT)
        assert connection.execute("SELECT mood FROM sentence").fetchall() == [("new",)]


def test_a_project_of_the_first_version_keeps_everything_but_pauses_that_nobody_set(
    tmp_path: Path,
) -> None:
    with closing(sqlite3.connect(tmp_path / "project.db", isolation_level=None)) as connection:
        schema.migrate(connection, schema.MIGRATIONS[:1])
        values = "'{0}.', '{0}.', 'Korean', '', '', '', 1, 1, '', '', 1.0, NULL, {1}, 1, '', '', 0"
        for number, pause in ((1, 0.0), (2, 1.5)):
            row = values.format(number, pause)
            connection.execute(f"INSERT INTO sentence VALUES ({number}, {row}, {number}, 1)")

    contents = load(tmp_path)

    first, second = contents.sentences.values()
    assert (first.text, first.pause_after, first.take_id) == ("1.", None, 1)
    assert (second.text, second.pause_after, second.spoken) == ("2.", 1.5, True)
    assert [place.position for place in contents.places.values()] == [1.0, 2.0]
    assert first.shown


def test_a_migration_that_fails_changes_nothing(folder: Path) -> None:
    with pytest.raises(ProjectError):
        load(folder, migrations=BROKEN)

    with closing(sqlite3.connect(folder / "project.db")) as connection:
        assert schema.version(connection) == len(schema.MIGRATIONS)
        tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'more'")
        assert tables.fetchone() == (0,)
    assert load(folder).sentences


def test_an_older_database_is_read_without_being_changed(folder: Path) -> None:
    before = (folder / "project.db").read_bytes()

    contents = load(folder, read_only=True, migrations=NEXT)

    assert contents == load(folder, read_only=True)
    assert (folder / "project.db").read_bytes() == before


@pytest.mark.parametrize("read_only", [False, True])
def test_a_newer_database_is_refused_with_the_advice_to_update(
    folder: Path, open_project: OpenProject, read_only: bool
) -> None:
    load(folder, migrations=NEXT)

    with pytest.raises(ProjectError, match="newer") as refusal:
        open_project("하나.", read_only=read_only)

    assert "Update" in refusal.value.hint


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("content", ["not a database\n" * 100, "한글 " * 500])
def test_a_file_that_is_no_database_is_refused_and_named(
    folder: Path, open_project: OpenProject, content: str, read_only: bool
) -> None:
    database = folder / "project.db"
    database.write_text(content, encoding="utf-8")

    with pytest.raises(ProjectError) as refusal:
        open_project("하나.", read_only=read_only)

    assert str(database) in refusal.value.hint
    assert "aside" in refusal.value.hint
    assert database.read_text(encoding="utf-8") == content


def test_a_damaged_database_is_refused_and_moving_it_aside_starts_anew(
    folder: Path, open_project: OpenProject
) -> None:
    database = folder / "project.db"
    content = bytearray(database.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    database.write_bytes(content)

    with pytest.raises(ProjectError, match="damaged"):
        open_project("하나.")
    database.rename(folder / "aside.db")

    project = open_project("하나.")
    assert project.holder is None
    assert texts(project) == ["하나."]
    assert speak_now(project, 1).number == 2
    assert (folder / "takes" / "1-1.flac").exists()


def test_a_value_that_makes_no_sense_counts_as_damage(
    folder: Path, open_project: OpenProject
) -> None:
    with closing(sqlite3.connect(folder / "project.db")) as connection:
        connection.execute("UPDATE take SET verdict = 'perhaps'")
        connection.commit()

    with pytest.raises(ProjectError, match="damaged"):
        open_project("하나.")


def test_an_empty_file_is_a_project_that_was_just_begun(
    folder: Path, open_project: OpenProject
) -> None:
    (folder / "project.db").write_bytes(b"")

    assert texts(open_project("하나.")) == ["하나."]


def test_the_database_is_made_for_network_shares_and_power_cuts(folder: Path) -> None:
    with closing(schema.connect(folder / "project.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("truncate",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
