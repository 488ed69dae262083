"""A narrator's first hour, by keys alone, in a real terminal: the real desk, worker and voice."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from engine.audio import read_audio
from tests.end_to_end.tmux import Tmux, needs_tmux
from tests.sound import RATE, heard, likeness, needs_sound, null_sink

SAMPLE = Path(__file__).parents[2] / "sample_scripts" / "korean_intro.txt"
FIRST = "안녕하세요, 천천히 사는 부엌입니다."


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The sample under a name with a space and Hangul."""
    return Path(shutil.copy(SAMPLE, tmp_path / "커피 영상.txt"))


def desk(script: Path, home: Path, *, columns: int, lines: int, **env: str) -> Tmux:
    command = [sys.executable, "-m", "tui", str(script), "--engine", "espeak"]
    return Tmux(command, columns=columns, lines=lines, env={"HOME": str(home), **env})


def exported(script: Path) -> dict[str, Path]:
    return {path.name: path for path in (script.parent / "output").glob("*/*")}


@needs_tmux
@needs_sound
@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (200, 50)])
def test_a_korean_script_is_spoken_heard_changed_and_exported(
    script: Path, home: Path, tmp_path: Path, columns: int, lines: int
) -> None:
    sound = tmp_path / "sound"
    sound.mkdir(mode=0o700)
    with (
        null_sink(sound) as sink,
        desk(script, home, columns=columns, lines=lines, **sink.env) as terminal,
    ):
        terminal.wait_for(FIRST, "ready")
        terminal.keys("F7")
        terminal.wait_for("23/23")

        terminal.wait_for("seed")
        with sink.recording() as recording:
            terminal.keys("Space")
            terminal.wait_until(lambda _screen: heard_for(recording) > 1.5, "sound")
            terminal.wait_until(lambda _screen: is_quiet(recording), "the end of the sound")

        terminal.keys("F5")
        terminal.wait_for("2/2")
        terminal.keys("Down")
        terminal.keys("F2")
        terminal.wait_for("editing")
        terminal.type(" 그리고 커피도요.")
        terminal.keys("Enter")
        terminal.wait_for("그리고 커피도요.", "changed")
        terminal.keys("C-z")
        terminal.wait_until(lambda screen: "커피도요" not in screen, "the text as it was")
        terminal.keys("F8")
        terminal.wait_for("✓ 1")
        terminal.keys("Up", "Up", "(")
        terminal.wait_for("take 1 of 2")
        terminal.keys("M-2")
        terminal.wait_for("take 2 of 2")
        terminal.keys("M-1")
        terminal.wait_for("take 1 of 2")
        terminal.keys("F9")
        terminal.wait_for("23")
        terminal.wait_until(lambda _screen: "manifest.json" in exported(script), "the export")
        terminal.keys("Escape")
        terminal.keys("C-q")
        terminal.wait_for_the_end()

        files = exported(script)
        manifest = json.loads(files["manifest.json"].read_text(encoding="utf-8"))
        assert [entry["number"] for entry in manifest["sentences"]] == list(range(1, 24))
        assert len(files) == 24
        first = manifest["sentences"][0]
        assert (first["text"], first["take"]) == (FIRST, 1)
        spoken = samples_of(files[first["file"]])
        second = samples_of(files[manifest["sentences"][1]["file"]])
        assert likeness(heard(recording), spoken) == pytest.approx(1.0, abs=0.1)
        assert likeness(heard(recording), second) < 0.8


def heard_for(recording: Path) -> float:
    """Seconds of sound, as opposed to silence."""
    return float(np.count_nonzero(np.abs(heard(recording)) > 0.001)) / RATE


def is_quiet(recording: Path) -> bool:
    """The last half second is silent."""
    return not np.any(np.abs(heard(recording)[-RATE // 2 :]) > 0.001)


def samples_of(wav: Path) -> npt.NDArray[np.float32]:
    samples, rate = read_audio(wav)
    assert rate == RATE
    return samples
