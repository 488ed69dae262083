"""Machines that people have, as the policy is told of them."""

from __future__ import annotations

from pathlib import Path

from engine.backends.qwen.placement import Device, LocalModel, Machine
from engine.models.catalogue import find_model

ALL = (
    "1.7B-Base",
    "0.6B-Base",
    "1.7B-CustomVoice",
    "0.6B-CustomVoice",
    "1.7B-VoiceDesign",
)


def local(name: str) -> LocalModel:
    model = find_model(name)
    assert model is not None
    return LocalModel(model, Path("models") / name)


def card(
    capability: tuple[int, int], free: float, index: int = 0, *, usable: bool = True
) -> Device:
    """An NVIDIA card with so many gigabytes free."""
    title = {
        (6, 1): "GTX 1060",
        (7, 5): "GTX 1650",
        (8, 6): "RTX 3060",
        (8, 9): "RTX 4090",
        (12, 0): "RTX 5090",
    }
    total = round(free * 1.1e9)
    name = title[capability]
    return Device(
        f"cuda:{index}", name, "cuda", round(free * 1e9), total, capability, usable=usable
    )


def cpu(free: float = 16.0, *, bfloat16: bool = False) -> Device:
    return Device("cpu", "x86_64", "cpu", round(free * 1e9), round(free * 1.2e9), bfloat16=bfloat16)


def apple(free: float) -> Device:
    return Device("mps", "Apple GPU", "mps", round(free * 1e9), round(free * 1.2e9))


def machine(*devices: Device, models: tuple[str, ...] = ALL, flash: bool = False) -> Machine:
    """With these devices, and the processor where none is given."""
    if not any(device.kind == "cpu" for device in devices):
        devices = (*devices, cpu())
    return Machine(devices, tuple(map(local, models)), flash)
