"""What the tests of the backend ask for, and with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from engine.backends.qwen.backend import QwenBackend
from engine.domain import SAMPLE_RATE, SpeechRequest
from engine.qwen_options import QwenOptions
from tests.engine.backends.listening import Heard

TRANSCRIPT = "I say a few words that are made of noise."


def write_clip(
    path: Path, seconds: float = 3.0, *, rate: int = SAMPLE_RATE, level: float = 0.1
) -> Path:
    """Noise that swells four times a second, as speech does."""
    times = np.arange(round(seconds * rate)) / rate
    noise = np.random.default_rng(1).normal(size=len(times))
    swell = 0.2 + np.abs(np.sin(2 * np.pi * 2 * times))
    soundfile.write(path, np.clip(level * noise * swell, -1, 1), rate, subtype="PCM_16")
    return path


def loaded(folder: Path, **options: Any) -> QwenBackend:
    backend = QwenBackend(QwenOptions(model=str(folder), device="cpu", **options))
    backend.load()
    return backend


def speak_all(backend: QwenBackend, requests: Sequence[SpeechRequest]) -> list[Heard]:
    jobs = [Heard(request) for request in requests]
    backend.speak(jobs)
    return jobs
