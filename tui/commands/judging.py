"""Accepting and rejecting takes, and finding the next that wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain import Status
from engine.i18n import _, ngettext
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
        if self.table.selected_count:
            self._accept_selected(session)
            return
        if row.take is None:
            self.bar.say(_("Nothing to accept yet: r speaks this row."))
            return
        with self.telling():
            session.project.accept(sentence_id)
            self._go_on(session)

    def _accept_selected(self, session: Session) -> None:
        """Accept what is there to be accepted, and stay: many rows have no next one to play."""
        ids = [id_ for id_ in self.targets() if session.project.row(id_).take]
        if not ids:
            self.bar.say(_("Nothing to accept yet: r speaks these rows."))
            return
        with self.telling():
            session.project.accept(*ids)
            said = ngettext("Accepted {count} row.", "Accepted {count} rows.", len(ids))
            self.bar.say(said.format(count=len(ids)))
            self.let_selection_go()

    def _go_on(self, session: Session) -> None:
        """To the next row that is to be spoken; its take is played, unless the user would rather
        not. What plays row after row already goes on by itself."""
        if self.playing_on:
            return
        for index in range(self.table.cursor + 1, len(session.rows)):
            sentence_id = session.rows.id_at(index)
            row = session.project.row(sentence_id)
            if row.sentence.spoken:
                self.table.cursor = index
                if row.take is not None and session.settings.play_after_accept:
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
        if self.table.selected_count:
            self._reject_selected(session)
            return
        with self.telling():
            session.project.reject(sentence_id)
            if session.playback.sentence_id == sentence_id:
                self.stop_playing()

    def _reject_selected(self, session: Session) -> None:
        ids = [id_ for id_ in self.targets() if session.project.row(id_).take]
        if not ids:
            self.bar.say(_("Nothing to reject yet: r speaks these rows."))
            return
        with self.telling():
            session.project.reject(*ids)
            if session.playback.sentence_id in ids:
                self.stop_playing()
            said = ngettext("Rejected {count} row.", "Rejected {count} rows.", len(ids))
            self.bar.say(said.format(count=len(ids)))
            self.let_selection_go()

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
