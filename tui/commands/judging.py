"""Accepting and rejecting takes, and finding the next that wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain import Status
from engine.i18n import _
from tui.commands.base import DeskParts

if TYPE_CHECKING:
    from tui.session import Session

LOOK_FIRST = (Status.FAILED, Status.FLAGGED)
LOOK_NEXT = (Status.READY,)


class Judging(DeskParts):
    """See the module."""

    def action_accept(self) -> None:
        found = self.current()
        if found is None:
            return
        session, sentence_id, row = found
        if row.take is None:
            self.bar.say(_("Nothing to accept yet: r speaks this row."))
            return
        with self.telling():
            session.project.accept(sentence_id)
            self._go_on(session)

    def _go_on(self, session: Session) -> None:
        """To the next row that is to be spoken; its take is played."""
        for index in range(self.table.cursor + 1, len(session.rows)):
            sentence_id = session.rows.id_at(index)
            row = session.project.row(sentence_id)
            if row.sentence.spoken:
                self.table.cursor = index
                if row.take is not None:
                    self.play_take(sentence_id)
                else:
                    self.stop_playing()
                return
        self.stop_playing()
        self.bar.say(_("That was the last row."))

    def action_reject(self) -> None:
        found = self.current()
        if found is None:
            return
        session, sentence_id, _row = found
        with self.telling():
            session.project.reject(sentence_id)
            if session.playback.sentence_id == sentence_id:
                self.stop_playing()

    def action_next_to_look_at(self) -> None:
        session = self.opened()
        if session is None:
            return
        project, rows = session.project, session.rows
        conflicts = [id_ for id_ in rows.ids if project.row(id_).sentence.conflict]
        for ids in (conflicts + project.ids_where(LOOK_FIRST), project.ids_where(LOOK_NEXT)):
            indices = [index for id_ in ids if (index := rows.index_of(id_)) is not None]
            if indices:
                here = self.table.cursor
                self.table.cursor = min(indices, key=lambda i: (i <= here, i))
                return
        self.bar.say(_("Nothing needs a look."))
