"""How the desk puts an engine to work, and another in its place."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from textual.worker import Worker, WorkerCancelled, WorkerFailed

from engine.client.base import EngineChanged
from engine.i18n import _
from tui.commands import Commands
from tui.messages import Failed
from tui.widgets.engine_status import EngineView

if TYPE_CHECKING:
    from tui.relay import Relay
    from tui.session import Session


AWAY = ("lost", "loading")
"""States of a server that speaks nothing, for nobody knows how long."""


class EngineLife(Commands):
    """See the module."""

    _relay: Relay | None = None
    _directing: Worker[None] | None = None

    def __init__(self) -> None:
        super().__init__()
        self._changing = asyncio.Lock()
        self._away = asyncio.Event()

    @property
    def ending(self) -> bool:
        """The desk is being left."""
        raise NotImplementedError

    def employ(self, session: Session) -> None:
        """Put a director to work with the engine that was found."""
        assert self._relay is not None
        director = session.hire(self._relay.heard)
        if director:
            self._directing = self.run_worker(director.run(), group="director", exit_on_error=False)

    def show_engine(self, session: Session) -> None:
        """Who is at work from now on, or why nobody is."""
        error = session.engine_error
        state = "failed" if error else "opening" if session.director else "unused"
        self.header.engine = EngineView(session.engine_name, state)
        if error:
            session.history.heard(EngineChanged("failed", None, error))
            self.app.post_message(Failed(error, once=True))

    def note_engine(self, change: EngineChanged) -> None:
        """Bear in mind whether it is away."""
        if change.state in AWAY:
            self._away.set()
        else:
            self._away.clear()

    def change_engine(self) -> None:
        """Have another engine in place of this one where the settings ask for another, once nothing
        is being spoken any more; what waits for a server that is away is spoken by the other."""
        if self.session is not None and self.session.engine_outdated:
            self.run_worker(self._change_engine(), group="change engine", exit_on_error=False)

    async def _change_engine(self) -> None:
        async with self._changing:
            session = self.session
            if session is None or not session.engine_outdated:
                return
            if session.director and session.director.busy:
                if not self._away.is_set():
                    self.bar.say(_("The engine is changed when all that waits is spoken."))
                await _either(session.director.drained(), self._away.wait())
            waiting = await self._dismiss_engine(session)
            await asyncio.to_thread(session.find_engine)
            self._hand_over(session, waiting)

    async def work_with(self, name: str) -> None:
        """Have this engine speak from now on. What waits to be spoken is spoken by it: the one that
        it was to be spoken by may be a server that is gone.

        Raises:
            StudioError: it cannot be had; all stays as it is.
        """
        async with self._changing:
            session = self.session
            if session is None or session.project.read_only:
                return
            engine = await asyncio.to_thread(session.another_engine, name)
            waiting = await self._dismiss_engine(session)
            session.take_engine(name, engine)
            self._hand_over(session, waiting)

    async def _dismiss_engine(self, session: Session) -> list[int]:
        """End the engine there is. Returns the sentences that it leaves unspoken."""
        waiting = session.active_ids()
        await self.end_directing()
        await session.let_engine_go()
        self._away.clear()
        return waiting

    def _hand_over(self, session: Session, waiting: list[int]) -> None:
        """Put the engine that was found to work, on what waits."""
        if not self.ending:
            self.employ(session)
            self.show_engine(session)
            self.show_current()
        if session.director and waiting:
            session.director.speak(waiting)

    async def end_directing(self) -> None:
        """Stop speaking. Safe where nothing is."""
        directing, self._directing = self._directing, None
        if directing:
            directing.cancel()
            with contextlib.suppress(WorkerCancelled, WorkerFailed):
                await directing.wait()


async def _either(*waits: Awaitable[object]) -> None:
    """Return when one of them does."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
