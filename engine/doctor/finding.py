"""What ``doctor`` finds: one thing each, as it is told and as it is printed for programs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from engine.errors import StudioError

State = Literal["well", "note", "problem"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        about: what it was, one word for programs; :data:`engine.doctor.printing.TITLES` has it for
            people.
        state: a ``problem`` keeps from working what was asked for; a ``note`` is only said.
        said: what was found, in the user's words.
        mend: what mends it, in the user's words; empty where nothing is to be done.
    """

    about: str
    state: State
    said: str
    mend: str = ""

    @property
    def only_noted(self) -> Finding:
        """The same of something that nobody asked for."""
        return replace(self, state="note") if self.state == "problem" else self


def problem(about: str, error: StudioError) -> Finding:
    """The finding that an error is."""
    return Finding(about, "problem", error.title, error.hint)
