"""The current take as a waveform: shown, folded away, looked at closely; and its playhead."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from engine.errors import AudioError
from engine.i18n import _
from tui.commands.base import DeskParts
from tui.cut_words import is_doubtful
from tui.messages import PlayheadPlaced
from tui.outlines import Outlines

if TYPE_CHECKING:
    from engine.domain import Take
    from tui.outlines import Seen
    from tui.session import Session
    from tui.widgets.waveform import Waveform

SETTLED = 0.05
"""Seconds that the cursor rests on a row before its take is read: who runs through the table
looks at none."""


class Seeing(DeskParts):
    """See the module."""

    wave: Waveform | None = None
    _outlines: Outlines | None = None
    _parked: float | None = None
    """Where the user has put the playhead, in seconds of the raw take."""

    async def add_waveform(self) -> None:
        """Make the waveform. A first paint need not wait for it."""
        from tui.widgets.waveform import Waveform

        self.wave = Waveform()
        self._outlines = Outlines()
        self.wave.display = False
        await self.mount(self.wave, before=self.bar)

    # What is shown

    def show_waveform(self) -> None:
        """Show the current row's take, where there are takes to be seen at all."""
        wave, session, outlines = self.wave, self.session, self._outlines
        if wave is None or session is None or outlines is None:
            return
        # Once there is a take, it stays where rows without one come along.
        wave.display = session.settings.waveform and (wave.display or session.project.has_takes)
        if not wave.display:
            return
        take = self.take_in_view(session)
        if take is None:
            self._parked = None
            wave.show_words(self._why_none(session))
            return
        if wave.take is None or wave.take.id != take.id:
            self._parked = None
        seen = outlines.get(take)
        if seen is not None:
            self._show(take, seen)
        elif wave.take is None or wave.take.id != take.id:
            wave.show_words("", take)
            looking = partial(self._look_at, session, outlines, take)
            self.run_worker(looking, group="outline", exclusive=True, exit_on_error=False)

    def take_in_view(self, session: Session) -> Take | None:
        """The take of the row under the cursor."""
        sentence_id = self.current_id(session)
        return None if sentence_id is None else session.project.row(sentence_id).take

    @property
    def cut_is_doubtful(self) -> bool:
        """Whether a person should look at where the current take is cut."""
        take = self.take_in_view(self.session) if self.session else None
        return take is not None and is_doubtful(take.draft.cut)

    def _why_none(self, session: Session) -> str:
        sentence_id = self.current_id(session)
        if sentence_id is None or session.project.row(sentence_id).sentence.spoken:
            return _("No take yet.")
        return _("Not spoken.")

    async def _look_at(self, session: Session, outlines: Outlines, take: Take) -> None:
        await asyncio.sleep(SETTLED)
        if self.wave is not None:
            self.wave.show_words(_("Reading the take …"), take)
        try:
            await outlines.make(session, take)
        except AudioError as error:
            if self.wave is not None and self.session is session:
                self.wave.show_words(f"{error.title} {error.hint}", take)
            return
        if self.session is session:
            self.show_waveform()

    def _show(self, take: Take, seen: Seen) -> None:
        from engine.outline import complaint_places

        wave = self.wave
        if wave is not None and (wave.take is not take or wave.state is None):
            wave.show(take, seen.outline, seen.candidates, complaint_places(take, seen.outline))

    def seen(self, take: Take) -> Seen | None:
        """What is known of a take's sound, or None after telling that it is still being read."""
        found = self._outlines.get(take) if self._outlines else None
        if found is None:
            self.bar.say(_("Still reading the take …"))
        return found

    # Folding and zooming

    def action_fold_waveform(self) -> None:
        session, wave = self.opened(), self.wave
        if session is None or wave is None:
            return
        shown = not session.settings.waveform
        self.keep_setting("waveform", shown)
        self.show_waveform()
        if not shown:
            self.bar.say(_("The waveform is hidden: W shows it again."))
        elif not wave.display:
            self.bar.say(_("The waveform is shown as soon as there is a take."))

    def unfold_waveform(self) -> None:
        """Show what is being worked on."""
        if self.session is not None and not self.session.settings.waveform:
            self.action_fold_waveform()

    def action_zoom(self, steps: int) -> None:
        wave = self._shown()
        if wave is not None and wave.take is not None and wave.state is not None:
            wave.zoom(steps, self.chosen_place if self._parked is None else self._parked)

    def action_zoom_whole(self) -> None:
        wave = self._shown()
        if wave is not None:
            wave.show_whole()

    def _shown(self) -> Waveform | None:
        """The waveform, or None after telling why there is none to look at."""
        session = self.opened()
        if session is None:
            return None
        self.unfold_waveform()
        if self.wave is None or self.wave.state is None:
            self.bar.say(self._why_none(session))
            return None
        return self.wave

    @property
    def chosen_place(self) -> float:
        """Seconds of the edge that keys move, in the take that is shown."""
        state = self.wave.state if self.wave else None
        if state is None:
            return 0.0
        return state.cut.start if state.chosen == "start" else state.cut.end

    # The playhead

    def park(self, place: float | None) -> None:
        """Put the playhead somewhere, or take it away. What plays moves it nevertheless."""
        self._parked = place
        if self.wave is not None:
            self.wave.show_playhead(place)
            if place is not None:
                self.wave.bring_into_view(place)

    @property
    def parked(self) -> float | None:
        return self._parked

    @property
    def playhead(self) -> float | None:
        """Where the take in view is heard now, or where the user has put the playhead."""
        return self.wave.state.playhead if self.wave and self.wave.state else None

    def show_playhead(self, take: Take | None, place: float) -> None:
        """Move it with what plays; None for nothing."""
        wave = self.wave
        if wave is not None:
            shown = take is not None and wave.take is not None and wave.take.id == take.id
            wave.show_playhead(place if shown else self._parked)

    def move_playhead(self, by: int) -> bool:
        """A column back or on, where nothing plays; False where there is no waveform."""
        wave = self.wave
        if wave is None or not wave.display or wave.state is None:
            return False
        here = self.chosen_place if self._parked is None else self._parked
        self.park(min(max(0.0, here + by * wave.step), wave.state.view.total))
        return True

    def on_playhead_placed(self, event: PlayheadPlaced) -> None:
        session = self.session
        if session is None or self.wave is None or self.wave.take is None:
            return
        if session.playback.hears(self.wave.take):
            session.playback.go_to(event.place)
            self.show_what_plays()
        else:
            self.park(event.place)
