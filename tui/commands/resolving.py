"""Choosing between the desk's text and the script's, where both were changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.i18n import N_, _
from tui.commands.base import DeskParts

if TYPE_CHECKING:
    from engine.domain import Sentence


class Resolving(DeskParts):
    """See the module."""

    def action_take_script(self) -> None:
        # A pronunciation belongs to the words that it was made for.
        self._resolve(lambda row: {"text": row.conflict, "say": ""}, N_("Take the script's text"))

    def action_keep_mine(self) -> None:
        self._resolve(lambda row: {"text": row.text}, N_("Keep the text"))

    def _resolve(self, choose: Callable[[Sentence], dict[str, Any]], name: str) -> None:
        chosen = self.chosen()
        if chosen is None:
            return
        session, ids = chosen
        if not self.may_change(session):
            return
        rows = [session.project.row(id_).sentence for id_ in ids]
        edits = {row.id: choose(row) for row in rows if row.conflict}
        if not edits:
            self.bar.say(_("Nothing to choose here: only one text was changed."))
            return
        with self.telling():
            session.project.edit_many(edits, name=name)
            self.let_selection_go()
