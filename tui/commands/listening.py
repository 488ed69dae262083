"""Playing, and how it sounds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from engine.domain import Status
from engine.errors import AudioError
from engine.i18n import _
from tui.commands.base import DeskParts
from tui.how_heard import how_heard, next_speed, percent

if TYPE_CHECKING:
    from engine.domain import Take
    from tui.playback import Part
    from tui.session import Session


LATER = 0.1
"""Seconds until a new place in a paused take is shown."""


class Listening(DeskParts):
    """See the module."""

    _sound_error_told = False
    _missing_told: str | None = None

    # What plays

    def action_play(self) -> None:
        found = self.current()
        if found is None:
            return
        session, sentence_id, row = found
        if session.playback.sentence_id == sentence_id or self.playing_on:
            self.stop_playing()
            return
        self.stop_playing()
        if self.play_from_playhead(row.take) or self.play_row(sentence_id):
            return
        if self._is(session, sentence_id, Status.QUEUED):
            self.bar.say(_("No take yet: the row waits for its turn to be spoken."))
        elif row.sentence.spoken:
            self.bar.say(_("No take yet: r speaks this row."))
        else:
            self.bar.say(_("This row is not spoken: h has it spoken again."))

    def play_row(self, sentence_id: int, *, silence: float = 0.0) -> bool:
        """Play what is being spoken of the row now, else its take; False where there is neither."""
        session = self.session
        if session is None:
            return False
        live = session.director.live_audio(sentence_id) if session.director else None
        take = session.project.row(sentence_id).take
        if live is not None:
            self._start(partial(session.playback.play_live, sentence_id, live))
        elif take is not None:
            self.begin_take(take, silence=silence)
        return live is not None or take is not None

    def play_take(self, sentence_id: int) -> None:
        self.stop_playing()
        session = self.session
        take = session and session.project.row(sentence_id).take
        if take is not None:
            self.begin_take(take)

    def begin_take(self, take: Take, *, silence: float = 0.0, part: Part | None = None) -> None:
        if self.session is not None:
            play = self.session.playback.play
            some = {} if part is None else {"part": part}
            self._start(partial(play, take, silence=silence, **some))

    def _start(self, play: Callable[[], Awaitable[None]]) -> None:
        self.run_worker(self._play(play), group="play", exclusive=True, exit_on_error=False)

    async def _play(self, play: Callable[[], Awaitable[None]]) -> None:
        try:
            await play()
            self._tell_of_missing_device()
        except AudioError as error:
            self.playing_on = False
            unasked, self.plays_unasked = self.plays_unasked, False
            if self.session is None:
                return  # the desk is being left
            if self._sound_error_told or unasked:
                self.bar.say(error.title)
                return
            self._sound_error_told = True
            raise
        finally:
            self.show_how_heard()
            self.show_current()
            self.keep_time()

    def _tell_of_missing_device(self) -> None:
        name = self.session.player.missing_device if self.session else None
        if name is not None and name != self._missing_told:
            self.notify(
                _("Until it is back, the system's own output plays."),
                title=_("The sound device {name} is not there.").format(name=name),
                severity="warning",
                markup=False,
            )
        self._missing_told = name

    def stop_playing(self) -> None:
        self.playing_on = False
        self.forget_landed()
        session = self.session
        if session is not None and session.playback.sentence_id is not None:
            session.playback.stop()
            self._show_silence()

    def _show_silence(self) -> None:
        self.table.show_playing(None)
        self.show_playhead(None, 0.0)
        self.show_how_heard()
        self.show_current()

    def show_what_plays(self) -> None:
        """Move the mark of what plays; take it away at the end, or go on with what comes next."""
        session = self.session
        if session is None or session.playback.sentence_id is None:
            return
        sentence_id = session.playback.sentence_id
        seconds, ended, went_on, landed = session.playback.look()
        if landed is not None:
            silence = self.pause_after(session, landed.sentence_id)
            self._go_on_with(partial(session.playback.land, landed, silence=silence))
        if ended:
            self._show_silence()
            if not self.play_on_after(session, sentence_id):
                self.play_next_landed()
        elif seconds is not None:
            self._show_playing(session, seconds)
            if went_on:
                self.follow_what_plays(session)
            self.prepare_what_follows(session)

    def _show_playing(self, session: Session, seconds: float) -> None:
        sentence_id, take = session.playback.sentence_id, session.playback.take
        if sentence_id is not None:
            heard, place = seconds, session.playback.place
            if take is not None and place is not None:
                # Neither what lies before the cut nor the silence after it.
                heard = min(max(0.0, place - take.draft.cut.start), take.seconds)
            self.table.show_playing(session.rows.index_of(sentence_id), heard)
            self.show_playhead(take, seconds if place is None else place)

    def _go_on_with(self, replace: Callable[[], Awaitable[None]]) -> None:
        self.run_worker(replace, group="go on", exit_on_error=False)

    def play_in_place(self, take: Take) -> None:
        """Play another take of the row that plays, from the place that has been reached."""
        session = self.session
        if session is not None:
            silence = self.pause_after(session, take.sentence_id)
            self._go_on_with(partial(session.playback.play_in_place, take, silence=silence))
            session.player.paused = False
            self.show_how_heard()
            self.keep_time()

    def _is(self, session: Session, sentence_id: int, status: Status) -> bool:
        activity = session.director.activity(sentence_id) if session.director else None
        return activity is not None and activity.status is status

    # Within it

    def action_pause(self) -> None:
        session = self._playing()
        if session is not None:
            session.player.paused = not session.player.paused
            self.show_how_heard()
            self.keep_time()

    def action_seek(self, by: int) -> None:
        silent = self.session is not None and self.session.playback.sentence_id is None
        if silent and self.move_playhead(by):
            return
        session = self._playing()
        if session is not None:
            session.playback.seek(by)
            # In a pause no clock shows where it is, and the stream takes a moment to get there.
            self.set_timer(LATER, self.show_what_plays)

    def _playing(self) -> Session | None:
        """The session, or None after telling that nothing plays."""
        session = self.opened()
        if session is None or session.playback.sentence_id is not None:
            return session
        self.bar.say(_("Nothing plays: Space plays the row."))
        return None

    # How it sounds

    def action_loop(self) -> None:
        session = self.opened()
        if session is None:
            return
        session.player.loop = not session.player.loop
        self.bar.say(_("Loop is on.") if session.player.loop else _("Loop is off."))
        self.show_how_heard()

    def action_volume(self, by: int) -> None:
        session = self.opened()
        if session is None:
            return
        volume = min(max(round(session.player.volume * 100) + by, 0), 100)
        self.keep_setting("volume", volume)
        self.bar.say(_("Volume {volume}").format(volume=percent(session.player.volume)))
        self.show_how_heard()

    def action_speed(self, by: int) -> None:
        session = self.opened()
        if session is None:
            return
        self.keep_setting("playback_speed", next_speed(session.player.speed, by))
        self.bar.say(_("Speed {speed:g}×").format(speed=session.player.speed))
        self.show_how_heard()

    def show_how_heard(self) -> None:
        """Show speed, volume, loop and pause where they are not as usual."""
        if self.session is not None:
            self.header.listening = how_heard(self.session.player)
