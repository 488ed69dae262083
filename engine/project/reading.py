"""What can be asked of a project, read-only or not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.domain import NEEDS_SPEAKING, Status, Take
from engine.project.lock import Holder
from engine.project.merge import MergeReport
from engine.project.opening import LANGUAGE, Opened
from engine.project.table import Row

if TYPE_CHECKING:
    from engine.audio import Samples

Subscriber = Callable[[Collection[int]], None]


class ReadableProject:
    """Sentences, takes and settings of a script."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._table = opened.table
        self._subscribers: list[Subscriber] = []

    @property
    def script_path(self) -> Path:
        """Absolute, with links followed."""
        return self._opened.script_path

    @property
    def folder(self) -> Path:
        return self._opened.folder

    @property
    def takes_folder(self) -> Path:
        return self._opened.recordings.folder

    @property
    def read_only(self) -> bool:
        return self._opened.writer is None

    @property
    def holder(self) -> Holder | None:
        """The other studio that has it open, if that is why it is read-only."""
        return self._opened.holder

    @property
    def unsaved(self) -> int:
        """How many rows the script file does not have as they are: edited, made, deleted, moved."""
        return self._table.unsaved

    @property
    def merge_report(self) -> MergeReport:
        """What changed in the script since it was last opened; empty the first time."""
        return self._opened.report

    @property
    def lost_takes(self) -> tuple[Take, ...]:
        """Takes whose files have gone missing since the last opening. They are listed no longer,
        and again once their files are back."""
        return self._opened.lost_takes

    @property
    def language(self) -> str:
        """Full English name, of sentences that are new; the script's when the project began."""
        return self._opened.settings[LANGUAGE]

    def get_setting(self, key: str, default: str = "") -> str:
        return self._opened.settings.get(key, default)

    @property
    def ids(self) -> Sequence[int]:
        """The visible sentences in order."""
        return self._table.ids

    @property
    def has_takes(self) -> bool:
        """Whether any sentence has a take that was not deleted."""
        return any(not take.deleted for take in self._table.takes.values())

    def row(self, sentence_id: int) -> Row:
        """A sentence as it is shown; the same object until it changes.

        Raises:
            KeyError: there never was such a sentence.
        """
        return self._table.row(sentence_id)

    def ids_where(self, statuses: Collection[Status], *, spoken_only: bool = True) -> list[int]:
        """The visible sentences of these statuses, in order."""
        table = self._table
        return [
            id_
            for id_ in table.ids
            if (table.sentences[id_].spoken or not spoken_only) and table.status(id_) in statuses
        ]

    def needs_speaking(self) -> list[int]:
        """The spoken sentences that want a take, in order."""
        return self.ids_where(NEEDS_SPEAKING)

    def seeds(self, sentence_id: int) -> tuple[int, ...]:
        """Of all takes that a sentence has had, those that were deleted too."""
        return self._table.seeds(sentence_id)

    def read_audio(self, take: Take) -> Samples:
        """The raw audio: float32 mono at SAMPLE_RATE, shape (n,). Blocks; from any thread.

        Raises:
            AudioError: the file is missing or damaged.
        """
        return self._opened.recordings.read(take.file)

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Have the ids of changed sentences told, on the thread that changed them.

        Returns:
            A function that ends it.
        """
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def _tell(self, sentence_ids: Collection[int]) -> None:
        for callback in tuple(self._subscribers):
            callback(sentence_ids)
