"""What was done to the rows, written into the script file."""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.domain import Status
from engine.errors import ProjectError, ReadOnlyProject, ScriptChanged, ScriptError, UnwritableRow
from engine.files import TEMPORARY_SUFFIX
from engine.project import Project, SavedScript
from engine.project.gathering import gathered
from engine.script import read_script
from engine.studio import open_project as open_studio
from tests.engine.disks import tiny_disk
from tests.engine.project.conftest import OpenProject
from tests.engine.project.making import files_in, speak_now, texts

SCRIPT = "# 1장\n\n물을 끓인다. 기다린다.\n\n- 붓는다.\n(웃음)\n\n# 2장\n\n마신다.\n"

OpenScript = Callable[..., Project]


@pytest.fixture
def open_script(open_project: OpenProject, script_path: Path) -> OpenScript:
    """Writes ``script_path``, where a text is given, and opens its project."""

    def open_(text: str | bytes | None = None, *, read_only: bool = False) -> Project:
        if text is not None:
            script_path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return open_project(script=read_script(script_path), read_only=read_only)

    return open_


def save(project: Project) -> SavedScript:
    return asyncio.run(project.save_script())


async def begun(project: Project) -> None:
    """Wait until the script is read, in another thread, to be written."""
    await asyncio.sleep(0)
    assert project.saving_script
    await asyncio.sleep(0)


def text_of(project: Project) -> str:
    return project.script_path.read_bytes().decode()


def test_edited_rows_are_in_the_file_and_the_old_file_is_beside_it(
    open_script: OpenScript,
) -> None:
    project = open_script(SCRIPT)
    project.edit(2, text="오래 기다린다.")
    project.edit(5, text="식혀서 마신다.")
    assert project.unsaved == 2

    saved = save(project)

    assert saved == SavedScript(2, backup="첫 번째 대본.txt.bak")
    assert text_of(project) == SCRIPT.replace(" 기다린다", " 오래 기다린다").replace(
        "마신다", "식혀서 마신다"
    )
    assert project.script_path.with_name(saved.backup).read_bytes().decode() == SCRIPT
    assert project.unsaved == 0


SHAPED = [
    "기다린다. 붓는다.",
    "찬물을 끓인다.",
    "새 줄이다. 둘째 문장도 있다.",
    "마신다",
    "천천히.",
]


def shape(project: Project) -> None:
    """Edit, split, merge, write, delete and move; each row that is left has a good take."""
    project.edit(1, text="찬물을 끓인다.")
    project.split(5, "마신다", "천천히.")
    project.merge([2, 3])
    project.insert(4, "새 줄이다. 둘째 문장도 있다.")
    project.remove([4])
    project.move([1], 1)
    for sentence_id in project.ids:
        if project.row(sentence_id).sentence.spoken:
            speak_now(project, sentence_id)


def test_after_saving_and_reopening_every_row_is_as_it_was_with_its_take(
    open_script: OpenScript,
) -> None:
    project = open_script(SCRIPT)
    shape(project)
    assert texts(project) == SHAPED
    save(project)
    rows = [project.row(id_) for id_ in project.ids]
    assert texts(project) == SHAPED
    assert not any(row.sentence.conflict for row in rows)
    assert {row.status for row in rows} == {Status.READY}
    assert not project.follow(read_script(project.script_path))
    project.close()

    project = open_script()

    assert not project.merge_report
    assert project.unsaved == 0
    assert [project.row(id_) for id_ in project.ids] == rows


def test_all_that_was_done_can_be_undone_after_saving_and_saved_again(
    open_script: OpenScript,
) -> None:
    project = open_script(SCRIPT)
    shown = texts(project)
    shape(project)
    save(project)
    while project.undo():
        pass
    assert texts(project) == shown
    assert project.unsaved
    save(project)
    assert [row.text for row in read_script(project.script_path).sentences] == shown
    assert not project.follow(read_script(project.script_path))
    assert texts(project) == shown


def test_moving_deleting_and_writing_count_as_changes_and_undoing_them_does_not(
    open_script: OpenScript,
) -> None:
    project = open_script(SCRIPT)
    assert project.unsaved == 0
    counts: list[int] = []
    for change in (
        lambda: project.move([1], 1),
        lambda: project.remove([3]),
        lambda: project.insert(1, "새 줄."),
        lambda: project.edit(5, text="마셨다."),
        lambda: project.edit(5, text="마신다."),
        lambda: project.edit(5, note="천천히", label="끝", spoken=False),
    ):
        change()
        counts.append(project.unsaved)
    assert counts == [1, 2, 3, 4, 3, 3]
    while project.undo():
        pass
    assert project.unsaved == 0


