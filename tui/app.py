"""The application around the desk: themes, panels, and the way out."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from engine.domain import Script
from engine.errors import StudioError
from engine.i18n import _
from tui.actions import APP_ACTIONS
from tui.alt_keys import name_alt_keys
from tui.early import Flags
from tui.menus import Menus
from tui.messages import Failed, WorkMoved
from tui.terminal import Terminal
from tui.themes import DARK, THEMES

if TYPE_CHECKING:
    from textual.command import Provider

_log = logging.getLogger(__name__)


def _studio_commands() -> type[Provider]:
    from tui.palette import StudioCommands

    return StudioCommands


class StudioApp(Menus, inherit_bindings=False):
    """One desk for one script at a time.

    Args:
        path: the script's file; None where it is still to be chosen.
        script: as read from it.
        flags: as given on the command line.
        theme: a Textual theme; None for the studio's own.
        keymap: keys by action id, in place of the usual ones.
        welcome: greet a user who has never been here.
    """

    TITLE = "TTS Studio"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(action.binding() for action in APP_ACTIONS),
        Binding("ctrl+c", "help_quit", show=False, system=True),
    ]
    COMMANDS = App.COMMANDS | {_studio_commands}

    def __init__(
        self,
        path: Path | None,
        script: Script | None,
        flags: Flags | None = None,
        *,
        theme: str | None = None,
        keymap: Mapping[str, str] | None = None,
        welcome: bool = False,
    ) -> None:
        super().__init__(path, script, flags or Flags(), welcome=welcome)
        name_alt_keys()
        for known in THEMES:
            self.register_theme(known)
        self._terminal = Terminal(self._write_to_terminal)
        self._wanted_theme = theme or DARK.name
        self._told: set[str] = set()
        self._unsaved_told = False
        self.set_keymap(keymap or {})

    def on_load(self) -> None:
        # Here, because a theme that is chosen once there are styles has them all read twice.
        known = self._wanted_theme in self.available_themes
        self.theme = self._wanted_theme if known else DARK.name

    def on_mount(self) -> None:
        if self._desk is None:
            self._terminal.show("")
        if self.theme != self._wanted_theme:
            known = ", ".join(sorted(self.available_themes))
            self.notify(
                _("Known themes: {known}").format(known=known),
                title=_("Unknown theme: {name}").format(name=self._wanted_theme),
                severity="warning",
                markup=False,
            )

    # The terminal around it

    def _write_to_terminal(self, sequences: str) -> None:
        if self._driver is not None:
            self._driver.write(sequences)

    def on_work_moved(self, event: WorkMoved) -> None:
        self._terminal.show(event.script, event.done, event.total)

    def bell(self) -> None:
        self._terminal.ring()

    def on_unmount(self) -> None:
        self._terminal.restore()

    # What goes wrong

    def on_failed(self, event: Failed) -> None:
        error = event.error
        if isinstance(error, StudioError):
            self.show_error(error, once=event.once)
            return
        _log.error("A mistake of the program's own", exc_info=error)
        self.show_error(
            StudioError(
                _("The studio made a mistake of its own."),
                _("What you did is kept. The log says more; please report it."),
            ),
            detail=f"{type(error).__name__}: {error}",
        )

    def show_error(self, error: StudioError, *, once: bool = False, detail: str = "") -> None:
        """Put an error before the user; one that was told before only in passing, and one that
        is being read not again: an engine that is gone is met by every sentence under way."""
        from tui.screens.error import ErrorPanel

        shown = (screen for screen in self.screen_stack if isinstance(screen, ErrorPanel))
        if once and any(panel.error.title == error.title for panel in shown):
            return
        if once and error.title in self._told:
            self.notify(error.hint, title=error.title, severity="error", markup=False)
            return
        self._told.add(error.title)
        self.push_screen(ErrorPanel(error, detail))

    # What the keys do

    async def run_action(self, *args: Any, **kwargs: Any) -> bool:
        bar = self.bar
        hints = bar.hints
        done = await super().run_action(*args, **kwargs)
        if done and bar.hints == hints:
            bar.hush()  # it was about what the user did before
        return done

    def action_help(self) -> None:
        from tui.screens.help import HelpPanel

        if not isinstance(self.screen, HelpPanel):
            self.push_screen(HelpPanel(self.screen))

    async def action_leave(self) -> None:
        """Leave, after asking where sentences are being spoken."""
        from tui.screens.leave import QuitPanel

        session = self._desk.session if self._desk else None
        if session is None or not session.unfinished:
            await self._leave(stop=True)
        elif not isinstance(self.screen, QuitPanel):
            self.push_screen(QuitPanel(session.unfinished), self._leave)

    async def _leave(self, stop: bool | None) -> None:
        if not stop:
            return
        desk = self._desk
        if desk is None:
            self.exit(0)
            return
        desk.keep_open_edit()
        self.bar.say(_("Closing …"))
        try:
            await desk.save()
        except StudioError as error:
            if not self._unsaved_told:
                self._unsaved_told = True
                self.show_error(error, detail=_("To leave all the same, quit once more."))
                return
        await desk.close()
        self.exit(0)

    async def action_quit(self) -> None:
        await self.action_leave()

    def action_help_quit(self) -> None:
        self.bar.say(_("Ctrl+Q leaves the studio."))

    def _choose_theme(self) -> None:
        self.action_settings("theme")

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        yield SystemCommand(_("Theme"), _("Choose other colours."), self._choose_theme)
        yield SystemCommand(
            _("Screenshot"),
            _("Save a picture of the screen as SVG."),
            lambda: self.set_timer(0.1, self.deliver_screenshot),
        )
