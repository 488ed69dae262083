"""The preview voice without a worker's HTTP, in a process of its own as it wants to be."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from engine.backends.espeak import EspeakBackend
from engine.domain import FinishReason, SpeechRequest, Spoken
from engine.errors import EngineError

Say = Callable[..., np.ndarray]


@dataclass
class _Job:
    request: SpeechRequest
    cancelled: bool = False
    pieces: list[np.ndarray] = field(default_factory=list)

    def emit(self, samples: np.ndarray) -> None:
        self.pieces.append(samples)

    def progress(self, frames: int) -> None:
        pass

    def finish(self, reason: FinishReason, frames: int) -> None:
        pass

    def fail(self, error: EngineError) -> None:
        raise error


@contextmanager
def preview_voice() -> Iterator[Say]:
    """``say(text, language, speed=1.0, seed=0)`` gives float32 mono at SAMPLE_RATE."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as process:
        yield lambda *request, **more: process.submit(_say, *request, **more).result()


def _say(text: str, language: str, speed: float = 1.0, seed: int = 0) -> np.ndarray:
    job = _Job(SpeechRequest(Spoken(text, language, speed=speed), seed))
    _backend().speak([job])
    return np.concatenate(job.pieces).astype(np.float32)


@cache
def _backend() -> EspeakBackend:
    backend = EspeakBackend()
    backend.load()
    return backend
