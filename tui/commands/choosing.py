"""Choosing between the takes of a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.i18n import _
from tui.commands.base import DeskParts

if TYPE_CHECKING:
    from engine.domain import Take
    from tui.session import Session


class Choosing(DeskParts):
    """See the module."""

    def action_take(self, by: int) -> None:
        found = self.current()
        if found is None:
            return
        session, sentence_id, row = found
        if row.take is None or len(row.takes) < 2:
            self.bar.say(_("There is no other take: r makes one."))
            return
        place = (row.takes.index(row.take) + by) % len(row.takes)
        self._choose(session, sentence_id, row.takes[place])

    def action_pick_take(self, number: int) -> None:
        """Choose a take by its place in the row's list, counted from 1 as the table does."""
        found = self.current()
        if found is None:
            return
        session, sentence_id, row = found
        if number > len(row.takes):
            said = _("There is no take {number} here.").format(number=number)
            self.bar.say(said)
            return
        self._choose(session, sentence_id, row.takes[number - 1])

    def _choose(self, session: Session, sentence_id: int, take: Take) -> None:
        with self.telling():
            session.project.pick_take(sentence_id, take.id)
            if session.playback.sentence_id == sentence_id:
                self.begin_take(take, silence=self.pause_after(session, sentence_id))

    def action_takes(self) -> None:
        from tui.screens.takes import TakesPanel

        found = self.current()
        if found is None:
            return
        session, sentence_id, row = found
        if row.takes:
            self.app.push_screen(TakesPanel(self, session, sentence_id))
        else:
            self.bar.say(_("No take yet: r speaks this row."))

    def action_delete_take(self) -> None:
        found = self.current()
        if found is None:
            return
        take = found[2].take
        if take is None:
            self.bar.say(_("No take yet: r speaks this row."))
        else:
            self.delete_take(take)

    def delete_take(self, take: Take) -> None:
        session = self.session
        if session is None:
            return
        with self.telling():
            session.project.delete_take(take.id)
            if session.playback.take and session.playback.take.id == take.id:
                self.stop_playing()
            self.bar.say(_("Deleted the take: u brings it back."))

    def action_compare(self) -> None:
        """Hear the other of the two last takes from the same place, and choose it by that."""
        found = self.current()
        if found is None:
            return
        session, sentence_id, row = found
        if row.take is None or len(row.takes) < 2:
            self.bar.say(_("There is no other take: r makes one."))
            return
        before, last = row.takes[-2:]
        other = before if row.take.id == last.id else last
        with self.telling():
            session.project.pick_take(sentence_id, other.id)
            if session.playback.sentence_id == sentence_id:
                self.play_in_place(other)
            else:
                self.play_take(sentence_id)
            self.bar.say(
                _("Take {number} of {count}").format(
                    number=row.takes.index(other) + 1, count=len(row.takes)
                )
            )
