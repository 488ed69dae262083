"""``tts-studio bench`` with the real package."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.bench import measuring
from engine.bench.measuring import Work
from engine.bench.running import Findings, find_out
from engine.client.local import LocalEngine
from engine.domain import FRAME_SECONDS
from tests.engine.backends.qwen.test_whole_program import FAULTY, options_for

Models = Callable[..., Path]


def test_a_model_is_measured_by_batch_size_with_all_that_the_figures_depend_on(
    tiny_models: Models,
) -> None:
    # One that clones voices, and no clip is named.
    model = tiny_models("base")
    command = [sys.executable, "-m", "tui", "bench", "--engine", "qwen", "--model", str(model)]
    options = ["--device", "cpu", "--dtype", "float32", "--max-new-tokens", "8"]
    run = subprocess.run(
        [*command, *options, "--batch-sizes", "1,2", "--json"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert run.returncode == 0, run.stderr
    assert "the preview voice is cloned" in run.stderr
    told = json.loads(run.stdout)
    assert (told["engine"], told["max_frames"]) == ("qwen", 8)
    assert model.name in told["model"]
    weights = sum(path.stat().st_size for path in model.rglob("*.safetensors"))
    for result, size in zip(told["results"], (1, 2), strict=True):
        assert (result["batch_size"], result["reached"]) == (size, size)
        assert (result["device"], result["dtype"]) == ("cpu", "float32")
        assert result["frames"] <= 8 * result["sentences"]
        assert result["audio_seconds"] == pytest.approx(result["frames"] * FRAME_SECONDS)
        assert result["peak_memory_of"] == "process"
        assert result["peak_memory"] > weights


async def test_a_batch_that_does_not_fit_is_a_row_and_larger_ones_are_left_out(
    tiny_models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "ENOUGH_SECONDS", 0.0)
    model = tiny_models("custom_voice")

    def opened(size: int) -> LocalEngine:
        options = options_for(model, batch_size=size)
        return LocalEngine("qwen", options=options, command=[sys.executable, str(FAULTY)])

    findings = Findings()
    work = Work(("A MEMORY of it.",), "English", seed=1, max_frames=8)
    await find_out(opened, (1, 2, 4), work, findings)

    alone, together = findings.rows
    assert (alone.fits, alone.error) == (None, None)
    assert (together.batch_size, together.fits) == (2, 1)
    assert findings.left_out == (4,)
