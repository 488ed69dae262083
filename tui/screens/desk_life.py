"""How the desk comes to its project, its engine and its director, and lets go of them."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from textual.worker import Worker, WorkerState

from engine.domain import Script
from engine.errors import InputError, StudioError
from engine.i18n import _, ngettext
from tui.commands.following import merge_words
from tui.early import Flags
from tui.messages import Failed, OpenRefused
from tui.screens.engine_life import EngineLife

if TYPE_CHECKING:
    from engine.project import Project
    from tui.session import Session

_log = logging.getLogger(__name__)


class DeskLife(EngineLife):
    """Opens the session after the first paint and closes it before the end.

    Args:
        path: the script's file.
        script: as read from it.
        flags: as given on the command line.
    """

    def __init__(self, path: Path, script: Script, flags: Flags) -> None:
        super().__init__()
        self.path = path
        self.script = script
        self.flags = flags
        self._opening: asyncio.Future[Session] | None = None
        self.open_error: StudioError | None = None
        self._ending: asyncio.Task[None] | None = None

    def adopt(self, session: Session) -> None:
        """Show the rows of the project in place of the script's."""
        raise NotImplementedError

    def do_without(self) -> None:
        """Show that there will be no project; the script stays."""
        raise NotImplementedError

    async def open(self) -> None:
        """Open the project and put an engine to work. For a worker, after the first paint.

        Where the user asked for what cannot be, the program is told by OpenRefused.

        Raises:
            StudioError: there is no project.
        """
        await self.dock.add_editor()
        await self.add_find_bar()
        await self.add_field_bar()
        await self.add_waveform()
        await self.add_time_bar()
        if self._ending:
            return
        self._opening = asyncio.ensure_future(asyncio.to_thread(self._open_session))
        try:
            session = await asyncio.shield(self._opening)
        except InputError as error:
            self.open_error = error
            self.app.post_message(OpenRefused(error))
            return
        except StudioError as error:
            self.open_error = error
            self.do_without()
            raise
        if self._ending:
            return  # who ends it waits for the session too, and closes it
        from tui.relay import Relay

        self._relay = relay = Relay(self.post_message)
        session.project.subscribe(relay.rows_changed)
        session.project.on_write_error = self._cannot_write
        self.session = session
        self.employ(session)
        self.adopt(session)
        self.show_engine(session)
        self._tell_of_merge(session.project)
        self.watch_script(session)
        await asyncio.to_thread(_warm_up)

    @property
    def ending(self) -> bool:
        return self._ending is not None

    def _open_session(self) -> Session:
        from tui.session import open_session

        return open_session(self.path, self.script, self.flags)

    def _cannot_write(self, error: StudioError) -> None:
        self.app.call_later(
            self.notify, error.hint, title=error.title, severity="error", markup=False
        )

    def _tell_of_merge(self, project: Project) -> None:
        said = merge_words(project.merge_report)
        if said:
            self.notify(said, title=_("The script has changed."), markup=False, timeout=10)
        lost = len(project.lost_takes)
        if lost:
            self.notify(
                ngettext(
                    "{count} take is left out until its file is back in {folder}.",
                    "{count} takes are left out until their files are back in {folder}.",
                    lost,
                ).format(count=lost, folder=project.takes_folder),
                title=_("Sound files are missing."),
                severity="warning",
                markup=False,
                timeout=10,
            )

    def not_open(self) -> None:
        if self.open_error:
            self.bar.say(self.open_error.title)
        else:
            self.bar.say(_("Still opening the project …"))

    async def save(self) -> None:
        """Return once everything is on the disk.

        Raises:
            ProjectError: some of it cannot be written.
        """
        if self.session is not None:
            await asyncio.to_thread(self.session.project.flush)

    async def close(self) -> None:
        """Stop speaking and close the project. Safe to call twice."""
        if self._ending is None:
            self._ending = asyncio.create_task(self._close())
        await asyncio.shield(self._ending)

    async def _close(self) -> None:
        await self.keep_settings()
        session, self.session = self.session, None
        self.stop_watching()
        await self.end_directing()
        try:
            if session is None and self._opening is not None:
                session = await self._opening
            if session is not None:
                await session.project.script_saved()
                await session.close()
        except StudioError as error:
            _log.error("While closing: %s", error)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        error = event.worker.error
        if event.state is WorkerState.ERROR and error is not None:
            self.app.post_message(Failed(error))

    async def on_unmount(self) -> None:
        await self.close()


def _warm_up() -> None:
    from tui.session import warm_up

    warm_up()
