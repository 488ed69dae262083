"""Keeping in the user's settings what keys have changed in passing."""

from __future__ import annotations

import asyncio
from typing import Any

from textual.timer import Timer

from engine.errors import StudioError
from engine.i18n import _
from tui.commands.base import DeskParts

SOON = 1.0
"""Seconds without a further change until it is written."""


class Keeping(DeskParts):
    """See the module."""

    _to_keep: dict[str, Any] | None = None
    _keeping: Timer | None = None
    _unkept_told = False

    def keep_setting(self, name: str, value: Any) -> None:
        session = self.session
        if session is None:
            return
        session.take_up(name, value)
        self._to_keep = {**(self._to_keep or {}), name: value}
        if self._keeping:
            self._keeping.stop()
        self._keeping = self.set_timer(SOON, self._begin_keeping)

    def _begin_keeping(self) -> None:
        self.run_worker(self.keep_settings(), group="keep settings", exit_on_error=False)

    async def keep_settings(self) -> None:
        from tui.preferences import write_those_that_count

        values, self._to_keep = self._to_keep, None
        if not values or self.session is None:
            return
        try:
            await asyncio.to_thread(
                write_those_that_count, self.flags, self.session.project, values
            )
        except StudioError as error:
            if not self._unkept_told:
                self._unkept_told = True
                self.notify(
                    f"{error.title} {error.hint}",
                    title=_("It sounds so until you leave, and then as before."),
                    severity="warning",
                    markup=False,
                )
