"""What is found out about the machine that the tests run on, and what is done before it is used."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.backends.qwen.policy import choose
from engine.errors import InputError
from engine.qwen_options import QwenOptions
from tests.engine.models.making import make_cached

Models = Callable[..., Path]


@pytest.fixture(autouse=True)
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))


@pytest.mark.parametrize(
    ("capability", "built_for", "runs"),
    [
        ((6, 1), ("sm_50", "sm_60", "sm_70", "sm_90"), True),
        ((6, 1), ("sm_70", "sm_75", "sm_80", "sm_90", "sm_100", "sm_120"), False),
        ((7, 5), ("sm_75", "sm_80"), True),
        ((8, 9), ("sm_80", "sm_86", "sm_90"), True),
        ((8, 0), ("sm_86",), False),
        ((12, 0), ("sm_80", "sm_90"), False),
        ((12, 0), ("sm_90", "compute_90"), True),
        ((9, 0), ("sm_90a",), True),
        ((11, 0), ("gfx1100",), True),
    ],
)
def test_a_card_is_used_only_with_a_pytorch_that_was_built_for_it(
    capability: tuple[int, int], built_for: tuple[str, ...], runs: bool
) -> None:
    from engine.backends.qwen.machine import has_kernels

    assert has_kernels(capability, built_for) == runs


def test_the_processor_is_found_with_its_memory() -> None:
    from engine.backends.qwen.machine import free_bytes, look

    [processor] = [device for device in look(QwenOptions()).devices if device.kind == "cpu"]
    assert 0 < processor.free <= processor.total
    assert 0 < free_bytes(processor) <= processor.total
    assert processor.usable


@pytest.mark.parametrize(("content", "here"), [("", True), ("raise ImportError", False)])
def test_a_flash_attn_that_does_not_load_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, *, here: bool
) -> None:
    from engine.backends.qwen.machine import look

    (tmp_path / "flash_attn.py").write_text(content)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "flash_attn", raising=False)
    assert look(QwenOptions()).flash_attention == here
    sys.modules.pop("flash_attn", None)


def test_the_models_of_the_cache_and_the_folder_that_is_named_are_found(
    tiny_models: Models,
) -> None:
    from engine.backends.qwen.machine import look

    snapshot = make_cached("0.6B-CustomVoice")
    folder = tiny_models("custom_voice")
    options = QwenOptions(model=str(folder), device="cpu")
    found = look(options)

    assert [local.folder for local in found.models] == [folder, snapshot]
    assert choose(found, options).local.folder == folder


def test_the_weights_of_a_folder_are_counted_part_by_part(tiny_models: Models) -> None:
    import torch
    from safetensors.torch import load_file

    from engine.models.store import read_folder

    folder = tiny_models("base")
    tensors = load_file(folder / "model.safetensors")
    predictor = [one for name, one in tensors.items() if name.startswith("talker.code_predictor")]
    count: Callable[[torch.Tensor], int] = torch.numel
    model = read_folder(folder)

    assert model.predictor == sum(map(count, predictor)) > 0
    assert model.talker == sum(map(count, tensors.values())) - model.predictor
    codec = load_file(folder / "speech_tokenizer" / "model.safetensors")
    assert model.codec == sum(map(count, codec.values()))


def test_a_folder_without_a_model_is_no_model(tmp_path: Path) -> None:
    from engine.backends.qwen.machine import look

    with pytest.raises(InputError, match="no Qwen3-TTS model"):
        look(QwenOptions(model=str(tmp_path)))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, "expandable_segments:True None"),
        ({"PYTORCH_CUDA_ALLOC_CONF": "backend:native"}, "backend:native None"),
        ({"PYTORCH_ALLOC_CONF": "backend:native"}, "None backend:native"),
    ],
)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="nothing is set elsewhere")
def test_memory_is_prepared_before_pytorch_is_imported_unless_the_user_did(
    given: dict[str, str], found: str
) -> None:
    program = """
import os, sys

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            names = "PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ALLOC_CONF"
            print(*(os.environ.get(name) for name in names), flush=True)
            os._exit(0)

sys.meta_path.insert(0, Watch())
from engine.backends.qwen.backend import QwenBackend
from engine.qwen_options import QwenOptions
QwenBackend(QwenOptions()).load()
"""
    environment = {name: value for name, value in os.environ.items() if "ALLOC_CONF" not in name}
    said = subprocess.run(
        [sys.executable, "-c", program],
        env={**environment, **given},
        capture_output=True,
        check=True,
        text=True,
    )
    assert said.stdout.strip() == found
