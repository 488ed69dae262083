"""`tts-studio doctor` on the machine that the tests run on, and on what is wrong with others."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from engine.cli import main
from engine.doctor import checks
from engine.doctor.finding import Finding
from engine.settings import load_settings
from tests.engine.models.making import make_cached
from tests.engine.test_cli import tts_studio

WELL, FAILED, BAD_INPUT = 0, 1, 2


@pytest.fixture(autouse=True)
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))


@pytest.fixture
def no_qwen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The libraries of the models end the process that loads them, where they are installed and
    where not."""
    (tmp_path / "torch.py").write_text("import os; os._exit(9)")
    installed = tmp_path / "qwen_tts-9.9.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: qwen-tts\nVersion: 9.9\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


def only(about: str, found: list[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.about == about]


@pytest.mark.usefixtures("no_qwen")
def test_what_speaks_is_told_in_words_that_fit_the_screen(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTS_STUDIO_INTERFACE", "ko")
    run = tts_studio("doctor")
    assert run.returncode == WELL, run.stderr
    assert f"Python {'.'.join(map(str, sys.version_info[:3]))}" in run.stdout
    assert "eSpeak NG, 언어 10개" in run.stdout
    assert str(home) in "".join(run.stdout.split())
    assert "읽을 수 있는 엔진: espeak" in run.stdout
    assert max(map(cell_len, run.stdout.splitlines())) <= 80


@pytest.mark.usefixtures("no_qwen")
def test_a_program_reads_one_object_and_an_exit_code() -> None:
    run = tts_studio("doctor", "--json", "--engine", "qwen")
    said = json.loads(run.stdout)
    assert run.returncode == FAILED
    assert (said["ok"], said["engine"]) == (False, "qwen")
    states = {one["about"]: one["state"] for one in said["findings"]}
    assert states["python"] == states["espeak"] == "well"
    assert states["qwen"] == "problem"
    assert set(said["findings"][0]) == {"about", "state", "said", "mend"}


def test_an_engine_that_there_is_not_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--engine", "festival"]) == BAD_INPUT
    assert "espeak, qwen" in capsys.readouterr().err


@pytest.mark.usefixtures("no_qwen")
def test_what_nobody_asked_for_is_no_failure_and_what_was_asked_for_is() -> None:
    """Of libraries that end their process, and of a model that is not here."""
    found = list(checks.qwen(load_settings({"speaker": "Sohee"})))
    assert [(one.about, one.state) for one in found] == [
        ("choice", "problem"),
        ("qwen", "problem"),
    ]
    assert "tts-studio models download 1.7B-CustomVoice" in found[0].mend
    assert "ended without an answer" in found[1].said
    assert all(one.only_noted.state == "note" for one in found)


def test_somebody_elses_program_of_the_same_name_is_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [one.state for one in checks.studio()] == ["well", "well"]
    metadata = tmp_path / "tts_studio-3.2.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: tts-studio\nVersion: 3.2\n")
    monkeypatch.syspath_prepend(tmp_path)

    warned = list(checks.studio())[-1]
    assert warned.state == "note"
    assert "tts-studio 3.2" in warned.said
    assert "pip uninstall tts-studio" in warned.mend


@pytest.mark.parametrize(
    ("module", "state", "said"),
    [
        ("raise OSError('PortAudio library not found')", "note", "PortAudio library is missing"),
        (
            "PortAudioError = OSError\ndef query_devices(kind): raise ValueError",
            "note",
            "No sound device",
        ),
        (
            "PortAudioError = OSError\ndef query_devices(kind): return {'name': '스피커'}",
            "well",
            "스피커",
        ),
    ],
    ids=["no library", "no device", "a device"],
)
def test_what_can_be_heard_is_told(
    module: str, state: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a stand-in for sounddevice: no machine has all of these faults."""
    (tmp_path / "sounddevice.py").write_text(module, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = checks.sound()
    assert found.state == state
    assert said in found.said
    assert bool(found.mend) == (state != "well")


def test_a_folder_that_cannot_be_made_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {one.state for one in checks.folders()} == {"well"}
    (tmp_path / "file").write_text("")
    for name in ("XDG_DATA_HOME", "WIN_PD_OVERRIDE_LOCAL_APPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "file" / "below"))
    if sys.platform == "darwin":
        monkeypatch.setenv("HOME", str(tmp_path / "file"))
    assert "problem" in {one.state for one in checks.folders()}


def test_the_models_that_are_here_and_those_that_are_not_whole_are_listed() -> None:
    [none] = checks.models()
    assert "none in" in none.said
    here = make_cached("0.6B-CustomVoice")
    partly = make_cached("1.7B-Base")
    (partly / "model.safetensors").unlink()

    found = [(one.state, one.said, one.mend) for one in checks.models()]
    assert found[0] == ("well", f"0.6B-CustomVoice: {here}", "")
    state, said, mend = found[1]
    assert state == "note"
    assert "1.7B-Base is not here whole" in said
    assert mend.endswith("tts-studio models download 1.7B-Base")
