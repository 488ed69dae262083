"""What a worker asks of a backend: whatever turns text into samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from engine.domain import FinishReason, PeakMemory, SpeechRequest
from engine.errors import EngineError

Samples = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class BackendInfo:
    """What a backend says of itself. Known before it is loaded, but for device and dtype.

    Attributes:
        languages: full English names.
        voices: the names a request may carry; an empty name means the first.
        fingerprint: of what the voices are made of and their names do not say, a clip or a
            description; empty where there is nothing of the kind.
        capacity: how many requests at once keep it busy; more would only wait.
        max_batch: how many jobs one call of :meth:`Backend.speak` may take.
        instructs: whether it follows instructions.
        clones: whether a request may bring a clip whose voice it is to be spoken in.
        out_of_memory: times that it had too little memory for what it spoke at once.
        reason: how it runs and why, one sentence in the user's language; empty where there was
            nothing to choose.
    """

    name: str
    model: str
    device: str
    dtype: str
    languages: tuple[str, ...]
    voices: tuple[str, ...]
    capacity: int
    max_batch: int
    instructs: bool = True
    reason: str = ""
    fingerprint: str = ""
    clones: bool = False
    out_of_memory: int = 0


class Job(Protocol):
    """One request while a backend speaks it. All of it may be called from the backend's thread."""

    @property
    def request(self) -> SpeechRequest: ...

    @property
    def cancelled(self) -> bool:
        """Nobody waits for the rest. To be looked at for each piece; what follows is dropped."""
        ...

    def emit(self, samples: Samples) -> None:
        """Hand over the next piece: shape (n,), full scale 1.0, at SAMPLE_RATE.

        A piece that is not finite fails the job and cancels it.
        """
        ...

    def progress(self, frames: int) -> None:
        """So many codec frames are made, whose audio may be still to come."""
        ...

    def finish(self, reason: FinishReason, frames: int) -> None:
        """The end of the speech, after ``frames`` codec frames."""
        ...

    def fail(self, error: EngineError) -> None:
        """The end without speech: SpeechRefused or SpeechFailed."""
        ...


More = Callable[[int], Sequence[Job]]
"""Jobs that have come in the meantime, up to so many: for the backend's thread to ask for whenever
it has room."""


def no_more(_room: int) -> Sequence[Job]:
    """Nobody comes."""
    return ()


class BackendPoisoned(Exception):
    """The process itself is lost, as after a CUDA assert: only a new one can speak again."""


class Backend(Protocol):
    """Turns text into samples.

    :meth:`load` and :meth:`speak` are blocking and always called in one and the same thread, which
    owns the model. :meth:`check` and :meth:`peak_memory` are called in another and touch no model.
    """

    @property
    def info(self) -> BackendInfo: ...

    def peak_memory(self) -> PeakMemory | None:
        """Of what the model lies in; None where the system does not tell."""
        ...

    def load(self) -> None:
        """Make ready to speak.

        Raises:
            EngineStartError: with what is missing and what to do.
        """
        ...

    def check(self, request: SpeechRequest) -> tuple[str, ...]:
        """What of the request will not be honoured, in the user's words; empty for nothing.

        Raises:
            SpeechRefused: this backend can't speak it at all.
        """
        ...

    def speak(self, jobs: Sequence[Job], more: More = no_more) -> None:
        """Speak all the jobs, finishing or failing each.

        Args:
            more: who may join them meanwhile. A backend that lets nobody join never asks; one that
                does finishes or fails those too.

        Raises:
            BackendPoisoned: the process must be replaced.
        """
        ...
