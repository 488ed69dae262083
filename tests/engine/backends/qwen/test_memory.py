"""Where the peak is asked for. A card is not to be had here: its driver's answers are made up."""

from __future__ import annotations

import pytest

from engine.backends.qwen.memory import peak_memory
from engine.domain import PeakMemory


def test_a_card_is_asked_for_what_was_reserved_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    reserved = {"cuda:0": 1_000, "cuda:1": 2_000}
    monkeypatch.setattr(torch.cuda, "max_memory_reserved", reserved.__getitem__)

    assert peak_memory("cuda:1") == PeakMemory(2_000, "card")


def test_a_device_that_keeps_no_peak_is_asked_for_what_it_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import torch

    monkeypatch.setattr(torch.mps, "driver_allocated_memory", lambda: 3_000)

    assert peak_memory("mps") == PeakMemory(3_000, "now")


def test_without_a_card_it_is_the_process_whose_peak_is_told() -> None:
    peak = peak_memory("cpu")

    assert peak is not None
    assert peak.of == "process"
    assert peak.size > 50_000_000
