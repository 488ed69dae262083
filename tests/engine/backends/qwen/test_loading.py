from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.backends.qwen.packages import check_packages, import_packages
from engine.errors import EngineStartError
from engine.models.checkpoint import read_checkpoint
from tests.engine.backends.listening import asking, hear
from tests.engine.backends.qwen.speaking import TRANSCRIPT, loaded, write_clip

Models = Callable[..., Path]


@pytest.fixture
def copied(tiny_models: Models, tmp_path: Path) -> Path:
    """A model that may be damaged."""
    return Path(shutil.copytree(tiny_models("custom_voice"), tmp_path / "model"))


def dtypes_of(part: Any) -> set[str]:
    return {str(value.dtype).removeprefix("torch.") for value in part.parameters()}


@pytest.mark.parametrize(
    ("talker", "predictor"),
    [("float32", "float32"), ("bfloat16", "bfloat16"), ("float16", "float32")],
)
@pytest.mark.parametrize("predictor_hidden", [32, 24])
def test_each_part_has_the_dtype_that_it_needs_and_they_speak_together(
    tiny_models: Models, tmp_path: Path, talker: str, predictor: str, predictor_hidden: int
) -> None:
    from engine.backends.qwen.loading import load_model
    from engine.backends.qwen.placement import Placement

    folder = tiny_models("base", predictor_hidden=predictor_hidden)
    placement = Placement("cpu", talker, predictor, "sdpa")
    model = load_model(import_packages(), read_checkpoint(folder), placement).model

    assert dtypes_of(model.talker.model) == {talker}
    assert dtypes_of(model.talker.code_predictor.model.layers) == {predictor}
    assert dtypes_of(model.talker.code_predictor.lm_head) == {predictor}
    assert dtypes_of(model.speaker_encoder) == {"float32"}
    assert dtypes_of(model.speech_tokenizer.model) == {"float32"}

    clip = write_clip(tmp_path / "me.wav")
    backend = loaded(folder, dtype=talker, ref_audio=str(clip), ref_text=TRANSCRIPT)
    job = hear(backend, asking("Hello."))
    assert job.error is None
    assert backend.info.dtype == talker
    assert np.abs(job.audio).max() > 0.05


def test_the_codec_keeps_what_its_file_says_beside_a_talker_of_16_bits(
    tiny_models: Models,
) -> None:
    from safetensors.torch import load_file

    from engine.backends.qwen.loading import load_model
    from engine.backends.qwen.placement import Placement

    folder = tiny_models("custom_voice")
    placement = Placement("cpu", "bfloat16", "bfloat16", "sdpa")
    model = load_model(import_packages(), read_checkpoint(folder), placement).model
    written = load_file(folder / "speech_tokenizer" / "model.safetensors")
    name = "decoder.pre_conv.conv.weight"

    held = model.speech_tokenizer.model.state_dict()[name]
    np.testing.assert_array_equal(held.numpy(), written[name].numpy())


def test_attention_is_computed_as_asked(tiny_models: Models) -> None:
    folder = tiny_models("custom_voice")
    options = {"decode": "package", "dtype": "float32"}
    takes = [
        hear(loaded(folder, attn=attn, **options), asking("Hi.")) for attn in ("eager", "sdpa")
    ]

    assert takes[0].end == takes[1].end
    np.testing.assert_allclose(takes[0].audio, takes[1].audio, atol=1e-4)


def test_what_a_model_is_can_be_read_without_the_libraries_that_run_it(
    tiny_models: Models,
) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from engine.models.checkpoint import read_checkpoint\n"
        "found = read_checkpoint(Path(sys.argv[1]))\n"
        "print(found.role, *found.languages, *found.speakers, found.instructs)\n"
        "print('torch' in sys.modules, 'numpy' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, str(tiny_models("custom_voice"))],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.splitlines()

    assert said == [
        "custom_voice Chinese English German Korean Sohee Uncle_Fu Vivian True",
        "False False",
    ]


def test_importing_the_package_leaves_standard_output_and_the_garbage_alone() -> None:
    program = (
        "import gc\n"
        "from engine.backends.qwen.packages import import_packages\n"
        "collected = []\n"
        "gc.callbacks.append(lambda phase, _info: collected.append(phase))\n"
        "print(import_packages().__name__, len(collected), gc.isenabled())"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert said.stdout.split() == [b"Qwen3TTSModel", b"0", b"True"]


def test_a_torchaudio_that_does_not_load_stops_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "torchaudio"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise OSError('libcudart.so.13: cannot open')")
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from engine.backends.qwen.packages import import_packages\n"
        "print(import_packages().__name__)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert said.stdout.split() == [b"Qwen3TTSModel"]
    assert b"libcudart.so.13" in said.stderr


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineStartError, match="no Qwen3-TTS model"):
        loaded(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    with pytest.raises(EngineStartError, match="no Qwen3-TTS model"):
        loaded(tmp_path)


@pytest.mark.parametrize(
    "name", ["model.safetensors", "vocab.json", "speech_tokenizer/preprocessor_config.json"]
)
def test_a_missing_file_is_named(copied: Path, name: str) -> None:
    (copied / name).unlink()

    with pytest.raises(EngineStartError, match="not complete") as raised:
        loaded(copied)
    assert name in raised.value.title
    assert "tts-studio models download" in raised.value.hint


@pytest.mark.parametrize("name", ["model.safetensors", "speech_tokenizer/model.safetensors"])
@pytest.mark.parametrize("kept", [0, 5, 1000, -1])
def test_a_file_that_was_broken_off_is_named(copied: Path, name: str, kept: int) -> None:
    whole = (copied / name).read_bytes()
    (copied / name).write_bytes(whole[:kept])

    with pytest.raises(EngineStartError, match="broken off") as raised:
        loaded(copied)
    assert name in raised.value.title


def test_a_package_that_is_missing_or_too_old_is_named_with_what_mends_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(metadata, "version", lambda _name: "0.1.0")
    with pytest.raises(EngineStartError, match="too old") as raised:
        check_packages("cpu")
    assert 'pip install --upgrade "qwen-tts>=0.1.1"' in raised.value.hint

    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    with pytest.raises(EngineStartError, match="not installed") as raised:
        check_packages("cpu")
    assert 'pip install ".[qwen]"' in raised.value.hint


def test_a_missing_torch_is_named_with_what_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    hide(monkeypatch, "torch")

    with pytest.raises(EngineStartError, match="PyTorch is not installed") as raised:
        check_packages("cpu")
    assert 'pip install ".[qwen]"' in raised.value.hint


def test_a_torch_for_the_cpu_beside_a_card_is_told_unless_the_cpu_was_chosen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import torch

    monkeypatch.setattr(torch.version, "cuda", None)
    tool = tmp_path / ("nvidia-smi.exe" if sys.platform == "win32" else "nvidia-smi")
    tool.write_text("")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    for device in ("", "cuda", "cuda:1"):
        with pytest.raises(EngineStartError, match="is for the CPU") as raised:
            check_packages(device)
        assert "pip uninstall torch" in raised.value.hint
        assert "--device cpu" in raised.value.hint
    check_packages("cpu")


def test_without_a_card_none_is_spoken_of(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from engine.backends.qwen import packages

    monkeypatch.setattr(torch.version, "cuda", None)
    monkeypatch.setattr(packages, "_has_nvidia_card", lambda: False)
    check_packages("")
    with pytest.raises(EngineStartError, match="finds no NVIDIA card"):
        check_packages("cuda")


def hide(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    import importlib.util

    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == package else find(name)
    )
