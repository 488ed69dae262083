"""The subcommands as a shell would call them: real processes, the real preview voice."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
import soundfile

from engine.project import Project
from engine.script import read_script

KOREAN = """# 인사

안녕하세요, 여러분. 오늘은 커피 이야기입니다.
(웃음)
[see /path] 시작할까요?
"""
WAVS = [
    "001_안녕하세요_여러분.wav",
    "002_오늘은_커피_이야기입니다.wav",
    "003_see_path_시작할까요.wav",
]

ENDLESS = "word " * 2100 + "end."
"""Longer than an engine takes in one request."""


def tts_studio(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "engine.cli", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        timeout=120,
        check=False,
    )


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "나의 대본.txt"
    path.write_text(KOREAN, encoding="utf-8")
    return path


def test_split_lists_what_the_studio_would_read(script: Path) -> None:
    run = tts_studio("split", script, "--json")
    assert run.returncode == 0
    read: list[dict[str, Any]] = json.loads(run.stdout)["sentences"]
    assert [(s["number"], s["text"], s["spoken"]) for s in read] == [
        (1, "안녕하세요, 여러분.", True),
        (2, "오늘은 커피 이야기입니다.", True),
        (None, "(웃음)", False),
        (3, "[see /path] 시작할까요?", True),
    ]
    assert {s["section"] for s in read} == {"인사"}
    assert {s["language"] for s in read} == {"Korean"}
    assert read[0]["label"] == "안녕하세요_여러분"


def test_split_shows_text_that_looks_like_markup_as_it_is(script: Path) -> None:
    run = tts_studio("split", script)
    assert run.returncode == 0
    assert "[see /path] 시작할까요?" in run.stdout
    assert "# 인사" in run.stdout


def test_render_speaks_every_sentence_and_writes_numbered_wavs(script: Path) -> None:
    run = tts_studio("render", script, "--json")
    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    output = Path(said["output"])
    assert output.parent == script.parent / "output"
    assert output.name.endswith("_나의_대본")
    assert [Path(s["file"]).name for s in said["sentences"]] == WAVS
    assert sorted(path.name for path in output.iterdir()) == [*WAVS, "manifest.json"]
    for sentence in said["sentences"]:
        info = soundfile.info(sentence["file"])
        assert (info.samplerate, info.channels, info.subtype) == (24_000, 1, "PCM_16")
        assert info.duration == pytest.approx(sentence["seconds"] + 0.2, abs=0.001)
        assert sentence["status"] == "ready"
        assert sentence["finish_reason"] == "stop"
        assert sentence["error"] is None


def test_a_second_render_speaks_nothing_again(script: Path) -> None:
    first = json.loads(tts_studio("render", script, "--json").stdout)
    run = tts_studio("render", script, "--json")
    assert run.returncode == 0
    assert json.loads(run.stdout) == first
    assert "3 unchanged" in run.stderr
    assert "3 sentences were spoken before and are kept, by: espeak-ng, preview." in run.stderr
    assert "--again" in run.stderr


def test_render_again_speaks_anew_all_that_nobody_has_accepted(script: Path) -> None:
    first = json.loads(tts_studio("render", script, "--json").stdout)
    with Project.open(script, read_script(script)) as project:
        project.accept(next(iter(project.ids)))
    run = tts_studio("render", script, "--again", "--json")

    assert run.returncode == 0
    again = json.loads(run.stdout)
    assert [sentence["take"] for sentence in again["sentences"]] == [1, 2, 2]
    assert [sentence["file"] for sentence in again["sentences"]] == [
        sentence["file"] for sentence in first["sentences"]
    ]
    assert "1 sentence was spoken before and is kept, by: espeak-ng, preview." in run.stderr
    assert "2 replaced, 1 unchanged" in run.stderr


def test_the_same_seed_gives_the_same_takes_in_another_project(tmp_path: Path) -> None:
    heard: list[tuple[int, bytes]] = []
    for name in ("one.txt", "other.txt"):
        (tmp_path / name).write_text("Good morning.", encoding="utf-8")
        run = tts_studio("render", tmp_path / name, "--json", "--seed", "7")
        (sentence,) = json.loads(run.stdout)["sentences"]
        heard.append((sentence["seed"], Path(sentence["file"]).read_bytes()))
    assert heard[0] == heard[1]


def test_render_into_a_folder_of_ones_own(script: Path, tmp_path: Path) -> None:
    run = tts_studio("render", script, "--out", tmp_path / "my wavs")
    assert run.returncode == 0
    assert run.stdout.strip() == str(tmp_path / "my wavs")
    assert len(list((tmp_path / "my wavs").glob("*.wav"))) == 3


def test_a_sentence_that_cannot_be_spoken_is_listed_and_the_rest_exported(tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text(f"Hello there.\n\n{ENDLESS}\n\nGood bye.\n", encoding="utf-8")
    run = tts_studio("render", script, "--json")
    assert run.returncode == 1
    sentences = json.loads(run.stdout)["sentences"]
    assert [s["status"] for s in sentences] == ["ready", "failed", "ready"]
    assert "too long: 10504 characters; at most 10000." in sentences[1]["error"]
    assert "002 word word" in run.stderr


def test_a_language_that_is_asked_for_is_the_projects_from_then_on(tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("Hello there.\n")
    first = json.loads(tts_studio("render", script, "--json").stdout)["sentences"][0]
    run = tts_studio("render", script, "--json", "--language", "de")
    second = json.loads(run.stdout)["sentences"][0]
    assert (first["take"], second["take"]) == (1, 2)
    third = json.loads(tts_studio("render", script, "--json").stdout)["sentences"][0]
    assert third == second


def test_a_project_that_is_open_elsewhere_is_not_rendered(script: Path) -> None:
    with Project.open(script, read_script(script)):
        run = tts_studio("render", script)
    assert run.returncode == 1
    assert str(os.getpid()) in run.stderr
    assert "--out" in run.stderr


def test_a_project_that_is_open_elsewhere_is_exported_into_a_given_folder_only(
    script: Path, tmp_path: Path
) -> None:
    tts_studio("render", script, "--out", tmp_path / "first")
    with Project.open(script, read_script(script)):
        refused = tts_studio("export", script)
        run = tts_studio("export", script, "--out", tmp_path / "second")
    assert refused.returncode == 1
    assert "--out" in refused.stderr
    assert not (script.parent / "output").exists()
    assert run.returncode == 0, run.stderr
    assert len(list((tmp_path / "second").glob("*.wav"))) == 3


def test_a_script_without_a_word_to_speak_is_told_and_names_no_folder(tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("(laughs)\n(leaves)\n")
    run = tts_studio("render", script)
    assert (run.returncode, run.stdout) == (0, "")
    assert "Nothing to speak" in run.stderr
    run = tts_studio("render", script, "--json")
    assert run.returncode == 0
    assert isinstance(json.loads(run.stdout)["output"], str)


def test_usage_calls_a_script_a_script() -> None:
    usage = tts_studio("render", "--help").stdout.split("\n\n")[0]
    assert "SCRIPT" in usage


def test_export_before_anything_is_spoken_says_what_is_missing(script: Path) -> None:
    run = tts_studio("export", script)
    assert run.returncode == 1
    assert "3 without a take" in run.stderr
    assert not (script.parent / "output").exists()


def test_a_dry_run_writes_nothing(script: Path, tmp_path: Path) -> None:
    tts_studio("render", script)
    run = tts_studio("export", script, "--out", tmp_path / "dry", "--dry-run", "--json")
    assert run.returncode == 0
    assert len(json.loads(run.stdout)["written"]) == 3
    assert not (tmp_path / "dry").exists()


def test_a_dry_run_leaves_nothing_beside_a_new_script(script: Path) -> None:
    run = tts_studio("export", script, "--dry-run")
    assert run.returncode == 1
    assert list(script.parent.iterdir()) == [script]


def test_only_accepted_leaves_the_rest_out_without_failing(script: Path) -> None:
    tts_studio("render", script)
    run = tts_studio("export", script, "--only", "accepted", "--json")
    assert run.returncode == 0
    assert len(json.loads(run.stdout)["left_out"]) == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ["split", "missing.txt"],
        ["split", "."],
        ["split", "empty.txt"],
        ["split", "binary.txt"],
        ["render", "missing.txt"],
        ["render", "fine.txt", "--engine", "nonsense"],
        ["render", "fine.txt", "--language", "Klingon"],
        ["export", "fine.txt", "--only", "nonsense"],
        ["split", ""],
        ["render", "fine.txt", "--out", ""],
        ["render", "fine.txt", "--out", "empty.txt"],
        ["export", "fine.txt", "--out", "empty.txt"],
        ["split"],
        ["nonsense"],
    ],
)
def test_bad_input_ends_with_2_and_a_message_not_a_traceback(
    tmp_path: Path, arguments: list[str]
) -> None:
    (tmp_path / "empty.txt").write_bytes(b" \n\n")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "fine.txt").write_text("Hello.")
    run = tts_studio(*arguments, cwd=tmp_path)
    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr.strip()
    assert "Traceback" not in run.stderr
    assert not list(tmp_path.glob("*.studio"))


@pytest.mark.skipif(os.name == "nt", reason="a console signal can't be sent to one process")
def test_an_interrupted_render_ends_its_worker_and_goes_on_where_it_was(tmp_path: Path) -> None:
    script = tmp_path / "long.txt"
    script.write_text("\n".join(f"This is sentence {n}." for n in range(100)))
    render = subprocess.Popen(
        [sys.executable, "-m", "engine.cli", "render", str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert render.stderr
    for line in render.stderr:
        if line.startswith("5/100"):
            break
    worker = psutil.Process(render.pid).children(recursive=True)
    assert worker
    render.send_signal(signal.SIGINT)
    _out, err = render.communicate(timeout=60)
    assert render.returncode == 130
    assert "run it again" in err
    assert "Traceback" not in err
    psutil.wait_procs(worker, timeout=30)
    assert not any(process.is_running() for process in worker)

    again = tts_studio("render", script, "--json")
    assert again.returncode == 0
    total = re.search(r"1/(\d+) spoken", again.stderr)
    assert total
    assert int(total[1]) <= 95
    assert len(json.loads(again.stdout)["sentences"]) == 100
