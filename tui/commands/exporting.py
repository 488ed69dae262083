"""Writing the finished files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from engine.i18n import _
from tui.commands.base import DeskParts

if TYPE_CHECKING:
    from tui.session import Session


class Exporting(DeskParts):
    """See the module."""

    _exporting = False

    def action_export(self) -> None:
        if self._exporting:
            self.bar.say(_("The export is still being written …"))
            return
        session = self.opened()
        if session is None:
            return
        if not self.may_export(session):
            said = _(
                "Another studio holds this project: export there; or close it and open it here."
            )
            self.bar.say(said)
        else:
            self.run_worker(self._export(), group="export", exit_on_error=False)

    def may_export(self, session: Session) -> bool:
        """Whether the files have a folder to go to. The project's own is the business of the
        studio that holds the project: it alone keeps account of what it wrote there."""
        return session.project.holder is None or self.flags.out is not None

    async def _export(self) -> None:
        from engine.export import plan_export, run_export
        from tui.screens.export import ExportPanel

        session = self.session
        if session is None:
            return
        self._exporting = True
        self.bar.say(_("Exporting …"))
        try:
            plan = plan_export(
                session.project, out=self.flags.out, silence=session.settings.silence
            )
            result = await asyncio.to_thread(run_export, plan)
        finally:
            self._exporting = False
            self.bar.hush()
        self.app.push_screen(ExportPanel(result))
