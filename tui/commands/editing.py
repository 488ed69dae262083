"""Changing the text, writing a new one, marking rows as not spoken, undo and redo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.i18n import N_, _
from tui.commands.base import DeskParts
from tui.messages import EditCommitted, EditLeft, RowOpened

if TYPE_CHECKING:
    from tui.session import Session


class Editing(DeskParts):
    """See the module."""

    edited_id: int | None = None
    """The row in the editor; while a new one is written, the row above it."""
    inserting: bool = False

    def is_edited(self, index: int) -> bool:
        """Whether the row at this place is the one that is being edited: a key that moves and one
        that edits may come in one burst, before the move has been told."""
        ids = self.table.rows.ids
        return index < len(ids) and ids[index] == self.edited_id

    def action_edit(self) -> None:
        found = self.current()
        if found is None:
            return
        session, sentence_id, row = found
        if self.may_change(session):
            self.begin_edit(sentence_id, row.sentence.text)

    def begin_edit(
        self,
        sentence_id: int | None,
        text: str,
        *,
        inserting: bool = False,
        split_at: int | None = None,
    ) -> None:
        """Open the editor.

        Args:
            inserting: what is written becomes a row of its own, below the sentence.
            split_at: choose the place at which the text is split, beginning with this index.
        """
        self.edited_id, self.inserting = sentence_id, inserting
        self.bar.hush()
        doing = _("editing")
        if inserting:
            doing = _("a new row below")
        elif split_at is not None:
            doing = _("splitting")
        self.dock.begin_edit(text, doing=doing, split_at=split_at)
        self.show_current()

    def on_row_opened(self, _event: RowOpened) -> None:
        self.action_edit()

    def on_edit_committed(self, event: EditCommitted) -> None:
        self.keep_edit(event.text)
        if event.then_speak:
            self.action_reroll()

    def on_edit_left(self, _event: EditLeft) -> None:
        self.action_leave_edit()

    def action_keep_edit(self) -> None:
        self.keep_edit(self.dock.editor.sentence)

    def action_keep_edit_and_speak(self) -> None:
        self.action_keep_edit()
        self.action_reroll()

    def action_leave_edit(self) -> None:
        """Close the editor; the text stays as it was."""
        self.edited_id, self.inserting = None, False
        self.dock.end_edit()
        self.call_later(self.follow_script)
        self.table.focus()
        self.show_current()

    def keep_open_edit(self) -> None:
        """Keep what stands in an editor that is still open."""
        if self.dock.editing:
            self.action_keep_edit()

    def keep_edit(self, text: str) -> None:
        """Give the edited row this text and close the editor; an empty text changes nothing."""
        session, sentence_id, inserting = self.session, self.edited_id, self.inserting
        self.action_leave_edit()
        if session is None:
            return
        if inserting:
            self._keep_new(session, sentence_id, text)
        elif sentence_id is None:
            return
        elif not text:
            self.bar.say(_("A sentence needs a text. To leave it out of the reading press h."))
        elif text != session.project.row(sentence_id).sentence.text:
            with self.telling():
                session.project.edit(sentence_id, text=text)

    def _keep_new(self, session: Session, after: int | None, text: str) -> None:
        if text:
            with self.telling():
                self.go_to(session.project.insert(after, text))

    def action_toggle_spoken(self) -> None:
        found = self.current()
        if found is None:
            return
        session, _id, _row = found
        ids = self.targets()
        spoken = [id_ for id_ in ids if session.project.row(id_).sentence.spoken]
        name = N_("Not spoken") if spoken else N_("Spoken again")
        with self.telling():
            session.project.edit_many({id_: {"spoken": not spoken} for id_ in ids}, name=name)
            if session.director and spoken:
                session.director.cancel(set(spoken))
            self.let_selection_go()

    def action_undo(self) -> None:
        self._through_time(_("Undone: {name}"), _("Nothing to undo."), back=True)

    def action_redo(self) -> None:
        self._through_time(_("Done again: {name}"), _("Nothing to do again."), back=False)

    def _through_time(self, said: str, nothing: str, *, back: bool) -> None:
        session = self.opened()
        if session is None:
            return
        with self.telling():
            undone = session.project.undo() if back else session.project.redo()
            if undone is None:
                self.bar.say(nothing)
                return
            self.bar.say(said.format(name=_(undone.name)))
            if undone.ids:
                self.go_to(undone.ids[0])
