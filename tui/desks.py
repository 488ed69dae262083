"""Which desk is open, and how another script's takes its place."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from textual.app import App
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from engine.domain import Script
from engine.errors import InputError, StudioError
from tui.early import Flags, flags_for_another
from tui.messages import Failed, OpenRefused, ScriptChosen
from tui.screens.desk import DeskScreen

if TYPE_CHECKING:
    from tui.screens.start import StartScreen
    from tui.widgets.key_bar import KeyBar


@runtime_checkable
class _HasBar(Protocol):
    bar: KeyBar


class Desks(App[int]):
    """The part of the program that opens scripts. Each has a mode of its own, Textual's way to have
    the lowest screen replaced.

    Args:
        path: the script's file; None where it is still to be chosen.
        script: as read from it.
        flags: as given on the command line.
        welcome: greet a user who has never been here.
    """

    DEFAULT_MODE = "script 0"

    def __init__(
        self, path: Path | None, script: Script | None, flags: Flags, *, welcome: bool
    ) -> None:
        self._opened = 0
        self._given = flags
        self._named = path is not None
        self._desk = DeskScreen(path, script, flags) if path and script else None
        self._welcome = welcome
        self._refusal: InputError | None = None
        # Here, because a style sheet that comes with its screen has all the others read twice.
        super().__init__(css_path=(self._desk or _start()).CSS_PATH)

    def get_default_screen(self) -> Screen[Any]:
        return self._desk or _start()(back=False)

    @property
    def desk(self) -> DeskScreen:
        """The desk that is open; there is none while the first script is still to be chosen."""
        assert self._desk is not None
        return self._desk

    @property
    def flags(self) -> Flags:
        """What was asked for of the script that is open, or is to be chosen."""
        return self._desk.flags if self._desk else self._given

    @property
    def bar(self) -> KeyBar:
        """The line of keys that is to be seen, or was before a panel opened over it."""
        return next(screen.bar for screen in self.screen_stack[::-1] if isinstance(screen, _HasBar))

    @property
    def refusal(self) -> InputError | None:
        """What the user asked for that cannot be, where the program has ended because of it."""
        return self._refusal

    @property
    def _working_desk(self) -> DeskScreen | None:
        return None if self._desk is None or self._desk.open_error else self._desk

    def choose_script(self, error: StudioError | None = None) -> None:
        """Show the scripts there are, over the desk that is open.

        Args:
            error: why the one that was chosen before cannot be opened.
        """
        self.push_screen(_start()(back=True, error=error))

    def on_desk_painted(self) -> None:
        if self._welcome:
            self._welcome = False
            self.run_worker(self.desk.welcome_newcomer(), group="welcome", exit_on_error=False)

    def on_open_refused(self, event: OpenRefused) -> None:
        if self._named:
            self._refusal = event.error
            self.exit()
        else:
            self.choose_script(event.error)

    def on_script_chosen(self, event: ScriptChosen) -> None:
        self.run_worker(self._open(event.path), group="open", exit_on_error=False)

    async def _open(self, path: Path) -> None:
        start = next(screen for screen in self.screen_stack if isinstance(screen, _start()))
        try:
            there = self._working_desk
            if there and await asyncio.to_thread(_same, path, there.path):
                if start.is_current:
                    start.dismiss()
                return
            script, flags = await asyncio.to_thread(self._read, path)
            await self._change_to(DeskScreen(path, script, flags))
        except StudioError as error:
            start.complain(error)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.post_message(Failed(event.worker.error))

    def _read(self, path: Path) -> tuple[Script, Flags]:
        """Raises InputError: it is no script, or a setting is wrong."""
        from engine.script import read_script

        flags = flags_for_another(self._given) if self._working_desk else self._given
        script = read_script(path, language=flags.language, hard_wrapped=flags.hard_wrapped)
        return script, flags

    async def _change_to(self, desk: DeskScreen) -> None:
        """Put this desk in place of what is shown, once all that was done is on the disk.

        Raises:
            ProjectError: it cannot be written; the desk there was stays.
        """
        before = self._desk
        if before:
            await before.save()
            await before.close()
        self._desk, self._named = desk, False
        mode = self.current_mode
        if not self._opened:
            # Only now: for the screen of a mode that is known all styles are read a second time,
            # which the first paint would wait for; and only a known mode can be removed.
            self.add_mode(mode, self.get_default_screen)
        self._opened += 1
        self.add_mode(f"script {self._opened}", lambda: desk)
        await self.switch_mode(f"script {self._opened}")
        await self.remove_mode(mode)


def _start() -> type[StartScreen]:
    from tui.screens.start import StartScreen

    return StartScreen


def _same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False
