"""Knowing what the engine is at, here and outside of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.base import DeskParts
from tui.messages import WorkMoved

if TYPE_CHECKING:
    from pathlib import Path


class Knowing(DeskParts):
    """See the module."""

    path: Path

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
