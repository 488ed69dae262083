"""What was in the folder before."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from engine.errors import ExportError
from engine.export import export_wavs
from engine.files import TEMPORARY_SUFFIX
from tests.engine.disks import tiny_disk
from tests.engine.export.making import contents, manifest, speak_all
from tests.engine.project.making import speak_now


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "최종 파일"


@pytest.fixture
def project(open_project):
    """Three sentences, spoken."""
    project = open_project("하나.", "둘.", "셋.")
    speak_all(project)
    return project


def test_a_second_export_touches_no_file(project, out: Path):
    export_wavs(project, out=out)
    for path in out.iterdir():
        os.utime(path, (1_000_000_000, 1_000_000_000))
    result = export_wavs(project, out=out)
    assert result.unchanged == ("001_하나.wav", "002_둘.wav", "003_셋.wav")
    assert (result.written, result.replaced, result.failed) == ((), (), ())
    assert {path.stat().st_mtime for path in out.iterdir()} == {1_000_000_000}


def test_our_own_file_is_replaced_when_its_take_changed(project, out: Path):
    export_wavs(project, out=out)
    before = contents(out)
    speak_now(project, project.ids[1], pitch=700)
    result = export_wavs(project, out=out)
    assert result.replaced == ("002_둘.wav",)
    assert len(result.unchanged) == 2
    after = contents(out)
    assert {name for name in after if after[name] != before[name]} == {
        "002_둘.wav",
        "manifest.json",
    }


def test_a_file_that_is_not_ours_is_kept(project, out: Path):
    out.mkdir()
    (out / "002_둘.wav").write_bytes(b"a recording of my own")
    (out / "notes.txt").write_text("mine")
    result = export_wavs(project, out=out)
    assert (out / "002_둘.wav").read_bytes() == b"a recording of my own"
    assert (out / "notes.txt").read_text() == "mine"
    assert result.written == ("001_하나.wav", "003_셋.wav")
    (problem,) = result.failed
    assert problem.number == 2
    assert "not written by this studio" in problem.reason
    assert "Move or rename" in problem.hint
    assert result.left_over == ()


def test_a_file_that_was_changed_outside_is_kept_however_often(project, out: Path):
    export_wavs(project, out=out)
    (out / "002_둘.wav").write_bytes(b"louder now")
    speak_now(project, project.ids[1], pitch=700)
    for _attempt in range(2):
        result = export_wavs(project, out=out)
        assert (out / "002_둘.wav").read_bytes() == b"louder now"
        assert "changed outside" in result.failed[0].reason
    (out / "002_둘.wav").unlink()
    assert export_wavs(project, out=out).written == ("002_둘.wav",)


def test_a_link_is_not_replaced_by_a_file(project, out: Path, tmp_path: Path):
    out.mkdir()
    try:
        (out / "002_둘.wav").symlink_to(tmp_path / "nowhere")
    except OSError as error:
        pytest.skip(f"links cannot be made here: {error}")
    result = export_wavs(project, out=out)
    assert (out / "002_둘.wav").is_symlink()
    assert [problem.number for problem in result.failed] == [2]


def test_a_folder_in_the_place_of_a_file_fails_alone(project, out: Path):
    (out / "002_둘.wav").mkdir(parents=True)
    result = export_wavs(project, out=out)
    assert result.written == ("001_하나.wav", "003_셋.wav")
    assert [problem.number for problem in result.failed] == [2]


@pytest.mark.skipif(os.name != "nt", reason="only Windows refuses to replace an open file")
def test_a_file_that_an_editor_holds_open_fails_alone(project, out: Path):
    export_wavs(project, out=out)
    for sentence_id in project.ids:
        speak_now(project, sentence_id, pitch=700)
    with (out / "002_둘.wav").open("rb"):
        result = export_wavs(project, out=out)
    assert [problem.number for problem in result.failed] == [2]
    assert len(result.replaced) == 2
    assert export_wavs(project, out=out).replaced == ("002_둘.wav",)


def test_files_of_sentences_that_are_gone_stay_and_are_listed(open_project, project, out: Path):
    export_wavs(project, out=out)
    before = contents(out)
    project.edit(project.ids[0], spoken=False)
    export_wavs(project, out=out)
    result = export_wavs(project, out=out)
    assert result.ok
    assert result.left_over == ("001_하나.wav", "002_둘.wav", "003_셋.wav")
    after = contents(out)
    assert {name: after[name] for name in result.left_over} == {
        name: before[name] for name in result.left_over
    }
    project.undo()
    speak_now(project, project.ids[0], pitch=700)
    result = export_wavs(project, out=out)
    assert result.replaced == ("001_하나.wav",)
    assert result.left_over == ("001_둘.wav", "002_셋.wav")


def test_the_file_of_a_sentence_that_was_rejected_since_is_listed(project, out: Path):
    export_wavs(project, out=out)
    project.reject(project.ids[1])
    result = export_wavs(project, out=out)
    assert [problem.number for problem in result.skipped] == [2]
    assert result.left_over == ("002_둘.wav",)


def test_a_left_over_file_that_the_user_deleted_is_forgotten(project, out: Path):
    export_wavs(project, out=out)
    project.reject(project.ids[1])
    (out / "002_둘.wav").unlink()
    assert export_wavs(project, out=out).left_over == ()
    assert manifest(out)["left_over"] == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe",
        b"[]",
        b"null",
        b'{"name": "a web app", "icons": []}',
        b'{"program": "TTS Studio"}',
        b'{"program": "TTS Studio", "format": "x", "sentences": [], "left_over": {}}',
        b'{"program": "TTS Studio", "format": 1, "sentences": [1], "left_over": {}}',
        b"[" * 100_000,
    ],
)
def test_a_manifest_that_cannot_be_made_out_is_never_overwritten(
    project, out: Path, content: bytes
):
    out.mkdir()
    (out / "manifest.json").write_bytes(content)
    with pytest.raises(ExportError, match=r"manifest\.json") as caught:
        export_wavs(project, out=out)
    assert "elsewhere" in caught.value.hint
    assert contents(out) == {"manifest.json": content}


def test_the_folder_of_a_newer_program_is_left_alone(project, out: Path):
    export_wavs(project, out=out)
    path = out / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"format": 1', '"format": 2'), "utf-8")
    with pytest.raises(ExportError, match="newer"):
        export_wavs(project, out=out)


def test_names_in_a_manifest_that_lead_elsewhere_are_ignored(project, out: Path, tmp_path: Path):
    export_wavs(project, out=out)
    (tmp_path / "secret.wav").write_bytes(b"x")
    path = out / "manifest.json"
    told = path.read_text("utf-8").replace('"left_over": {}', '"left_over": {"../secret.wav": "0"}')
    path.write_text(told, "utf-8")
    assert export_wavs(project, out=out).left_over == ()


def test_two_scripts_do_not_share_a_given_folder(open_project, script_path: Path, project, out):
    export_wavs(project, out=out)
    before = contents(out)
    folder = script_path.parent / "2장"
    folder.mkdir()
    other = open_project("하나.", path=folder / script_path.name)
    speak_now(other, other.ids[0], pitch=900)
    with pytest.raises(ExportError, match="another script") as caught:
        export_wavs(other, out=out)
    assert "folder of its own" in caught.value.hint
    assert contents(out) == before


def test_a_file_in_the_place_of_the_folder_is_an_error(project, out: Path):
    out.write_text("mine")
    for dry_run in (True, False):
        with pytest.raises(ExportError, match="is a file"):
            export_wavs(project, out=out, dry_run=dry_run)
    assert out.read_text() == "mine"


def test_a_folder_below_a_file_is_an_error(project, out: Path):
    out.write_text("mine")
    with pytest.raises(ExportError):
        export_wavs(project, out=out / "below")


def test_a_dry_run_says_what_would_be_and_changes_nothing(project, out: Path):
    export_wavs(project, out=out)
    speak_now(project, project.ids[0], pitch=700)
    (out / "003_셋.wav").unlink()
    before = contents(out)
    result = export_wavs(project, out=out, dry_run=True)
    assert result.replaced == ("001_하나.wav",)
    assert result.unchanged == ("002_둘.wav",)
    assert result.written == ("003_셋.wav",)
    assert contents(out) == before


def test_a_full_disk_stops_the_export_and_the_next_one_completes_it(project, tmp_path: Path):
    with tiny_disk(tmp_path / "디스크", kibibytes=28) as disk:
        out = disk / "out"
        first = export_wavs(project, out=out)
        assert first.written
        assert first.failed
        assert "disk is full" in first.failed[0].reason
        assert "Free some space" in first.failed[0].hint
        assert "turn did not come" in first.failed[1].reason
        last = [problem.number for problem in first.failed if problem.number]
        assert last == list(range(len(first.written) + 1, 4))
        names = {path.name for path in out.glob("*.wav")}
        assert names == set(first.written)
        assert not list(out.glob(f".*{TEMPORARY_SUFFIX}"))
        subprocess.run(["mount", "-o", "remount,size=1m", str(disk)], check=True)
        speak_now(project, project.ids[0], pitch=700)
        second = export_wavs(project, out=out)
        assert second.ok
        assert second.replaced == ("001_하나.wav",)
        assert sorted(contents(out)) == sorted([*names, *second.written, "manifest.json"])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="holding an export up takes a named pipe")
def test_after_a_kill_the_next_export_still_knows_its_files(
    open_project, project, script_path: Path, out: Path
):
    pipe = project.takes_folder / project.row(project.ids[2]).take.file
    recording = pipe.read_bytes()
    project.close()
    pipe.unlink()
    os.mkfifo(pipe)
    program = (
        "import sys; from pathlib import Path\n"
        "from engine.export import export_wavs\n"
        "from engine.project import Project\n"
        "from tests.engine.project.making import script_of\n"
        "project = Project.open(Path(sys.argv[1]), script_of('하나.', '둘.', '셋.'))\n"
        "export_wavs(project, out=Path(sys.argv[2]))"
    )
    exporter = subprocess.Popen(
        [sys.executable, "-X", "utf8", "-c", program, str(script_path), str(out)],
        cwd=Path(__file__).parents[3],
    )
    # Opening the pipe waits for the exporter to have come to the third take.
    with pipe.open("wb"):
        exporter.kill()
        exporter.wait()
    pipe.unlink()
    pipe.write_bytes(recording)
    assert sorted(path.name for path in out.glob("*.wav")) == ["001_하나.wav", "002_둘.wav"]
    assert not (out / "manifest.json").exists()

    again = open_project("하나.", "둘.", "셋.")
    speak_now(again, again.ids[0], pitch=700)
    result = export_wavs(again, out=out)
    assert result.ok
    assert result.replaced == ("001_하나.wav",)
    assert result.unchanged == ("002_둘.wav",)
    assert result.written == ("003_셋.wav",)
    assert len(list(out.iterdir())) == 4


def test_what_a_killed_export_had_begun_to_write_is_cleared_away(project, out: Path):
    out.mkdir()
    old, young = out / f".old{TEMPORARY_SUFFIX}", out / f".young{TEMPORARY_SUFFIX}"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(old, (1_000_000_000, 1_000_000_000))
    export_wavs(project, out=out)
    assert not old.exists()
    assert young.exists()


def test_names_on_the_disk_are_composed(project, out: Path):
    export_wavs(project, out=out)
    names = [path.name for path in out.iterdir()]
    assert names == [unicodedata.normalize("NFC", name) for name in names]


def test_half_a_line_in_the_journal_of_a_killed_export_is_no_obstacle(project, out: Path):
    export_wavs(project, out=out)
    (out / ".manifest.journal").write_bytes(b'\n{"file": "001_\xed')
    speak_now(project, project.ids[0], pitch=700)
    assert export_wavs(project, out=out).replaced == ("001_하나.wav",)
    assert not (out / ".manifest.journal").exists()
