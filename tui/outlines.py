"""The outlines of takes: made once, off the event loop, and kept while they are looked at."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.audio import Samples
    from engine.domain import Take, TakeDraft
    from engine.outline import Outline
    from tui.session import Session

KEPT_SECONDS = 600.0
"""Of takes whose outlines are kept: some 30 MB."""


@dataclass(frozen=True)
class Seen:
    """What is known of a take's sound.

    Attributes:
        candidates: where else its cut may end, in seconds, the likeliest first.
    """

    outline: Outline
    candidates: tuple[float, ...]


class Outlines:
    """Those of one project."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Seen] = OrderedDict()

    def get(self, take: Take) -> Seen | None:
        """What has been made of it."""
        seen = self._kept.get(take.id)
        if seen is not None:
            self._kept.move_to_end(take.id)
        return seen

    async def make(self, session: Session, take: Take) -> Seen:
        """Read it and look at it.

        Raises:
            AudioError: its file is missing or damaged.
        """
        draft, director = take.draft, session.director
        phrase = await director.closing_take_of(draft) if director else None
        samples = await asyncio.to_thread(session.project.read_audio, take)
        seen = await asyncio.to_thread(_look, draft, samples, phrase)
        self._kept[take.id] = seen
        while len(self._kept) > 1 and self._seconds > KEPT_SECONDS:
            self._kept.popitem(last=False)
        return seen

    @property
    def _seconds(self) -> float:
        return sum(seen.outline.seconds for seen in self._kept.values())


def _look(draft: TakeDraft, samples: Samples, phrase: Samples | None) -> Seen:
    from engine.outline import outline_of
    from engine.takes import candidates_of

    return Seen(outline_of(samples), candidates_of(draft, samples, phrase))
