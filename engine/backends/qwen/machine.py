"""Looks at the machine: the facts that :mod:`engine.backends.qwen.policy` chooses by."""

from __future__ import annotations

import importlib
import platform
import re
from collections.abc import Iterator, Sequence
from typing import Any

import psutil
import torch

from engine.backends.qwen.placement import Device, LocalModel, Machine
from engine.models.catalogue import CATALOGUE
from engine.models.store import locate, model_of
from engine.qwen_options import QwenOptions


def look(options: QwenOptions) -> Machine:
    """What there is. Makes a CUDA context where there is a card.

    Raises:
        InputError: the options name a model that there is not, or a folder that holds none.
    """
    return Machine(
        devices=(*_cards(), *_apple(), _processor()),
        models=tuple(_models(options)),
        flash_attention=_flash_attention_loads(),
    )


def _flash_attention_loads() -> bool:
    """One that was built for another PyTorch is found, and does not load."""
    try:
        importlib.import_module("flash_attn")
    except Exception:  # noqa: BLE001 - whatever it raises, it is of no use
        return False
    return True


def free_bytes(device: Device) -> int:
    """What is free on a device now, beside what is loaded."""
    if device.kind == "cuda":
        return torch.cuda.mem_get_info(device.name)[0]
    available = psutil.virtual_memory().available
    if device.kind == "mps":
        mps = torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
        return min(mps, available)
    return available


def has_kernels(capability: tuple[int, int], built_for: Sequence[str]) -> bool:
    """Whether code that was built for some architectures runs on a card: machine code within one
    major version, and what is compiled on the spot on anything newer.

    Args:
        built_for: as ``torch.cuda.get_arch_list()`` has it: ``sm_86``, ``compute_90``. Those of
            other makers' cards are taken on trust.
    """
    found = [re.fullmatch(r"(sm|compute)_(\d+)(\d)[a-z]?", name) for name in built_for]
    if not all(found):
        return True
    for kind, major, minor in (match.groups() for match in found if match):
        version = int(major), int(minor)
        if version <= capability and (kind == "compute" or version[0] == capability[0]):
            return True
    return False


def _cards() -> Iterator[Device]:
    if not torch.cuda.is_available():
        return
    built_for = torch.cuda.get_arch_list()
    for index in range(torch.cuda.device_count()):
        name = f"cuda:{index}"
        capability = torch.cuda.get_device_capability(index)
        usable = has_kernels(capability, built_for)
        free, total = torch.cuda.mem_get_info(index)
        title = torch.cuda.get_device_name(index)
        yield Device(name, title, "cuda", free, total, capability, usable=usable)


def _apple() -> Iterator[Device]:
    if torch.backends.mps.is_available():
        total = torch.mps.recommended_max_memory()
        free = min(total, psutil.virtual_memory().available)
        yield Device("mps", "Apple GPU", "mps", free, total)


def _processor() -> Device:
    memory = psutil.virtual_memory()
    title = platform.machine()
    return Device("cpu", title, "cpu", memory.available, memory.total, bfloat16=_has_bfloat16())


def _has_bfloat16() -> bool:
    """Whether the processor multiplies in bfloat16 itself: AVX512-BF16 or AMX on x86, on others
    what oneDNN says. PyTorch tells so in private alone."""
    try:
        if platform.machine().lower() in ("x86_64", "amd64"):
            cpu: Any = torch.cpu
            return bool(cpu._is_avx512_bf16_supported() or cpu._is_amx_tile_supported())
        return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    except (AttributeError, RuntimeError):
        return False


def _models(options: QwenOptions) -> Iterator[LocalModel]:
    if options.model:
        model, folder = model_of(options.model)
        if folder is not None:
            yield LocalModel(model, folder)
    for model in CATALOGUE:
        if model.kind != "Tokenizer" and model.name != options.model:
            folder = locate(model)
            if folder is not None:
                yield LocalModel(model, folder)
