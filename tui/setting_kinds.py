"""What a setting is, as a screen shows it and changes it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """How a setting is edited."""

    SWITCH = "switch"
    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"
    PHRASE = "phrase"


@dataclass(frozen=True)
class Settable:
    """One setting. Its words are untranslated; who shows them translates them.

    Attributes:
        name: as in the settings file.
        about: what it does, one line.
        at_start: it takes effect when the program is started the next time.
        unset: what holds where nothing is set, for what has no value of its own by default.
    """

    name: str
    label: str
    about: str
    kind: Kind
    at_start: bool = False
    unset: str = ""
