"""Playing takes and choosing between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import AudioError
from engine.i18n import _
from tui.commands.base import DeskParts

if TYPE_CHECKING:
    from engine.domain import Take
    from tui.session import Session


class Listening(DeskParts):
    """See the module."""

    _sound_error_told = False

    def action_play(self) -> None:
        found = self.current()
        if found is None:
            return
        session, sentence_id, row = found
        if session.playback.sentence_id == sentence_id:
            self.stop_playing()
        elif row.take is None:
            self.stop_playing()
            self.bar.say(_("No take yet: r speaks this row."))
        else:
            self.play_take(sentence_id)

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
                self.play_take(sentence_id)

    def play_take(self, sentence_id: int) -> None:
        self.run_worker(self._play(sentence_id), group="play", exclusive=True, exit_on_error=False)

    async def _play(self, sentence_id: int) -> None:
        session = self.session
        take = session and session.project.row(sentence_id).take
        if session is None or take is None:
            return
        try:
            await session.playback.play(take)
        except AudioError as error:
            if self._sound_error_told:
                self.bar.say(error.title)
                return
            self._sound_error_told = True
            raise
        finally:
            self.show_current()
            self.keep_time()

    def stop_playing(self) -> None:
        session = self.session
        if session is not None and session.playback.sentence_id is not None:
            session.playback.stop()
            self.table.show_playing(None)
            self.show_current()

    def show_what_plays(self) -> None:
        """Move the mark of what plays; take it away at the end."""
        session = self.session
        if session is None or session.playback.sentence_id is None:
            return
        index = session.rows.index_of(session.playback.sentence_id)
        seconds, ended = session.playback.look()
        if ended:
            self.table.show_playing(None)
            self.show_current()
        elif seconds is not None:
            self.table.show_playing(index, seconds)
