"""Who is to blame when a sentence was not spoken: it, another one, the engine, or nobody."""

from __future__ import annotations

from enum import Enum, auto
from typing import Protocol

from engine.errors import EngineLost, EngineStartError, ProjectError, SpeechFailed, StudioError

STRIKES = 2
"""Faults of its own after which a sentence is given up."""

GIVEN_UP_IN_A_ROW = 4
"""Sentences that each crashed the engine, with no take between them, after which it is the engine
that is at fault."""


class Consequence(Enum):
    """What is to become of a sentence that was not spoken."""

    AGAIN = auto()
    """Through no fault of its own."""
    ALONE = auto()
    """Again, with nothing else in flight: it may be what the engine died of."""
    FAILED = auto()
    STOPPED = auto()
    """Every other sentence would meet the same end."""


class Flown(Protocol):
    """One attempt to speak something; see :class:`engine.flight.Flight`."""

    @property
    def alone(self) -> bool: ...

    @property
    def quarantined(self) -> bool: ...

    def strike(self) -> int:
        """Count a fault of its own; how many there are by now."""
        ...


class Blame:
    """Judges errors, and remembers how many sentences in a row the engine has died of."""

    def __init__(self) -> None:
        self._given_up = 0

    def delivered(self) -> None:
        """A take was made: what went wrong before it is explained."""
        self._given_up = 0

    @property
    def engine_at_fault(self) -> bool:
        """It dies of whatever it is asked."""
        return self._given_up >= GIVEN_UP_IN_A_ROW

    def judge(self, flight: Flown, error: StudioError) -> Consequence:
        """What follows for the sentence of a flight that ended in an error."""
        if isinstance(error, EngineLost):
            return self._after_loss(flight, error)
        if isinstance(error, SpeechFailed):
            return self._strike(flight, Consequence.AGAIN)
        if isinstance(error, (EngineStartError, ProjectError)):
            return Consequence.STOPPED  # no engine, or no room on the disk
        return Consequence.FAILED

    def _after_loss(self, flight: Flown, lost: EngineLost) -> Consequence:
        """A crash from outside is nobody's fault; one in company makes everybody a suspect; one
        alone is a strike."""
        if lost.from_outside:
            return Consequence.ALONE if flight.quarantined else Consequence.AGAIN
        if not flight.alone:
            return Consequence.ALONE
        follows = self._strike(flight, Consequence.ALONE)
        self._given_up += follows is Consequence.FAILED
        return follows

    @staticmethod
    def _strike(flight: Flown, otherwise: Consequence) -> Consequence:
        return Consequence.FAILED if flight.strike() >= STRIKES else otherwise
