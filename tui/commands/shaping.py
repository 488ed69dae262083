"""Splitting, merging, writing, deleting and moving rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.i18n import _, ngettext
from tui.commands.editing import Editing
from tui.messages import SplitChosen
from tui.splitting import likeliest_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.session import Session


class Shaping(Editing):
    """See the module."""

    def action_split(self) -> None:
        found = self._changeable()
        if found is None:
            return
        session, sentence_id = found
        text = session.project.row(sentence_id).sentence.text
        place = likeliest_in(text)
        if place is None:
            self.bar.say(_("There is nothing to split off here."))
            return
        self.begin_edit(sentence_id, text, split_at=place)

    def action_split_here(self) -> None:
        self.dock.editor.choose_split()

    def action_move_split(self, by: int) -> None:
        self.dock.editor.move_split(by)

    def on_split_chosen(self, event: SplitChosen) -> None:
        session, sentence_id = self.session, self.edited_id
        if session is None or sentence_id is None:
            return
        if self.inserting:
            self.bar.say(_("Keep the new row first, then split it."))
            return
        with self.telling():
            new_id = session.project.split(sentence_id, event.before, event.after)
            self.action_leave_edit()
            self.follow_rows({sentence_id, new_id})
            self.bar.say(_("Split. Both rows want to be spoken: R speaks them."))

    def action_merge(self) -> None:
        found = self._changeable()
        if found is None:
            return
        session, sentence_id = found
        ids = self._to_merge(session, sentence_id)
        if not ids:
            return
        with self.telling():
            session.project.merge(ids)
            self._gone(session, ids[1:])
            self.go_to(ids[0])
            said = ngettext("Merged {count} row.", "Merged {count} rows into one.", len(ids))
            self.bar.say(said.format(count=len(ids)))

    def _to_merge(self, session: Session, sentence_id: int) -> list[int]:
        """The selected rows or this and the next, where they stand together."""
        every, ids = session.project.ids, self.targets()
        if len(ids) == 1:
            place = every.index(sentence_id)
            ids = list(every[place : place + 2])
        if len(ids) < 2:
            self.bar.say(_("Below the last row there is no other."))
            return []
        if not _together(ids, every):
            self.bar.say(_("Only rows that stand together can be merged."))
            return []
        return ids

    def action_insert(self) -> None:
        session = self.opened()
        if session is None or not self.may_change(session):
            return
        self.begin_edit(self.current_id(session), "", inserting=True)

    def action_delete_row(self) -> None:
        found = self._changeable()
        if found is None:
            return
        session, ids = found[0], self.targets()
        with self.telling():
            session.project.remove(ids)
            self._gone(session, ids)
            self.follow_rows(ids)
            said = ngettext(
                "Deleted {count} row: u brings it back.",
                "Deleted {count} rows: u brings them back.",
                len(ids),
            )
            self.bar.say(said.format(count=len(ids)))

    def _gone(self, session: Session, ids: list[int]) -> None:
        """Neither speak nor play what is no longer in the table."""
        if session.director:
            session.director.cancel(set(ids))
        if session.playback.sentence_id in ids:
            self.stop_playing()
        self.let_selection_go()

    def action_shift_rows(self, by: int) -> None:
        found = self._changeable()
        if found is None:
            return
        session, ids = found[0], self.targets()
        if session.rows.filter is not None:
            self.bar.say(_("Rows can be moved while all are shown: Esc shows them."))
            return
        if not _together(ids, session.project.ids):
            self.bar.say(_("Only rows that stand together can be moved."))
            return
        with self.telling():
            if session.project.move(ids, by):
                self.follow_rows(ids)
            else:
                self.bar.say(_("There is no room to move."))

    def _changeable(self) -> tuple[Session, int] | None:
        """The session and the current row, or None after telling why it cannot be changed."""
        found = self.current()
        if found is None or not self.may_change(found[0]):
            return None
        return found[0], found[1]


def _together(ids: Sequence[int], every: Sequence[int]) -> bool:
    """Whether these rows follow one another among all."""
    wanted = set(ids)
    places = [place for place, id_ in enumerate(every) if id_ in wanted]
    return len(places) == len(ids) and places[-1] - places[0] == len(ids) - 1
