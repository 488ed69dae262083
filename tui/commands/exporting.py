"""Writing the finished files."""

from __future__ import annotations

import asyncio

from engine.i18n import _
from tui.commands.base import DeskParts


class Exporting(DeskParts):
    """See the module."""

    _exporting = False

    def action_export(self) -> None:
        if self._exporting:
            self.bar.say(_("The export is still being written …"))
        elif self.opened() is not None:
            self.run_worker(self._export(), group="export", exit_on_error=False)

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
