"""A listener for a backend, which writes everything down."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from engine.backends.base import Backend, Samples
from engine.domain import SAMPLE_RATE, FinishReason, SpeechRequest, Spoken
from engine.errors import EngineError
from tests.engine.sentences import SENTENCES

FRAME = 1920


@dataclass
class Heard:
    """A job whose listener writes everything down."""

    request: SpeechRequest
    hang_up_after: int | None = None
    hang_up_at_frame: int | None = None
    pieces: list[Samples] = field(default_factory=list)
    frames: list[int] = field(default_factory=list)
    end: tuple[FinishReason, int] | None = None
    error: EngineError | None = None

    @property
    def cancelled(self) -> bool:
        if self.hang_up_at_frame is not None and self.hang_up_at_frame in self.frames:
            return True
        return self.hang_up_after is not None and len(self.pieces) >= self.hang_up_after

    def emit(self, samples: Samples) -> None:
        self.pieces.append(samples)

    def progress(self, frames: int) -> None:
        self.frames.append(frames)

    def finish(self, reason: FinishReason, frames: int) -> None:
        assert self.end is None
        assert self.error is None
        self.end = (reason, frames)

    def fail(self, error: EngineError) -> None:
        assert self.end is None
        assert self.error is None
        self.error = error

    @property
    def audio(self) -> npt.NDArray[np.float32]:
        return np.concatenate(self.pieces)

    @property
    def seconds(self) -> float:
        return len(self.audio) / SAMPLE_RATE


def asking(
    text: str, language: str = "English", *, seed: int = 1, **spoken: object
) -> SpeechRequest:
    return SpeechRequest(replace(Spoken(text, language), **spoken), seed)


def hear(backend: Backend, request: SpeechRequest) -> Heard:
    job = Heard(request)
    backend.speak([job])
    return job


def digests(backend: Backend, languages: list[str]) -> dict[str, str]:
    return {
        language: hashlib.sha256(
            hear(backend, asking(SENTENCES[language], language, seed=7)).audio.tobytes()
        ).hexdigest()
        for language in languages
    }


def longest_pause(audio: npt.NDArray[np.float32]) -> float:
    loud = np.flatnonzero(np.abs(audio) > 0.01)
    return float(np.diff(loud).max()) / SAMPLE_RATE