def test_with_nothing_to_save_nothing_is_written(open_script: OpenScript) -> None:
    project = open_script(SCRIPT)
    before = project.script_path.stat()
    assert save(project) == SavedScript(0)
    assert project.script_path.stat().st_mtime_ns == before.st_mtime_ns
    assert files_in(project.script_path.parent) == {
        project.script_path.name,
        f"{project.script_path.name}.studio",
    }


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-32-be", b"\x00\x00\xfe\xff"),
        ("cp949", b""),
    ],
)
@pytest.mark.parametrize("end", ["", "\x1a"])
def test_encoding_mark_line_ends_and_the_end_of_a_dos_file_stay(
    open_script: OpenScript, encoding: str, mark: bytes, end: str
) -> None:
    before = SCRIPT.replace("\n", "\r\n")
    project = open_script(mark + (before + end).encode(encoding))
    project.edit(5, text="다 마신다.")
    assert save(project).encoding == ""
    after = before.replace("마신다", "다 마신다") + end
    assert project.script_path.read_bytes() == mark + after.encode(encoding)


def test_a_character_that_the_files_encoding_lacks_makes_it_utf_8(
    open_script: OpenScript,
) -> None:
    project = open_script(SCRIPT.encode("cp949"))
    project.edit(5, text="☕️ 마신다 🙂.")
    saved = save(project)
    assert saved.encoding == "utf-8-sig"
    assert "☕️ 마신다 🙂." in project.script_path.read_bytes().decode("utf-8-sig")
    assert project.script_path.with_name(saved.backup).read_bytes() == SCRIPT.encode("cp949")
    project.close()
    assert not open_script().merge_report


def test_what_the_studio_wrote_itself_is_not_kept_as_a_backup(open_script: OpenScript) -> None:
    project = open_script(SCRIPT)
    for text in ("하나.", "둘.", "셋."):
        project.edit(5, text=text)
        backup = save(project).backup
        assert project.script_path.with_name(backup).read_bytes().decode() == SCRIPT
    project.close()

    outside = text_of(project).replace("물을", "찬물을")
    project = open_script(outside)
    project.edit(5, text="넷.")

    backup = project.script_path.with_name(save(project).backup)
    assert backup.name == "첫 번째 대본.txt.2.bak"
    assert backup.read_bytes().decode() == outside
    first = project.script_path.with_name("첫 번째 대본.txt.bak")
    assert first.read_bytes().decode() == SCRIPT


def test_a_backup_that_was_deleted_is_made_anew(open_script: OpenScript) -> None:
    project = open_script(SCRIPT)
    project.edit(5, text="하나.")
    backup = project.script_path.with_name(save(project).backup)
    backup.unlink()
    written = text_of(project)
    project.edit(5, text="둘.")
    assert project.script_path.with_name(save(project).backup).read_bytes().decode() == written


def test_a_name_as_long_as_can_be_has_a_backup_too(
    open_project: OpenProject, tmp_path: Path
) -> None:
    path = tmp_path / ("가" * 83 + ".txt")
    path.write_text(SCRIPT, encoding="utf-8")
    project = open_project(script=read_script(path), path=path)
    project.edit(5, text="하나.")
    backup = path.with_name(save(project).backup)
    assert backup.read_text("utf-8") == SCRIPT
    assert "하나." in path.read_text("utf-8")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_the_permissions_stay(open_script: OpenScript) -> None:
    project = open_script(SCRIPT)
    project.script_path.chmod(0o640)
    project.edit(5, text="하나.")
    backup = project.script_path.with_name(save(project).backup)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (project.script_path, backup)] == [
        0o640,
        0o640,
    ]


@pytest.mark.skipif(os.name == "nt", reason="Windows lets few users make links")
def test_a_link_stays_a_link(
    open_script: OpenScript, script_path: Path, tmp_path: Path, open_project: OpenProject
) -> None:
    script_path.write_text(SCRIPT, encoding="utf-8")
    link = tmp_path / "link.txt"
    link.symlink_to(script_path)
    project = open_project(script=read_script(link), path=link)
    project.edit(5, text="하나.")
    save(project)
    assert link.is_symlink()
    assert "하나." in script_path.read_text("utf-8")


