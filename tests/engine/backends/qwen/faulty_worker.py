"""A real worker whose device has a fault for each of some words, as a real one would show it.

Run as a script: the folder of tests is on no path of the worker's.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.backends.base import Job, More, no_more
from engine.backends.qwen.backend import QwenBackend
from engine.backends.registry import BACKENDS
from engine.qwen_options import QwenOptions
from engine.worker.__main__ import main


class FaultyBackend(QwenBackend):
    def __init__(self, options: QwenOptions) -> None:
        super().__init__(options)
        self._wrong: list[str] = []

    def load(self) -> None:
        super().load()
        import torch

        torch.set_num_threads(1)
        torch.nn.modules.module.register_module_forward_hook(self._meddle)

    def speak(self, jobs: Sequence[Job], more: More = no_more) -> None:
        self._wrong = wrong_words(jobs)

        def joining(room: int) -> Sequence[Job]:
            joined = more(room)
            self._wrong += wrong_words(joined)
            return joined

        super().speak(jobs, joining)

    def _meddle(self, module: Any, _inputs: Any, outputs: Any) -> None:
        if type(module).__name__ not in ("Qwen3TTSTalkerModel", "TalkerStack"):
            return
        import torch

        if "MEMORY" in self._wrong and len(outputs.last_hidden_state) > 1:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        if "POISON" in self._wrong and first_time("POISON"):
            raise RuntimeError("CUDA error: device-side assert triggered")
        if "NAN" in self._wrong and first_time("NAN"):
            outputs.last_hidden_state.fill_(float("nan"))


def wrong_words(jobs: Sequence[Job]) -> list[str]:
    texts = [job.request.spoken.text for job in jobs]
    return [word for word in ("POISON", "NAN", "MEMORY") if any(word in text for text in texts)]


def first_time(word: str) -> bool:
    """Whether no worker met it before: they share their working folder."""
    marker = Path(word)
    if marker.exists():
        return False
    marker.touch()
    return True


if __name__ == "__main__":
    BACKENDS["qwen"] = lambda options: FaultyBackend(QwenOptions.model_validate_json(options))
    sys.exit(main(["--backend", "qwen"]))
