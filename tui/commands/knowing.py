"""Knowing what the engine is at, here and outside of the desk."""

from __future__ import annotations

from pathlib import Path

from engine.i18n import N_
from tui.commands.base import DeskParts
from tui.messages import WorkMoved


class Knowing(DeskParts):
    """See the module."""

    path: Path

    def action_engine(self) -> None:
        from tui.engine_facts import engine_facts
        from tui.screens.engine import EnginePanel

        faulty = self.session is not None and self.session.history.fault is not None
        panel = EnginePanel(
            lambda: engine_facts(self.header.engine, self.session),
            ((N_("The studio's log"), _own_log), (N_("The engine's log"), self._engine_log)),
            first=1 if faulty else 0,
        )
        self.app.push_screen(panel)

    def _engine_log(self) -> Path | None:
        engine = self.session.engine if self.session else None
        return engine.log_file if engine else None

    def show_progress(self) -> None:
        """Show in the header and around the desk how far the queue has come."""
        director = self.session.director if self.session else None
        progress = director.progress if director and director.busy else None
        self.header.progress = progress
        done, total = (progress.done, progress.total) if progress else (0, 0)
        self.post_message(WorkMoved(self.path.name, done, total))

    def ring(self) -> None:
        """Tell that the queue is done, unless its last take is heard just now."""
        if self.session and self.session.settings.bell and not self.plays_unasked:
            self.app.bell()


def _own_log() -> Path:
    from engine.places import log_folder
    from tui.guards import LOG_NAME

    return log_folder() / LOG_NAME
