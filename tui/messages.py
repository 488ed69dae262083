"""What the parts of the desk tell each other, each message named for what happened.

Textual writes into its messages while it routes them, so these dataclasses cannot be frozen; what
they carry is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from pathlib import Path

    from engine.client.base import EngineChanged
    from engine.domain import Script, Take
    from engine.errors import InputError, ScriptError, StudioError


@dataclass
class RowsChanged(Message):
    """These sentences look different now; many small changes arrive as one message."""

    ids: frozenset[int]


@dataclass
class SentenceGivenUp(Message):
    """No take could be made of a sentence."""

    sentence_id: int
    error: StudioError


@dataclass
class SpeechEnded(Message):
    """A sentence was spoken, given up or cancelled.

    Attributes:
        take: what came of it, or None.
    """

    sentence_id: int
    take: Take | None = None


@dataclass
class EngineTold(Message):
    """The engine's state has changed."""

    change: EngineChanged


@dataclass
class WorkStopped(Message):
    """Nothing more can be spoken for now; the queue is empty."""

    error: StudioError


@dataclass
class WorkDone(Message):
    """The last sentence of the queue is done.

    Attributes:
        called_off: the user has cancelled all that was left of it.
    """

    called_off: bool = False


@dataclass
class WorkMoved(Message):
    """For who shows outside of the desk what it is at; sent at any rate.

    Attributes:
        script: the name of the script's file.
        done, total: sentences of the queue; 0 while it is empty.
    """

    script: str
    done: int = 0
    total: int = 0


@dataclass
class ScriptRead(Message):
    """The script was changed outside, and says this now."""

    script: Script


@dataclass
class ScriptUnreadable(Message):
    """The script was changed outside, and cannot be read any more."""

    error: ScriptError


@dataclass
class RowFocused(Message):
    """The cursor of the table is on another row."""

    index: int


@dataclass
class RowOpened(Message):
    """A row was double-clicked."""

    index: int


@dataclass
class SelectionChanged(Message):
    """Other rows of the table are selected now, or none."""


@dataclass
class HangulTyped(Message):
    """A key came through a Korean input method as a whole syllable, which no key is bound to."""


@dataclass
class EditCommitted(Message):
    """The editor was left with Enter.

    Attributes:
        then_speak: with the key that speaks, so that the row is spoken at once.
    """

    text: str
    then_speak: bool = False


@dataclass
class SplitChosen(Message):
    """A place was chosen at which the edited text becomes two."""

    before: str
    after: str


@dataclass
class EditLeft(Message):
    """The editor was left with Esc."""


@dataclass
class FindTyped(Message):
    """Something else is to be found now."""

    query: str


@dataclass
class FindStepped(Message):
    """To the next match, or to the one before."""

    by: int


@dataclass
class FindEnded(Message):
    """The line to type in was left: to stay where one is, or to go back to where one was."""

    kept: bool


@dataclass
class FieldLeft(Message):
    """The line to type one thing of a row in was left: to keep what was typed, or not."""

    kept: bool


@dataclass
class PlayheadPlaced(Message):
    """The waveform was clicked.

    Attributes:
        place: seconds of the raw take.
    """

    place: float


@dataclass
class CutDragged(Message):
    """An edge of a take's cut was dragged and let go; both in seconds of the raw take."""

    take_id: int
    start: float
    end: float


@dataclass
class ScriptChosen(Message):
    """This script shall be opened."""

    path: Path


@dataclass
class OpenRefused(Message):
    """The desk cannot open as the user asked: a setting cannot be used."""

    error: InputError


@dataclass
class DeskPainted(Message):
    """A desk is on the screen for the first time."""


@dataclass
class Failed(Message):
    """Something went wrong that deserves a panel.

    Attributes:
        once: where the same has been told before, a notification is enough.
    """

    error: BaseException
    once: bool = False