def test_a_file_that_says_something_else_by_now_is_left_alone_until_it_was_followed(
    open_script: OpenScript,
) -> None:
    project = open_script(SCRIPT)
    project.edit(5, text="하나.")
    other = SCRIPT.replace("붓는다", "따른다")
    project.script_path.write_text(other, encoding="utf-8", newline="")

    with pytest.raises(ScriptChanged):
        save(project)

    assert text_of(project) == other
    assert project.unsaved == 1
    project.follow(read_script(project.script_path))
    save(project)
    assert text_of(project) == other.replace("마신다", "하나")


PROSE = (
    "The old harbour wakes before the sun. Boats come in one by one, and the gulls follow them. "
    "On the quay a man in a yellow coat counts crates of fish without looking up. He has done so "
    "for forty years, and he says that he has never been wrong by more than one. Nobody argues."
)


def test_a_hard_wrapped_script_is_read_as_one_though_edited_rows_are_long_lines_in_it(
    script_path: Path,
) -> None:
    script_path.write_text(textwrap.fill(PROSE, 60), encoding="utf-8")
    script = read_script(script_path)
    assert script.hard_wrapped
    project, _settings = open_studio(script_path, script, {})
    project.edit(2, text="Boats.")
    project.edit(3, text="A man counts crates, and he does not look up.")
    shown = texts(project)
    save(project)
    project.close()

    script = read_script(script_path)
    assert not script.hard_wrapped
    project, _settings = open_studio(script_path, script, {})

    assert not project.merge_report
    assert texts(project) == shown
    assert project.script.hard_wrapped
    project.close()
    project, _settings = open_studio(script_path, script, {"hard_wrapped": False})
    assert project.merge_report
    project.close()


def test_what_changed_between_the_sentences_outside_stays(open_script: OpenScript) -> None:
    project = open_script(SCRIPT)
    project.edit(5, text="하나.")
    other = SCRIPT.replace("# 2장", "***\n\n## 둘째 장")
    project.script_path.write_text(other, encoding="utf-8", newline="")
    save(project)
    assert text_of(project) == other.replace("마신다", "하나")
    assert project.row(5).sentence.section == "둘째 장"


def test_a_row_in_conflict_is_left_as_the_script_has_it(open_script: OpenScript) -> None:
    project = open_script(SCRIPT)
    project.edit(3, text="살살 붓는다.")
    project.edit(5, text="하나.")
    other = SCRIPT.replace("붓는다", "확 붓는다")
    project.script_path.write_text(other, encoding="utf-8", newline="")
    assert project.follow(read_script(project.script_path)).conflicts == (3,)
    assert project.unsaved == 1

    assert save(project).conflicts == (3,)

    assert text_of(project) == other.replace("마신다", "하나")
    assert project.row(3).sentence.conflict == "확 붓는다."
    project.edit(3, text="살살 붓는다.")
    assert project.unsaved == 1
    save(project)
    assert "- 살살 붓는다.\n" in text_of(project)
    assert not project.follow(read_script(project.script_path))


def test_a_write_protected_script_is_left_alone(open_script: OpenScript) -> None:
    project = open_script(SCRIPT)
    project.edit(5, text="하나.")
    project.script_path.chmod(0o444)
    with pytest.raises(ProjectError, match="may not be opened or changed"):
        save(project)
    assert text_of(project) == SCRIPT
    assert project.unsaved == 1
    assert f"{project.script_path.name}.bak" not in files_in(project.script_path.parent)
    project.script_path.chmod(0o644)
    save(project)
    assert "하나." in text_of(project)


def test_on_a_full_disk_nothing_is_lost(open_project: OpenProject, tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "disk", kibibytes=512) as disk:
        path = disk / "대본.txt"
        path.write_text(SCRIPT, encoding="utf-8")
        project = open_project(script=read_script(path), path=path)
        project.edit(5, text="하나.")
        project.flush()
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(512))
        with pytest.raises(ProjectError, match="full"):
            save(project)
        assert path.read_text("utf-8") == SCRIPT
        assert project.unsaved == 1
        assert not [name for name in files_in(disk) if name.endswith(TEMPORARY_SUFFIX)]
        filler.unlink()
        save(project)
        assert "하나." in path.read_text("utf-8")
        project.close()


