"""Takes that were asked for by hand and are played when they land, one after the other."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.domain import Take


class Landing:
    """Knows which takes are awaited and which have landed and not been heard."""

    def __init__(self) -> None:
        self._awaited: Counter[int] = Counter()
        self._landed: deque[Take] = deque()

    def expect(self, sentence_id: int, times: int = 1) -> None:
        """So many takes of this sentence were asked for."""
        self._awaited[sentence_id] += times

    def ended(self, sentence_id: int) -> bool:
        """An attempt at this sentence has ended, whatever came of it; whether it was awaited."""
        if not self._awaited[sentence_id]:
            del self._awaited[sentence_id]
            return False
        self._awaited[sentence_id] -= 1
        return True

    def add(self, take: Take) -> None:
        """This one has landed and is to be heard."""
        self._landed.append(take)

    def next(self) -> Take | None:
        """The one to hear now, which is then no longer in the row."""
        return self._landed.popleft() if self._landed else None

    def clear(self) -> None:
        """Leave what has landed unheard."""
        self._landed.clear()
