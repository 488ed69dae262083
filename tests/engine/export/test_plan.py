"""Where an export goes and what its files are called."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pytest

from engine.domain import Status
from engine.errors import ReadOnlyProject
from engine.export import export_wavs, plan_export
from engine.export.plan import FOLDER
from tests.engine.export.making import contents, speak_all
from tests.engine.project.making import script_of, speak_now

FIRST = date(2026, 11, 22)
LATER = date(2027, 1, 3)


def test_files_are_numbered_and_labelled_beside_the_script(open_project, script_path: Path):
    project = open_project("안녕하세요.", "(웃음)", "오늘은 날씨가 좋네요.")
    speak_all(project)
    result = export_wavs(project, today=FIRST)
    assert result.folder == script_path.parent / "output" / "2026-11-22_첫_번째_이야기"
    assert sorted(contents(result.folder)) == [
        "001_안녕하세요.wav",
        "002_오늘은_날씨가_좋네요.wav",
        "manifest.json",
    ]
    assert result.files == {
        1: result.folder / "001_안녕하세요.wav",
        2: result.folder / "002_오늘은_날씨가_좋네요.wav",
    }
    assert result.ok


def test_names_stay_the_same_on_another_day_and_after_the_text_was_edited(open_project):
    project = open_project("하나.", "둘.")
    speak_all(project)
    first = export_wavs(project, today=FIRST)
    project.edit(project.ids[0], text="전혀 다른 말.")
    project.close()
    again = export_wavs(open_project("하나.", "둘."), today=LATER)
    assert again.folder == first.folder
    assert again.files == first.files


def test_a_dry_run_fixes_and_writes_nothing(open_project, script_path: Path):
    project = open_project("하나.", "둘.")
    speak_all(project)
    would_be = export_wavs(project, dry_run=True, today=FIRST)
    assert would_be.written == ("001_하나.wav", "002_둘.wav")
    assert not (script_path.parent / "output").exists()
    project.edit(project.ids[0], text="다른 말.")
    assert export_wavs(project, today=LATER).written == ("001_다른_말.wav", "002_둘.wav")


def test_a_given_folder_is_used_as_it_is_and_not_remembered(
    open_project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    project = open_project("하나.")
    speak_all(project)
    monkeypatch.chdir(tmp_path)
    assert export_wavs(project, out=Path("final wavs")).folder == tmp_path / "final wavs"
    assert (tmp_path / "final wavs" / "001_하나.wav").is_file()
    assert export_wavs(project, today=FIRST).folder.name.startswith("2026-11-22_")


def test_labels_are_fixed_by_an_export_into_a_given_folder_too(open_project, tmp_path: Path):
    project = open_project("하나.")
    speak_all(project)
    export_wavs(project, out=tmp_path / "out")
    project.edit(project.ids[0], text="다른 말.")
    assert export_wavs(project, out=tmp_path / "out").files[1].name == "001_하나.wav"


def test_a_project_that_is_read_only_is_exported_and_remembers_nothing(open_project):
    project = open_project("하나.")
    speak_all(project)
    project.flush()
    reader = open_project("하나.", read_only=True)
    with pytest.raises(ReadOnlyProject):
        reader.fix_labels()
    result = export_wavs(reader, today=FIRST)
    assert result.written == ("001_하나.wav",)
    again = export_wavs(reader, today=FIRST)
    assert (again.folder, again.unchanged) == (result.folder, ("001_하나.wav",))
    assert project.get_setting(FOLDER) == ""


def test_while_another_studio_has_the_project_only_a_given_folder_is_written_to(
    open_project, script_path: Path, tmp_path: Path
):
    project = open_project("하나.")
    speak_all(project)
    project.flush()
    reader = open_project("하나.")
    assert reader.holder
    with pytest.raises(ReadOnlyProject, match="--out"):
        export_wavs(reader, today=FIRST)
    assert not (script_path.parent / "output").exists()
    assert export_wavs(reader, out=tmp_path / "out").written == ("001_하나.wav",)
    assert export_wavs(project, today=FIRST).folder.name == "2026-11-22_첫_번째_이야기"


def test_a_dry_run_that_only_reads_names_the_folder_that_would_be_written(
    open_project, script_path: Path
):
    first = open_project("하나.")
    speak_all(first)
    export_wavs(first, today=FIRST)
    second = open_project("둘.", path=script_path.with_suffix(".md"), read_only=True)
    would_be = export_wavs(second, dry_run=True, today=FIRST)
    assert would_be.folder.name == "2026-11-22_첫_번째_이야기_2"


def test_two_scripts_of_one_name_get_folders_of_their_own(open_project, script_path: Path):
    first = open_project("하나.")
    second = open_project("다른 것.", path=script_path.with_suffix(".md"))
    for project in (first, second):
        speak_all(project)
    one, two = export_wavs(first, today=FIRST), export_wavs(second, today=FIRST)
    assert one.folder.name == "2026-11-22_첫_번째_이야기"
    assert two.folder.name == "2026-11-22_첫_번째_이야기_2"
    assert export_wavs(second, today=LATER).folder == two.folder


@pytest.mark.parametrize("known", ["../../elsewhere", "/etc", "2026-11-22_..", "..", "a/b", "CON"])
def test_a_remembered_folder_that_leads_elsewhere_is_not_followed(
    open_project, script_path: Path, known: str
):
    project = open_project("하나.")
    speak_all(project)
    project.set_setting(FOLDER, known)
    result = export_wavs(project, today=FIRST)
    assert result.folder == script_path.parent / "output" / "2026-11-22_첫_번째_이야기"


@pytest.mark.parametrize(
    "text", ["../../../etc/passwd", "C:\\Windows\\system.ini", "con", "?", "a/b:c*d", "가" * 300]
)
def test_no_text_leads_out_of_the_folder(open_project, tmp_path: Path, text: str):
    project = open_project(text)
    speak_all(project)
    result = export_wavs(project, out=tmp_path / "out")
    assert result.ok
    assert result.files[1].resolve().parent == tmp_path / "out"


def test_file_names_are_composed_whatever_the_script_is(open_project, tmp_path: Path):
    project = open_project(unicodedata.normalize("NFD", "한글 문장."))
    speak_all(project)
    assert export_wavs(project, out=tmp_path / "out").written == ("001_한글_문장.wav",)


def test_beyond_999_sentences_all_numbers_are_wider(open_project):
    project = open_project(*(f"{number}번 문장." for number in range(1, 1001)))
    for sentence_id in (project.ids[0], project.ids[-1]):
        speak_now(project, sentence_id)
    files = [item.file for item in plan_export(project, dry_run=True).items]
    assert files == ["0001_1번_문장.wav", "1000_1000번_문장.wav"]


def test_what_cannot_be_exported_is_listed_with_its_reason(open_project, tmp_path: Path):
    project = open_project("초안.", "거절.", "실패.", "좋음.", "(무대 지시)")
    _draft, rejected, failed, good, _direction = project.ids
    speak_now(project, rejected)
    project.reject(rejected)
    project.set_failure(failed, "the engine choked {here}")
    speak_now(project, good)
    result = export_wavs(project, out=tmp_path / "out")
    assert result.written == ("004_좋음.wav",)
    assert [problem.number for problem in result.skipped] == [1, 2, 3]
    assert [problem.text for problem in result.skipped] == ["초안.", "거절.", "실패."]
    draft, refusal, failure = (problem.reason for problem in result.skipped)
    assert "not been spoken" in draft
    assert "rejected" in refusal
    assert "the engine choked {here}" in failure
    assert not result.ok


def test_only_the_accepted_ones_if_that_is_asked_for(open_project, tmp_path: Path):
    project = open_project("하나.", "둘.", "셋.")
    speak_now(project, project.ids[0])
    speak_now(project, project.ids[1])
    project.accept(project.ids[1])
    result = export_wavs(project, out=tmp_path / "out", only_accepted=True)
    assert result.written == ("002_둘.wav",)
    assert [problem.number for problem in result.left_out] == [1, 3]
    assert result.skipped == ()
    assert result.ok


def test_a_sentence_changed_since_it_was_spoken_is_exported_and_listed(
    open_project, tmp_path: Path
):
    project = open_project("하나.", "둘.")
    speak_all(project)
    project.edit(project.ids[0], say="하아나")
    assert project.row(project.ids[0]).status is Status.STALE
    result = export_wavs(project, out=tmp_path / "out")
    assert result.stale == ("001_하나.wav",)
    assert len(result.written) == 2
    assert result.ok


def test_nothing_to_export_makes_no_folder_and_fixes_no_date(open_project, script_path: Path):
    project = open_project("하나.")
    result = export_wavs(project, today=FIRST)
    assert not (script_path.parent / "output").exists()
    assert [problem.number for problem in result.skipped] == [1]
    speak_all(project)
    assert export_wavs(project, today=LATER).folder.name.startswith("2027-01-03_")


def test_nothing_to_export_leaves_a_folder_of_the_users_empty(open_project, tmp_path: Path):
    project = open_project("하나.")
    export_wavs(project, out=tmp_path)
    assert not (tmp_path / "manifest.json").exists()


def test_an_export_that_was_planned_is_not_changed_by_what_happens_since(
    open_project, tmp_path: Path
):
    from engine.export import run_export

    project = open_project("하나.")
    speak_all(project)
    plan = plan_export(project, out=tmp_path / "out")
    project.reject(project.ids[0])
    assert run_export(plan).written == ("001_하나.wav",)


def test_a_script_without_sentences_is_exported_to_nothing(open_project):
    project = open_project()
    assert script_of().sentences == ()
    assert export_wavs(project).ok
