"""How the desk puts an engine to work, and another in its place."""

from __future__ import annotations

import asyncio
import contextlib
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


class EngineLife(Commands):
    """See the module."""

    _relay: Relay | None = None
    _directing: Worker[None] | None = None
    _changing: asyncio.Lock | None = None

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

    def change_engine(self) -> None:
        """Have another engine in place of this one where the settings ask for another, once nothing
        is being spoken any more."""
        if self.session is not None and self.session.engine_outdated:
            self.run_worker(self._change_engine(), group="change engine", exit_on_error=False)

    async def _change_engine(self) -> None:
        self._changing = self._changing or asyncio.Lock()
        async with self._changing:
            session = self.session
            if session is None or not session.engine_outdated:
                return
            if session.director and session.director.busy:
                self.bar.say(_("The engine is changed when all that waits is spoken."))
                await session.director.drained()
            await self.end_directing()
            await session.let_engine_go()
            await asyncio.to_thread(session.find_engine)
            if not self.ending:
                self.employ(session)
                self.show_engine(session)
                self.show_current()

    async def work_with(self, name: str) -> None:
        """Have this engine speak from now on. What waits to be spoken is spoken by it: the one that
        it was to be spoken by may be a server that is gone.

        Raises:
            StudioError: it cannot be had; all stays as it is.
        """
        self._changing = self._changing or asyncio.Lock()
        async with self._changing:
            session = self.session
            if session is None or session.project.read_only:
                return
            engine = await asyncio.to_thread(session.another_engine, name)
            waiting = session.active_ids()
            await self.end_directing()
            await session.let_engine_go()
            session.take_engine(name, engine)
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
