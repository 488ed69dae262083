"""Going over to another script, and the welcome of somebody who has never been here."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, cast

from tui.commands.base import DeskParts

if TYPE_CHECKING:
    from tui.desks import Desks
    from tui.widgets.welcome import Welcome


class Opening(DeskParts):
    """See the module."""

    _welcome: Welcome | None = None

    def action_open_script(self) -> None:
        session = self.session
        if session is None or not session.unfinished:
            self._choose_script(True)
            return
        from tui.screens.leave import OpenAnotherPanel

        self.app.push_screen(OpenAnotherPanel(session.unfinished), self._choose_script)

    def _choose_script(self, wanted: bool | None) -> None:
        if wanted:
            self.stop_playing()
            cast("Desks", self.app).choose_script()

    async def welcome_newcomer(self) -> None:
        """Show the keys that matter over the desk, once in the life of a user. The keys are the
        desk's all the while: any of them does what it always does, and ends the welcome."""
        if not await asyncio.to_thread(_is_new):
            return
        from tui.widgets.welcome import Welcome

        self._welcome = Welcome()
        await self.mount(self._welcome)

    def on_key(self) -> None:
        self._end_welcome()

    def on_click(self) -> None:
        self._end_welcome()

    def _end_welcome(self) -> None:
        welcome, self._welcome = self._welcome, None
        if welcome:
            welcome.remove()


def _is_new() -> bool:
    """Whether nobody has been welcomed here; from now on, somebody has."""
    from engine.places import welcome_marker

    with contextlib.suppress(OSError):
        welcome_marker().touch(mode=0o600, exist_ok=False)
        return True
    return False
