"""Playing row after row, and takes as they land."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from engine.errors import AudioError
from engine.i18n import _
from engine.pauses import pause_between
from tui.commands.base import DeskParts
from tui.landing import Landing
from tui.messages import SpeechEnded

if TYPE_CHECKING:
    from engine.domain import Take
    from tui.session import Session

AHEAD = 1.0
"""Seconds before the end of a row in which the next is made ready: late, because it may still get
another take, and early enough for a slow disk."""


class PlayingOn(DeskParts):
    """See the module."""

    def __init__(self) -> None:
        super().__init__()
        self._preparing: int | None = None
        """The row whose successor is made ready."""
        self._landing = Landing()

    # Row after row

    def action_play_from_here(self) -> None:
        session = self.opened()
        if session is None:
            return
        if self.playing_on:
            self.stop_playing()
            return
        self.stop_playing()
        first = self._first_heard(session, self.table.cursor)
        if first is None:
            self.bar.say(_("From here on there is no take to play."))
            return
        self.playing_on = True
        self._play_and_follow(session, first)

    def play_on_after(self, session: Session, sentence_id: int) -> bool:
        """Go on after a row that has come to its end; False where that is not wanted."""
        if not self.playing_on:
            return False
        following = self._heard_after(session, sentence_id)
        if following is None:
            self.playing_on = False
            self.bar.say(_("That was the last row."))
        else:
            self._play_and_follow(session, following)
        return True

    def _play_and_follow(self, session: Session, sentence_id: int) -> None:
        self._preparing = None
        if self.play_row(sentence_id, silence=self.pause_after(session, sentence_id)):
            self._move_to(session, sentence_id)

    def follow_what_plays(self, session: Session) -> None:
        """The row that was prepared has begun: the cursor goes there."""
        self._preparing = None
        if session.playback.sentence_id is not None:
            self._move_to(session, session.playback.sentence_id)

    def _move_to(self, session: Session, sentence_id: int) -> None:
        index = session.rows.index_of(sentence_id)
        # An editor would be closed by it.
        if index is not None and not self.dock.editing:
            self.table.cursor = index

    def prepare_what_follows(self, session: Session) -> None:
        """Shortly before the end of a row make the next ready."""
        remaining, playing = session.playback.remaining, session.playback.sentence_id
        soon = remaining is not None and remaining < AHEAD * session.player.speed
        if not self.playing_on or not soon or playing is None or self._preparing == playing:
            return
        following = self._heard_after(session, playing)
        take = session.project.row(following).take if following is not None else None
        if take is None:
            return
        self._preparing = playing
        silence = self.pause_after(session, take.sentence_id)
        self.run_worker(self._prepare(session, take, silence), group="go on", exit_on_error=False)

    @staticmethod
    async def _prepare(session: Session, take: Take, silence: float) -> None:
        # What cannot be prepared is told when its turn to play has come.
        with suppress(AudioError):
            await session.playback.prepare(take, silence=silence)

    def pause_after(self, session: Session, sentence_id: int) -> float:
        """Seconds of silence after the row, 0.0 unless another is played after it."""
        following = self._heard_after(session, sentence_id) if self.playing_on else None
        if following is None:
            return 0.0
        return pause_between(
            session.project.row(sentence_id).sentence,
            session.project.row(following).sentence,
            pause=session.settings.pause,
            paragraph_pause=session.settings.paragraph_pause,
        )

    def _heard_after(self, session: Session, sentence_id: int) -> int | None:
        index = session.rows.index_of(sentence_id)
        return None if index is None else self._first_heard(session, index + 1)

    @staticmethod
    def _first_heard(session: Session, start: int) -> int | None:
        """The first row from this place on that is spoken and has a take."""
        for index in range(start, len(session.rows)):
            sentence_id = session.rows.id_at(index)
            row = session.project.row(sentence_id)
            if row.sentence.spoken and row.take is not None:
                return sentence_id
        return None

    # Takes as they land

    def play_when_landed(self, sentence_id: int, times: int = 1) -> None:
        """Play the next takes of a row as soon as they have been spoken."""
        self._landing.expect(sentence_id, times)

    def forget_landed(self) -> None:
        self._landing.clear()
        self.plays_unasked = False

    def on_speech_ended(self, event: SpeechEnded) -> None:
        session, take = self.session, event.take
        awaited = self._landing.ended(event.sentence_id)
        if session is None or take is None or not awaited:
            return
        if not session.settings.play_new_takes or session.playback.is_heard(take):
            return
        if session.playback.sentence_id is not None and not self.plays_unasked:
            self._say_landed(session, take)
            return
        self._landing.add(take)
        self.play_next_landed()

    def play_next_landed(self) -> None:
        """Play what has landed next, where nothing plays."""
        session = self.session
        if session is None or session.playback.sentence_id is not None:
            return
        self.plays_unasked = False
        while (take := self._landing.next()) is not None:
            if any(kept.id == take.id for kept in session.project.row(take.sentence_id).takes):
                self.plays_unasked = True
                self.begin_take(take)
                return

    def _say_landed(self, session: Session, take: Take) -> None:
        number = session.project.row(take.sentence_id).number
        if number is not None:
            self.bar.say(_("Row {number} has a new take.").format(number=number))
