"""What is spoken when, and what is tried again: between those who ask and the worker."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import dataclass

from engine.backends.base import BackendInfo
from engine.blame import Blame, Consequence
from engine.domain import SAMPLE_RATE, AudioDelta, SpeechRequest
from engine.errors import EngineBusy, EngineError, EngineStartError, SpeechFailed, StudioError
from engine.i18n import _
from engine.server.errors import NotReady, too_long
from engine.server.figures import Figures
from engine.server.queue import FairQueue
from engine.server.ticket import Ticket
from engine.server.upstream import REVIVE_SECONDS, Ended, Event, Upstream

SETTLING_SECONDS = 0.25
"""How long after the end of one request the rest of its batch is waited for before the places are
given away: given one by one, they could not go to requests that are alike. The worker holds another
batch meanwhile."""

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Flight:
    """A ticket being spoken; see :class:`engine.flight.Flight`."""

    job: Ticket
    alone: bool
    quarantined: bool
    heard: bool = False
    task: asyncio.Task[None] | None = None

    def strike(self) -> int:
        """See :class:`engine.blame.Flown`."""
        self.job.strikes += 1
        return self.job.strikes


class Dispatcher:
    """Lives on one event loop.

    Args:
        most_waiting: requests that may wait beside those that the worker holds.
        seconds: longest time from a request's arrival to its end.
    """

    def __init__(
        self, upstream: Upstream, figures: Figures, *, most_waiting: int, seconds: float
    ) -> None:
        self._upstream = upstream
        self._figures = figures
        self._seconds = seconds
        self._waiting: FairQueue[Ticket] = FairQueue(most_waiting)
        self._flights: list[Flight] = []
        self._blame = Blame()
        self._wake = asyncio.Event()
        self._landed_at = 0.0

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def speaking(self) -> int:
        return len(self._flights)

    def submit(self, client: str, request: SpeechRequest, *, voice: str, live: bool) -> Ticket:
        """A ticket for a request, waiting its turn.

        Raises:
            EngineBusy: too many wait already.
        """
        ticket = Ticket(client, request, voice=voice, live=live)
        self._waiting.add(ticket)
        ticket.expires_by(
            asyncio.get_running_loop().call_later(self._seconds, self._expire, ticket)
        )
        self._wake.set()
        return ticket

    def cancel(self, ticket: Ticket) -> None:
        """Nobody waits for it any more; safe at any time."""
        # One that is over has still to let go of its connection.
        if not ticket.over:
            ticket.hang_up()
            self._drop(ticket)

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                if self._waiting:
                    await self._launch_next_safely()
        finally:
            self._end_all(NotReady(_("The server is being stopped."), retry_after=REVIVE_SECONDS))
            tasks = [flight.task for flight in self._flights if flight.task]
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _launch_next_safely(self) -> None:
        try:
            await self._launch_next()
        except Exception:  # noqa: BLE001 - with the queue's end, nobody would be answered any more
            _log.exception("the queue met what it did not foresee")
            for ticket in tuple(self._waiting):
                ticket.fail(_unforeseen())
                self._drop(ticket)

    async def _launch_next(self) -> None:
        try:
            info = await self._upstream.info()
        except EngineStartError as error:
            # Not for ever: see Upstream.
            self._end_all(NotReady(error.title, error.hint, retry_after=REVIVE_SECONDS))
        except EngineError as error:
            # It went away just now, and another comes.
            wait = error.retry_after if isinstance(error, EngineBusy) else 0.0
            asyncio.get_running_loop().call_later(wait, self._wake.set)
        else:
            quarantined = self._waiting.suspects
            for ticket in self._next(info):
                self._launch(ticket, quarantined=quarantined)

    def _next(self, info: BackendInfo) -> Iterable[Ticket]:
        """Those that may fly now. Suspects of a crash fly alone, before all others."""
        if self._waiting.suspects:
            return () if self._flights else (self._waiting.take_suspect(),)
        free = info.capacity - len(self._flights)
        if free <= 0 or any(flight.quarantined for flight in self._flights):
            return ()
        if free < info.max_batch and (left := self._settling()) > 0:
            asyncio.get_running_loop().call_later(left, self._wake.set)
            return ()
        return self._waiting.take(free)

    def _settling(self) -> float:
        """Seconds for which others of the last batch may still land."""
        return self._landed_at + SETTLING_SECONDS - asyncio.get_running_loop().time()

    def _launch(self, ticket: Ticket, *, quarantined: bool) -> None:
        for other in self._flights:
            other.alone = False
        flight = Flight(ticket, alone=not self._flights, quarantined=quarantined)
        self._flights.append(flight)
        self._figures.busy(asyncio.get_running_loop().time())
        flight.task = asyncio.create_task(self._fly(flight))
        # Not in the task, which never begins if it is cancelled at once.
        flight.task.add_done_callback(lambda _task: self._landed(flight))

    def _landed(self, flight: Flight) -> None:
        self._flights.remove(flight)
        self._landed_at = asyncio.get_running_loop().time()
        if not self._flights:
            self._figures.idle(self._landed_at)
        self._wake.set()

    async def _fly(self, flight: Flight) -> None:
        ticket = flight.job
        try:
            async with aclosing(self._upstream.speak(ticket.request)) as events:
                async for event in events:
                    self._count(flight, event)
                    ticket.hear(event)
            self._upstream.delivered()
        except EngineBusy as busy:
            if not ticket.repeatable:
                ticket.fail(busy)
                return
            await asyncio.sleep(busy.retry_after)
            self._try_again(ticket, Consequence.AGAIN)
        except StudioError as error:
            self._answer(flight, error)
        except Exception:  # noqa: BLE001 - one request must not end the queue
            _log.exception("a request could not be spoken")
            ticket.fail(_unforeseen())

    def _count(self, flight: Flight, event: Event) -> None:
        if isinstance(event, AudioDelta):
            if not flight.heard:
                flight.heard = True
                waited = asyncio.get_running_loop().time() - flight.job.arrived
                self._figures.first_audio.observe(waited)
            self._figures.audio_seconds += len(event.pcm) / (2 * SAMPLE_RATE)
        elif isinstance(event, Ended):
            self._figures.batches.observe(event.said["batch_size"])

    def _answer(self, flight: Flight, error: StudioError) -> None:
        """What follows from a request that was not spoken."""
        ticket, follows = flight.job, self._blame.judge(flight, error)
        if follows is Consequence.FAILED:
            # Its crashes are explained; those of the next are counted anew.
            self._upstream.delivered()
        if follows in (Consequence.AGAIN, Consequence.ALONE) and ticket.repeatable:
            self._try_again(ticket, follows)
        elif isinstance(error, EngineStartError):
            ticket.fail(NotReady(error.title, error.hint, retry_after=REVIVE_SECONDS))
        else:
            ticket.fail(_told(error))

    def _try_again(self, ticket: Ticket, how: Consequence) -> None:
        if ticket.over:
            return
        ticket.again()
        if how is Consequence.ALONE:
            self._waiting.suspect(ticket)
        else:
            self._waiting.put_back(ticket)

    def _expire(self, ticket: Ticket) -> None:
        ticket.fail(too_long(self._seconds))
        self._drop(ticket)

    def _drop(self, ticket: Ticket) -> None:
        self._waiting.remove(ticket)
        for flight in self._flights:
            if flight.job is ticket and flight.task:
                flight.task.cancel()
        self._wake.set()

    def _end_all(self, error: EngineError) -> None:
        for ticket in (*self._waiting, *(flight.job for flight in self._flights)):
            ticket.fail(error)
            self._drop(ticket)


def _unforeseen() -> SpeechFailed:
    return SpeechFailed(_("Something unforeseen went wrong."))


def _told(error: StudioError) -> EngineError:
    return error if isinstance(error, EngineError) else SpeechFailed(error.title, error.hint)
