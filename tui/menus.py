"""The menu and the settings, which lie over whatever is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.errors import StudioError
from tui.desks import Desks
from tui.themes import DARK

if TYPE_CHECKING:
    from tui.keys import Action


class Menus(Desks):
    """See the module; what the program adds to it is in :mod:`tui.app`."""

    def show_error(self, error: StudioError) -> None:
        """Put an error before the user."""
        raise NotImplementedError

    def action_menu(self) -> None:
        from tui.actions import MENU
        from tui.possible import possible_actions, run_action
        from tui.screens.menu import MenuPanel

        screen = self.screen
        possible = possible_actions(screen)

        async def run(action: Action | None) -> None:
            if action is not None:
                await run_action(self, screen, action)

        self.push_screen(MenuPanel([action for action in MENU if action in possible]), run)

    def action_settings(self, first: str = "") -> None:
        """Show the settings.

        Args:
            first: the name of the one to begin with.
        """
        self.run_worker(self._settings(first), group="open settings", exit_on_error=False)

    async def _settings(self, first: str) -> None:
        from tui.preferences import Preferences
        from tui.screens.settings import SettingsPanel

        desk = self._desk
        if desk:
            await desk.keep_settings()
        session = desk.session if desk else None
        project = session.project if session else None
        preferences = Preferences(self.flags, project, self._take_up)
        try:
            found = await preferences.look()
        except StudioError as error:
            self.show_error(error)
            return
        if not isinstance(self.screen, SettingsPanel):
            self.push_screen(SettingsPanel(preferences, found, first), self._settings_left)

    def _settings_left(self, _answer: None) -> None:
        if self._desk:
            self._desk.change_engine()

    def _take_up(self, name: str, value: Any) -> None:
        from tui.settable import AT_START

        if name == "engine" and self._desk:
            self._desk.flags = replace(self._desk.flags, engine=None)
        if name == "theme":
            self.theme = value if value in self.available_themes else DARK.name
        elif self._desk and self._desk.session is not None and name not in AT_START:
            self._desk.session.take_up(name, value)
            self._desk.show_how_heard()
            self._desk.show_waveform()
