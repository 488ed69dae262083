"""What `tts-studio doctor` says of Qwen3-TTS."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from engine.backends.qwen import report
from engine.doctor.finding import Finding
from engine.qwen_options import QwenOptions

Models = Callable[..., Path]


def looked_at(options: QwenOptions | None) -> dict[str, Finding]:
    return {finding.about: finding for finding in report.findings(options)}


def test_the_choice_and_its_reason_are_told_and_the_program_itself_loads_no_library(
    tiny_models: Models,
) -> None:
    program = (
        "import sys; from engine.cli import main; code = main(sys.argv[1:])\n"
        "print('torch' in sys.modules, 'qwen_tts' in sys.modules, code, file=sys.stderr)"
    )
    model = ["--engine", "qwen", "--model", str(tiny_models("custom_voice")), "--device", "cpu"]
    run = subprocess.run(
        [sys.executable, "-c", program, "doctor", "--json", *model],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert run.stderr.splitlines()[-1] == "False False 0"
    said = json.loads(run.stdout)
    found = {one["about"]: one for one in said["findings"]}
    assert said["ok"]
    assert f"qwen-tts {metadata.version('qwen-tts')}" in found["qwen"]["said"]
    assert f"PyTorch {metadata.version('torch')}" in found["pytorch"]["said"]
    assert re.search(r"\(cpu\): b?float\d\d, sdpa, batch 4", found["choice"]["said"])
    assert "GB free of" in found["device"]["said"]


@pytest.mark.parametrize(
    ("options", "said", "mend"),
    [
        ({"speaker": "Nobody"}, "Unknown speaker: Nobody", "Sohee"),
        ({"attn": "flash_attention_2"}, "does not run on", "--attn sdpa"),
        ({"device": "cuda:7"}, "There is no device cuda:7", "(cpu)"),
    ],
)
def test_what_is_asked_for_and_cannot_be_is_a_problem(
    tiny_models: Models, options: dict[str, Any], said: str, mend: str
) -> None:
    model = str(tiny_models("custom_voice"))
    found = looked_at(QwenOptions(model=model, **{"device": "cpu", **options}))["choice"]
    assert found.state == "problem"
    assert said in found.said
    assert mend in found.mend


def test_an_old_package_is_a_problem_and_ends_the_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda _name: "0.1.0")
    [found] = report.findings(QwenOptions())
    assert (found.about, found.state) == ("qwen", "problem")
    assert "qwen-tts>=0.1.1" in found.mend


def test_a_pytorch_for_the_processor_beside_a_card_is_a_problem_unless_it_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import torch

    monkeypatch.setattr(torch.version, "cuda", None)
    tool = tmp_path / ("nvidia-smi.exe" if sys.platform == "win32" else "nvidia-smi")
    tool.write_text("")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    found = looked_at(None)
    assert found["pytorch"].state == "problem"
    assert "pip uninstall torch" in found["pytorch"].mend
    assert "choice" not in found
    assert looked_at(QwenOptions(device="cpu"))["pytorch"].state == "well"


def test_a_torchaudio_that_does_not_load_is_only_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    load = report.importlib.import_module

    def broken(name: str) -> object:
        if name.startswith("torchaudio"):
            raise OSError("libcudart.so.13: cannot open")
        return load(name)

    monkeypatch.setattr(report.importlib, "import_module", broken)
    found = looked_at(None)["torchaudio"]
    assert found.state == "note"
    assert "libcudart.so.13" in found.said
