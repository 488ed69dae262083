"""What a director tells whoever listens, named for what happened."""

from __future__ import annotations

from dataclasses import dataclass

from engine.client.base import EngineChanged
from engine.domain import Status, Take
from engine.errors import StudioError


@dataclass(frozen=True)
class SentenceQueued:
    sentence_id: int


@dataclass(frozen=True)
class SentenceStarted:
    sentence_id: int


@dataclass(frozen=True)
class SentenceProgress:
    """More audio is made: ``seconds`` of it so far. All of it may have arrived, or none."""

    sentence_id: int
    seconds: float


@dataclass(frozen=True)
class TakeMade:
    """A take is safe on disk and is now the sentence's current one."""

    sentence_id: int
    take: Take


@dataclass(frozen=True)
class SentenceFailed:
    """No take could be made; the reason is recorded in the project too."""

    sentence_id: int
    error: StudioError


@dataclass(frozen=True)
class SentenceCancelled:
    """The sentence left the queue without a take and without a fault of its own."""

    sentence_id: int


@dataclass(frozen=True)
class PhraseLearning:
    """A closing phrase is being spoken alone, which no sentence is waiting for in vain.

    Attributes:
        phrase: its words; empty once that has ended.
    """

    phrase: str


@dataclass(frozen=True)
class QueueStopped:
    """Nothing more can be spoken for now: the engine cannot be had or takes cannot be kept.
    What was waiting has left the queue."""

    error: StudioError


@dataclass(frozen=True)
class QueueDrained:
    """The last sentence of the queue is done.

    Attributes:
        called_off: all that was left of it was cancelled by whoever had asked for it.
    """

    called_off: bool = False


DirectorEvent = (
    SentenceQueued
    | SentenceStarted
    | SentenceProgress
    | TakeMade
    | SentenceFailed
    | SentenceCancelled
    | PhraseLearning
    | QueueStopped
    | QueueDrained
    | EngineChanged
)


@dataclass(frozen=True)
class Activity:
    """What the queue is doing with one sentence: ``queued``, or ``speaking`` with the seconds of
    audio that are made."""

    status: Status
    seconds: float = 0.0


@dataclass(frozen=True)
class Progress:
    """How far the queue has come since it was last empty.

    Attributes:
        done, total: sentences.
        audio_seconds: speech made.
        work_seconds: time in which at least one sentence was being spoken.
        time_left: seconds, or None while there is nothing to judge by.
    """

    done: int = 0
    total: int = 0
    audio_seconds: float = 0.0
    work_seconds: float = 0.0
    time_left: float | None = None

    @property
    def speed(self) -> float | None:
        """Seconds of audio per second of work ("0.4× real time"), or None before the first."""
        return self.audio_seconds / self.work_seconds if self.work_seconds > 0 else None
