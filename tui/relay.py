"""From the director's and the project's many small changes to few messages for the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from engine.client.base import EngineChanged
from engine.events import (
    DirectorEvent,
    PhraseLearning,
    QueueDrained,
    QueueStopped,
    SentenceCancelled,
    SentenceFailed,
    TakeMade,
)
from tui.messages import (
    EngineTold,
    RowsChanged,
    SentenceGivenUp,
    SpeechEnded,
    WorkDone,
    WorkStopped,
)

if TYPE_CHECKING:
    from textual.message import Message

PERIOD = 0.1
"""Seconds between two messages about rows: audio may arrive hundreds of times a second."""


class Relay:
    """Listens on the event loop and posts. The first change is told at once, those that follow
    within PERIOD together."""

    def __init__(self, post: Callable[[Message], object]) -> None:
        self._post = post
        self._loop = asyncio.get_running_loop()
        self._changed: set[int] = set()
        self._quiet_until = 0.0
        self._scheduled = False

    def rows_changed(self, ids: Collection[int]) -> None:
        """For :meth:`Project.subscribe`."""
        self._changed.update(ids)
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_at(self._quiet_until, self._tell_rows)

    def heard(self, event: DirectorEvent) -> None:
        """For a director's listener."""
        if isinstance(event, EngineChanged):
            self._post(EngineTold(event))
        elif isinstance(event, QueueDrained):
            self._post(WorkDone(event.called_off))
        elif isinstance(event, QueueStopped):
            self._post(WorkStopped(event.error))
        elif not isinstance(event, PhraseLearning):  # which the engine's panel looks for
            self.rows_changed((event.sentence_id,))
            if isinstance(event, TakeMade):
                self._post(SpeechEnded(event.sentence_id, event.take))
            elif isinstance(event, (SentenceFailed, SentenceCancelled)):
                self._post(SpeechEnded(event.sentence_id))
            if isinstance(event, SentenceFailed):
                self._post(SentenceGivenUp(event.sentence_id, event.error))

    def _tell_rows(self) -> None:
        self._scheduled = False
        self._quiet_until = self._loop.time() + PERIOD
        ids, self._changed = frozenset(self._changed), set()
        self._post(RowsChanged(ids))
