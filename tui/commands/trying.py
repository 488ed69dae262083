"""Hearing where a take is cut, and trying the other places where it may end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.i18n import _
from tui.commands.cutting import Cutting
from tui.parts import across, starting_at

if TYPE_CHECKING:
    from engine.domain import Take
    from tui.session import Session
    from tui.widgets.wave_paint import Edge

SAME = 0.001
"""Seconds: a cut that was put on a candidate lies at the nearest sample."""


class Trying(Cutting):
    """See the module."""

    def follow_cuts(self, session: Session) -> None:
        """Let what plays go on with the cut that its take has now, however that has moved."""
        heard, sentence_id = session.playback.take, session.playback.sentence_id
        if heard is None or sentence_id is None:
            return
        takes = session.project.row(sentence_id).takes
        now = next((take for take in takes if take.id == heard.id), heard)
        if now.draft.cut != heard.draft.cut:
            follow = session.playback.follow_cut(
                now, silence=self.pause_after(session, sentence_id)
            )
            self.run_worker(follow, group="follow cut", exclusive=True, exit_on_error=False)

    def action_play_around_edge(self) -> None:
        found = self.current()
        if found is None:
            return
        take = found[2].take
        if take is None:
            self.bar.say(_("No take yet: r speaks this row."))
            return
        self._hear_edge(take, self.wave.chosen if self.wave else "end")

    def _hear_edge(self, take: Take, edge: Edge) -> None:
        self.stop_playing()
        self.nudged = None
        self.begin_take(take, part=across(edge))

    def play_from_playhead(self, take: Take | None) -> bool:
        self.nudged = None
        if take is None or self.parked is None:
            return False
        self.begin_take(take, part=starting_at(self.parked))
        return True

    def action_next_place(self) -> None:
        found = self.cuttable()
        if found is None:
            return
        session, take, wave = found
        seen = self.seen(take)
        if seen is None:
            return
        if not seen.candidates:
            self.bar.say(_("No other place was weighed for the end of this cut."))
            return
        place, number = self._next_of(take, seen.candidates)
        if number == 0:
            self.action_cut_as_found()
            self.bar.say(_("All places were tried: the cut is as it was found again."))
        elif self.move_edge(session, take, wave, "end", place):
            said = _("Place {number} of {count}: ; tries the next, Backspace goes back.")
            self.bar.say(said.format(number=number, count=len(seen.candidates)))
        now = self.take_in_view(session)
        if now is not None:
            self._hear_edge(now, "end")

    @staticmethod
    def _next_of(take: Take, candidates: tuple[float, ...]) -> tuple[float, int]:
        """The candidate after the one where the cut ends now, with its number; 0 for the cut that
        was found, which follows the last."""
        near = [abs(place - take.draft.cut.end) < SAME for place in candidates]
        place = near.index(True) + 1 if take.draft.cut.by_hand and any(near) else 0
        return (candidates[place], place + 1) if place < len(candidates) else (0.0, 0)
