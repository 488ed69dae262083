"""How much memory a model has taken where it lies."""

from __future__ import annotations

from engine.backends.memory import process_peak
from engine.domain import PeakMemory


def peak_memory(device: str) -> PeakMemory | None:
    """The most that was taken on a device since the process began.

    Args:
        device: as PyTorch names it.
    """
    import torch

    if device.startswith("cuda"):
        # What PyTorch has reserved, rather than what its tensors filled: the card must have it.
        return PeakMemory(torch.cuda.max_memory_reserved(device), "card")
    if device.startswith("mps"):
        return PeakMemory(torch.mps.driver_allocated_memory(), "now")
    return process_peak()
