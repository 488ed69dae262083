"""What the files are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.domain import SAMPLE_RATE, Cut
from engine.export import export_wavs
from tests.engine.export.making import manifest, sha256, speak_all
from tests.engine.project.making import script_of, speak_now


def test_a_file_is_16_bit_mono_at_24_khz_and_ends_with_silence(open_project, tmp_path: Path):
    project = open_project("하나.")
    speak_all(project)
    path = export_wavs(project, out=tmp_path / "최종 파일").files[1]
    info = soundfile.info(path)
    assert (info.format, info.subtype) == ("WAV", "PCM_16")
    assert (info.channels, info.samplerate) == (1, SAMPLE_RATE)
    samples, _rate = soundfile.read(path, dtype="int16")
    assert len(samples) == round(0.3 * SAMPLE_RATE)
    assert not samples[-round(0.2 * SAMPLE_RATE) :].any()
    assert np.abs(samples[: round(0.1 * SAMPLE_RATE)]).max() > 10_000


def test_only_the_cut_is_heard_and_its_edges_are_faded(open_project, tmp_path: Path):
    project = open_project("하나.")
    take = speak_now(project, project.ids[0], pitch=1000, cut=Cut(0.02, 0.07))
    path = export_wavs(project, out=tmp_path / "out", silence=0.5).files[1]
    samples, _rate = soundfile.read(path, dtype="float32")
    raw = project.read_audio(take)
    assert len(samples) == round(0.55 * SAMPLE_RATE)
    kept = slice(round(0.003 * SAMPLE_RATE), round((0.05 - 0.008) * SAMPLE_RATE))
    offset = round(0.02 * SAMPLE_RATE)
    assert np.array_equal(samples[kept], raw[kept.start + offset : kept.stop + offset])
    assert samples[0] == 0
    assert not samples[round(0.05 * SAMPLE_RATE) - 1 :].any()


def test_the_manifest_tells_all_that_an_editor_needs(open_project, tmp_path: Path):
    project = open_project("하나.", "둘.", "(웃음)", "셋.")
    first, second, _direction, third = project.ids
    project.edit(first, say="하아나", voice="f1")
    speak_now(project, first, seed=2**63)
    speak_now(project, second)
    speak_now(project, second, cut=Cut(0.0, 0.05))
    speak_now(project, third)
    project.accept(third)
    folder = export_wavs(project, out=tmp_path / "out").folder
    told = manifest(folder)
    assert told["program"] == "TTS Studio"
    assert told["script"] == "첫 번째 이야기.txt"
    assert (told["language"], told["sample_rate"], told["silence"]) == ("Korean", 24_000, 0.2)
    one, two, three = told["sentences"]
    assert one == {
        "number": 1,
        "text": "하나.",
        "say": "하아나",
        "section": "",
        "file": "001_하나.wav",
        "start": 0.0,
        "duration": 0.3,
        "seed": 2**63,
        "engine": "espeak",
        "model": "espeak-ng",
        "voice": "f1",
        "take": 1,
        "status": "ready",
        "sha256": sha256(folder / "001_하나.wav"),
    }
    assert (two["start"], two["duration"], two["take"]) == (0.3, 0.25, 2)
    assert (three["start"], three["status"]) == (0.55, "accepted")


def test_the_starts_are_those_of_the_files_joined_one_after_the_other(open_project, tmp_path: Path):
    project = open_project(*(f"문장 {number}." for number in range(30)))
    for number, sentence_id in enumerate(project.ids):
        speak_now(project, sentence_id, cut=Cut(0.0, 0.05 + number / 1000))
    folder = export_wavs(project, out=tmp_path / "out", silence=0.123).folder
    position = 0
    for entry in manifest(folder)["sentences"]:
        assert entry["start"] == pytest.approx(position / SAMPLE_RATE, abs=1e-6)
        position += soundfile.info(folder / entry["file"]).frames


def test_a_section_is_named_in_the_manifest(open_project, tmp_path: Path, script_path: Path):
    from engine.project import Project

    with Project.open(script_path, script_of("하나.", section="1장 시작")) as project:
        speak_all(project)
        folder = export_wavs(project, out=tmp_path / "out").folder
    assert manifest(folder)["sentences"][0]["section"] == "1장 시작"


def test_a_lost_recording_fails_alone(open_project, tmp_path: Path):
    project = open_project("하나.", "둘.", "셋.")
    speak_all(project)
    take = project.row(project.ids[1]).take
    (project.takes_folder / take.file).unlink()
    result = export_wavs(project, out=tmp_path / "out")
    assert result.written == ("001_하나.wav", "003_셋.wav")
    (problem,) = result.failed
    assert (problem.number, problem.text) == (2, "둘.")
    assert take.file in problem.reason
    assert problem.hint
    assert [entry["number"] for entry in manifest(result.folder)["sentences"]] == [1, 3]


def test_a_damaged_recording_fails_alone(open_project, tmp_path: Path):
    project = open_project("하나.", "둘.")
    speak_all(project)
    path = project.takes_folder / project.row(project.ids[0]).take.file
    path.write_bytes(path.read_bytes()[:200])
    result = export_wavs(project, out=tmp_path / "out")
    assert result.written == ("002_둘.wav",)
    assert [problem.number for problem in result.failed] == [1]


def test_a_cut_that_leaves_nothing_is_told_and_not_exported_as_silence(
    open_project, tmp_path: Path
):
    project = open_project("하나.")
    speak_now(project, project.ids[0], cut=replace(Cut(0.0, 0.1), start=0.1))
    result = export_wavs(project, out=tmp_path / "out")
    assert result.written == ()
    assert "cut" in result.failed[0].reason
