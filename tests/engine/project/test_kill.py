from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import engine
from engine.audio import read_audio
from engine.files import TEMPORARY_SUFFIX
from engine.project import Project
from tests.engine.project.conftest import OpenProject
from tests.engine.project.killed_studio import LINES

ROOT = Path(engine.__file__).parents[1]
ROUNDS = 25


def kill_at_some_moment(script_path: Path, seed: int) -> Iterator[dict[str, Any]]:
    """What a studio had told before it was killed."""
    chance = random.Random(seed)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.engine.project.killed_studio", str(script_path), str(seed)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout
    with process.stdout:
        # From before the project is there, up to dozens of takes; and then some instants more, so
        # that it is hit in the middle of things.
        for _ in range(1 + chance.choice([0, 1, 2, chance.randrange(40)])):
            yield json.loads(process.stdout.readline())
        time.sleep(chance.uniform(0, 0.02))
        process.kill()
        process.wait()
        for line in process.stdout:
            if line.endswith("\n"):
                yield json.loads(line)


def test_a_studio_killed_at_any_moment_has_lost_nothing_that_it_had_done(
    script_path: Path, open_project: OpenProject
) -> None:
    files: dict[str, str] = {}
    edits = dict.fromkeys(range(1, len(LINES) + 1), 0)
    for seed in range(ROUNDS):
        for told in kill_at_some_moment(script_path, seed):
            if "file" in told:
                files[told["file"]] = told["sha256"]
            if "sentence" in told:
                edits[told["sentence"]] = told["number"]

        project = open_project(*LINES)

        assert not project.read_only
        assert_takes_are_there(project, files)
        for sentence_id, number in edits.items():
            text = project.row(sentence_id).sentence.text
            assert number == 0 or int(text.removesuffix("번째.")) >= number
        project.close()
    assert len(files) > ROUNDS
    assert all(edits.values())

    project = open_project(*LINES)
    while project.undo():
        pass
    assert [project.row(sentence_id).sentence.text for sentence_id in project.ids] == list(LINES)


def assert_takes_are_there(project: Project, told: dict[str, str]) -> None:
    found = {path.name: path.read_bytes() for path in project.takes_folder.iterdir()}
    assert not [name for name in found if name.endswith(TEMPORARY_SUFFIX)]
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}
    assert told.items() <= digests.items()
    assert not project.lost_takes
    rows = [project.row(sentence_id) for sentence_id in project.ids]
    takes = [take for row in rows for take in row.takes]
    assert told.keys() <= {take.file for take in takes} <= found.keys()
    assert all(row.take == row.takes[-1] for row in rows if row.takes)
    # Those without a row too.
    assert all(read_audio(project.takes_folder / name)[0].any() for name in found)
    with closing(sqlite3.connect(project.folder / "project.db")) as connection:
        stored = connection.execute("SELECT sentence_id, number, lost FROM take").fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert all(
        f"{sentence}-{number}.flac" in found and not lost for sentence, number, lost in stored
    )
