"""``tts-studio bench`` as a shell would call it, with the preview voice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading

import psutil
import pytest

from engine.domain import FRAME_SECONDS
from tests.engine.test_cli import tts_studio

BENCH = (sys.executable, "-m", "tui", "bench", "--engine", "espeak")


def test_the_figures_of_an_engine_hang_together() -> None:
    run = subprocess.run(
        [*BENCH, "--batch-sizes", "2,1", "--language", "ko", "--json"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert (told["engine"], told["language"], told["left_out"]) == ("espeak", "Korean", [])
    assert [result["batch_size"] for result in told["results"]] == [1, 2]
    for result in told["results"]:
        assert result["error"] is None
        assert (result["device"], result["reached"], result["failed"]) == ("cpu", 1, 0)
        assert result["sentences"] == result["rounds"] * result["batch_size"]
        assert result["audio_seconds"] > result["sentences"]
        frames = result["audio_seconds"] / FRAME_SECONDS
        assert frames <= result["frames"] < frames + result["sentences"]
        assert 0 < result["first_audio_seconds"] <= result["seconds"]
        assert result["peak_memory_of"] == "process"
        assert result["peak_memory"] > 10_000_000
    assert "Batch size 2: speaking" in run.stderr


def test_people_are_shown_a_table_and_where_they_are() -> None:
    run = tts_studio("bench", "--batch-sizes", "1")

    assert run.returncode == 0, run.stderr
    assert "espeak: espeak-ng on cpu, int16" in run.stdout
    assert "Frames/s" in run.stdout
    assert "Batch size 1: starting" in run.stderr


@pytest.mark.parametrize("given", ["", "0", "65", "two", "1,,2", "1-8"])
def test_sizes_that_are_none_are_refused_with_an_example(given: str) -> None:
    run = tts_studio("bench", "--batch-sizes", given)

    assert run.returncode == 2
    assert run.stdout == ""
    assert "--batch-sizes 1,2,4,8" in run.stderr


def test_a_model_that_is_not_here_is_told_before_anything_is_started() -> None:
    run = tts_studio("bench", "--engine", "qwen", "--model", "0.6B-Base")

    assert run.returncode == 1
    assert run.stdout == ""
    assert "tts-studio models download 0.6B-Base" in run.stderr


@pytest.mark.skipif(os.name == "nt", reason="a console signal can't be sent to one process")
def test_interrupted_it_shows_what_it_has_and_leaves_no_process_behind() -> None:
    sizes = ",".join(map(str, range(1, 65)))
    bench = subprocess.Popen(
        [*BENCH, "--batch-sizes", sizes, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    killing = threading.Timer(120, bench.kill)
    killing.start()
    assert bench.stderr
    for line in bench.stderr:
        if line.startswith("Batch size 2: speaking"):
            break
    workers = psutil.Process(bench.pid).children(recursive=True)
    assert workers
    bench.send_signal(signal.SIGINT)
    out, err = bench.communicate()
    killing.cancel()

    assert bench.returncode == 130
    assert "Interrupted" in err
    assert "Traceback" not in err
    told = json.loads(out)
    assert told["interrupted"] is True
    assert told["results"][0]["speed"] > 0
    assert len(told["results"]) < 64
    _gone, alive = psutil.wait_procs(workers, timeout=30)
    assert not alive
