"""The requests that wait for the worker: fair between clients, alike in voice and length."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import count
from typing import Generic, Protocol, TypeVar

from engine.errors import EngineBusy
from engine.i18n import _

_REMEMBERED = 256
# Clients whose turn is kept, before those are forgotten that have had theirs.

_LOOKED_AT = 4
# Times the size of a batch: so far ahead, in the order of turns, is looked for what is alike.

RETRY_SECONDS = 2.0
"""When to ask again where too many wait; a sentence or two have been spoken then."""


class Waiter(Protocol):
    """What the order depends on."""

    @property
    def client(self) -> str: ...

    @property
    def voice(self) -> str: ...

    @property
    def letters(self) -> int: ...


W = TypeVar("W", bound=Waiter)


class FairQueue(Generic[W]):
    """Each client has one turn in a round, however many requests it has sent: one that sends a
    whole book does not keep out one that sends a sentence. Suspects of a crash come before all.

    Args:
        most: requests that may wait, suspects and those that are tried again not counted.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._suspects: deque[W] = deque()
        self._again: deque[W] = deque()
        self._rounds: dict[W, tuple[int, int]] = {}
        self._last_round: dict[str, int] = {}
        self._round = 0
        self._numbers = count()

    def __len__(self) -> int:
        return len(self._suspects) + len(self._again) + len(self._rounds)

    def __iter__(self) -> Iterator[W]:
        yield from self._suspects
        yield from self._again
        yield from self._rounds

    def add(self, waiter: W) -> None:
        """Let it wait for its client's next turn.

        Raises:
            EngineBusy: too many wait already.
        """
        if len(self._rounds) >= self._most:
            raise EngineBusy(
                _("The server has too much to do."),
                _("{count} requests are waiting already. Try again in a moment.").format(
                    count=len(self)
                ),
                retry_after=RETRY_SECONDS,
            )
        its_round = max(self._last_round.get(waiter.client, -1) + 1, self._round)
        self._last_round[waiter.client] = its_round
        self._rounds[waiter] = (its_round, next(self._numbers))

    def put_back(self, waiter: W) -> None:
        """To be tried again before anything else, through no suspicion."""
        self._again.append(waiter)

    def suspect(self, waiter: W) -> None:
        """To be tried again alone: the worker died while it was spoken among others."""
        self._suspects.append(waiter)

    @property
    def suspects(self) -> bool:
        return bool(self._suspects)

    def remove(self, waiter: W) -> None:
        """It waits no more; safe if it does not."""
        self._rounds.pop(waiter, None)
        for queue in (self._suspects, self._again):
            if waiter in queue:
                queue.remove(waiter)

    def take_suspect(self) -> W:
        return self._suspects.popleft()

    def take(self, most: int) -> list[W]:
        """Those to be spoken together next, at most so many: whoever's turn it is, and those most
        like it among the next, since a batch takes as long as the longest in it."""
        taken = [self._again.popleft() for _place in range(min(most, len(self._again)))]
        if len(taken) < most and self._rounds:
            taken += self._take_alike(most - len(taken))
        return taken

    def _take_alike(self, most: int) -> list[W]:
        in_turn = sorted(self._rounds, key=self._rounds.__getitem__)
        first, *others = in_turn[: _LOOKED_AT * most]
        others.sort(key=lambda one: (one.voice != first.voice, abs(one.letters - first.letters)))
        taken = [first, *others[: most - 1]]
        self._round = self._rounds[first][0]
        for waiter in taken:
            del self._rounds[waiter]
        self._forget()
        return taken

    def _forget(self) -> None:
        if len(self._last_round) > _REMEMBERED:
            self._last_round = {
                client: last for client, last in self._last_round.items() if last >= self._round
            }
