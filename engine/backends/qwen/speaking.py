"""The two sides of a loaded model: what speaks with it, in one way or another, and what decides how
much of it may be done at once and in which numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.backends.base import Job, More
from engine.backends.qwen.placement import Placement
from engine.domain import SpeechRequest
from engine.errors import SpeechFailed


class Steward(Protocol):
    """Answers for a model's memory and numbers."""

    @property
    def most(self) -> int:
        """Sentences that may be spoken at once."""
        ...

    @property
    def free(self) -> int:
        """Bytes of the device's memory that nothing has."""
        ...

    @property
    def advice(self) -> str:
        """What to choose where memory does not suffice, in the user's words."""
        ...

    def halve(self, sentences: int) -> None:
        """Memory ran out with so many at once."""
        ...

    def overflowed(self, sentences: int) -> bool:
        """So many had values that are no numbers. Whether it was answered by wider ones, so that
        they are to be tried again.

        Raises:
            BackendPoisoned: widening failed half way.
        """
        ...

    def failure(self, error: Exception) -> SpeechFailed:
        """What an error means to the user."""
        ...


class Speaker(Protocol):
    """Lives in the thread that loaded the model."""

    def warm_up(self) -> None:
        """Prepare the voice and say one frame: the first of everything takes seconds."""
        ...

    def widen(self, placement: Placement) -> None:
        """Speak on in a wider dtype."""
        ...

    def check(self, request: SpeechRequest) -> None:
        """Raises SpeechRefused."""
        ...

    def speak(self, jobs: Sequence[Job], more: More) -> None:
        """See :meth:`engine.backends.base.Backend.speak`."""
        ...