def test_a_script_that_is_gone_is_not_made_anew(open_script: OpenScript) -> None:
    project = open_script(SCRIPT)
    project.edit(5, text="하나.")
    project.script_path.unlink()
    with pytest.raises(ScriptError, match="no file"):
        save(project)
    assert project.unsaved == 1


def test_a_row_that_would_become_a_heading_is_named_and_nothing_is_written(
    open_script: OpenScript,
) -> None:
    project = open_script(SCRIPT)
    project.edit(5, text="# 마신다")
    with pytest.raises(UnwritableRow) as refused:
        save(project)
    assert project.ids[refused.value.row] == 5
    assert text_of(project) == SCRIPT


def test_a_row_may_be_changed_while_the_disk_is_slow(open_script: OpenScript) -> None:
    project = open_script(SCRIPT)
    project.edit(5, text="하나.")
    new = project.insert(5, "둘.")

    async def change_meanwhile() -> None:
        saving = asyncio.create_task(project.save_script())
        await begun(project)
        project.edit(5, text="나중.")
        project.remove([new])
        await saving

    asyncio.run(change_meanwhile())
    assert "하나.\n둘." in text_of(project)
    assert project.unsaved == 2
    save(project)
    assert text_of(project).endswith("나중.\n")


def test_saving_goes_to_its_end_though_its_caller_is_cancelled(open_script: OpenScript) -> None:
    project = open_script(SCRIPT)
    project.edit(5, text="하나.")

    async def cancel() -> None:
        saving = asyncio.create_task(project.save_script())
        await begun(project)
        saving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await saving
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})

    asyncio.run(cancel())
    assert "하나." in text_of(project)
    assert project.unsaved == 0


ENDS = """
import asyncio, os, sys
from pathlib import Path
from engine.project import Project, scripted
from engine.project.gathering import gathered
from engine.script import read_script
from tests.engine.project.test_saving_script import shape
path = Path(sys.argv[1])
project = Project.open(path, read_script(path))
shape(project)
project.flush()
def end(*args):
    os._exit(9)
if sys.argv[2] == "before":
    scripted.put = end
else:
    scripted.ScriptedProject._settle = end
asyncio.run(project.save_script())
"""
"""A studio that dies just before it writes the script, or just after."""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_studio_that_is_killed_while_it_saves_loses_no_row_and_has_none_twice(
    open_script: OpenScript, script_path: Path, when: str
) -> None:
    script_path.write_text(SCRIPT, encoding="utf-8", newline="")
    died = subprocess.run([sys.executable, "-c", ENDS, str(script_path), when], check=False)
    assert died.returncode == 9
    assert (script_path.read_bytes().decode() == SCRIPT) == (when == "before")

    project = open_script()

    assert texts(project) == SHAPED
    assert {project.row(id_).status for id_ in project.ids} == {Status.READY}
    assert not project.merge_report
    assert (project.unsaved == 0) == (when == "after")
    save(project)
    assert [row.text for row in gathered(SHAPED, read_script(script_path).sentences)] == SHAPED


def test_sentences_of_a_merged_row_that_are_parted_in_the_file_are_two_rows(
    open_script: OpenScript,
) -> None:
    project = open_script("하나. 둘.\n\n셋.\n")
    project.merge([1, 2])
    project.edit(3, text="넷.")
    save(project)
    assert text_of(project) == "하나. 둘.\n\n넷.\n"
    report = project.follow(read_script(project.script_path))
    assert not report
    project.script_path.write_text("하나.\n둘.\n\n넷.\n", encoding="utf-8")
    project.follow(read_script(project.script_path))
    assert texts(project) == ["하나.", "둘.", "넷."]


def test_a_project_that_is_read_only_writes_no_script(
    open_script: OpenScript,
) -> None:
    open_script(SCRIPT)
    other = open_script(read_only=True)
    with pytest.raises(ReadOnlyProject):
        save(other)


def test_a_folder_that_cannot_be_written_to_is_told(
    open_project: OpenProject, tmp_path: Path
) -> None:
    with tiny_disk(tmp_path / "disk") as disk:
        path = disk / "대본.txt"
        path.write_text(SCRIPT, encoding="utf-8")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        try:
            project = open_project(script=read_script(path), path=path)
            project.edit(5, text="하나.")
            with pytest.raises(ProjectError, match="read-only"):
                save(project)
            assert project.unsaved == 1
        finally:
            subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
