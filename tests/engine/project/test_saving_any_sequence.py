"""Whatever was done to the rows: saved, and read again, they are the same rows."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ProjectError, ScriptError
from engine.project import Project
from engine.script import read_script
from tests.engine.project.making import texts

PARTS = [
    *("물을 끓입니다.", "정말요?", "“왜요?”라고 물었습니다.", "마침표 없는 줄", "(웃음)"),
    *("The kettle sings.", "Dr. Lee agrees!", "No stop here", "— and", "1. First", "..."),
]
LINES = [*PARTS, "# 2장", "***", "", "", "- 붓는다. 기다린다.", "네. 네. 네."]
ROWS = [*PARTS, "하나. 둘. 셋!", "네.", "네. 네.", "둘  다"]
WAYS = ["edit", "split", "merge", "insert", "remove", "move", "undo", "redo", "save", "outside"]


def change(project: Project, data: st.DataObject, way: str) -> None:
    ids = project.ids
    at = data.draw(st.integers(0, max(0, len(ids) - 1)))
    row = project.row(ids[at]).sentence if ids else None
    if way == "insert" or row is None:
        project.insert(row.id if row else None, data.draw(st.sampled_from(ROWS)))
    elif way == "edit":
        project.edit(row.id, text=data.draw(st.sampled_from(ROWS)))
    elif way == "split":
        cut = data.draw(st.integers(0, len(row.text)))
        project.split(row.id, row.text[:cut], row.text[cut:])
    elif way == "merge":
        project.merge(ids[at : at + 2])
    elif way == "remove":
        project.remove([row.id])
    elif way == "move":
        project.move([row.id], data.draw(st.sampled_from([-1, 1])))
    elif way == "undo":
        project.undo()
    elif way == "redo":
        project.redo()
    elif way == "outside":
        change_outside(project, data)
    else:
        asyncio.run(project.save_script())


def change_outside(project: Project, data: st.DataObject) -> None:
    path = project.script_path
    lines = path.read_text("utf-8").split("\n")
    lines.insert(data.draw(st.integers(0, len(lines))), data.draw(st.sampled_from(LINES)))
    del lines[data.draw(st.integers(0, len(lines) - 1))]
    before = path.read_bytes()
    path.write_text("\n".join(lines), encoding="utf-8")
    try:
        project.follow(read_script(path))
    except ScriptError:
        path.write_bytes(before)


def settle_conflicts(project: Project, data: st.DataObject) -> None:
    for row in [project.row(id_).sentence for id_ in project.ids]:
        if row.conflict:
            project.edit(row.id, text=data.draw(st.sampled_from([row.text, row.conflict])))


@settings(deadline=None, max_examples=120)
@given(
    lines=st.lists(st.sampled_from(LINES), min_size=1, max_size=8),
    ways=st.lists(st.sampled_from(WAYS), max_size=12),
    data=st.data(),
)
def test_rows_that_were_saved_are_read_again_as_they_are(
    lines: list[str], ways: list[str], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "대본.txt")
        path.write_text("\n".join([*lines, "끝."]), encoding="utf-8")
        with Project.open(path, read_script(path)) as project:
            for way in ways:
                try:
                    change(project, data, way)
                except (ProjectError, ScriptError):
                    continue
            settle_conflicts(project, data)
            shown = texts(project)
            try:
                asyncio.run(project.save_script())
            except ScriptError:
                return  # a row that cannot be one
            assert project.unsaved == 0
            rows = [project.row(id_) for id_ in project.ids]
            assert texts(project) == shown
            assert not project.follow(read_script(path))
        with Project.open(path, read_script(path)) as project:
            assert not project.merge_report
            assert [project.row(id_) for id_ in project.ids] == rows
            assert project.unsaved == 0
