"""Moving the cut of the current take by keys and by the mouse."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from engine.domain import SHORTEST_CUT
from engine.errors import AudioError
from engine.i18n import _
from tui.commands.seeing import Seeing
from tui.messages import CutDragged, RowFocused

if TYPE_CHECKING:
    from engine.domain import Cut, Take
    from tui.session import Session
    from tui.widgets.wave_paint import Edge
    from tui.widgets.waveform import Waveform

CHECK_AFTER = 0.3
"""Seconds without a further move until it is checked what the cut keeps."""

Cuttable = tuple["Session", "Take", "Waveform"]


class Cutting(Seeing):
    """See the module."""

    nudged: int | None = None
    """The take whose edge was nudged last, while nothing else has been done since."""

    def action_cut_here(self, edge: Edge) -> None:
        found = self.cuttable()
        if found is None:
            return
        place = self.playhead
        if place is None:
            self.bar.say(_("Play the take, or put the playhead somewhere: ← → or a click."))
        elif not _leaves_something(found[1], edge, place):
            self.bar.say(_("A cut begins before it ends: the playhead is beyond the other edge."))
        elif self.move_edge(*found, edge, place):
            self.park(None)

    def action_nudge(self, milliseconds: int) -> None:
        found = self.cuttable()
        if found is None:
            return
        session, take, wave = found
        goes_on = self.nudged == take.id
        place = edge_of(take, wave.chosen) + milliseconds / 1000
        if self.move_edge(session, take, wave, wave.chosen, place, goes_on=goes_on):
            self.nudged = take.id

    def action_other_edge(self) -> None:
        found = self.cuttable()
        if found is not None:
            _session, take, wave = found
            edge: Edge = "start" if wave.chosen == "end" else "end"
            self._choose_edge(wave, edge)
            wave.bring_into_view(edge_of(take, edge))

    def action_snap_edge(self) -> None:
        found = self.cuttable()
        if found is None:
            return
        session, take, wave = found
        seen = self.seen(take)
        if seen is None:
            return
        snapped = seen.outline.snapped(edge_of(take, wave.chosen))
        if snapped is None:
            self.bar.say(_("There is nothing near to snap to."))
        elif self.move_edge(session, take, wave, wave.chosen, snapped[0]):
            to_pause = _("Snapped to where a pause ends or begins: {seconds:.3f} s.")
            to_crossing = _("Snapped to a zero crossing: {seconds:.3f} s.")
            said = to_pause if snapped[1] == "pause" else to_crossing
            self.bar.say(said.format(seconds=snapped[0]))

    def action_cut_as_found(self) -> None:
        found = self.cuttable()
        if found is None:
            return
        session, take, _wave = found
        if take.draft.found is None:
            self.bar.say(_("The cut is as it was found."))
            return
        with self.telling():
            self._moved(session, session.project.restore_cut(take.id))

    def on_cut_dragged(self, event: CutDragged) -> None:
        if self.wave is not None:
            self.wave.show_cut()
        found = self.cuttable()
        if found is None:
            return
        session, take, _wave = found
        if take.id != event.take_id:
            return  # another row came into view in the meantime
        with self.telling():
            self._moved(session, session.project.move_cut(take.id, event.start, event.end))

    def on_row_focused(self, event: RowFocused) -> None:
        self.nudged = None

    def cuttable(self) -> Cuttable | None:
        """The session, the take in view and the waveform, or None after telling why the take cannot
        be cut."""
        found = self.current()
        if found is None or self.wave is None or not self.may_change(found[0]):
            return None
        session, _id, row = found
        if row.take is None:
            self.bar.say(_("No take yet: r speaks this row."))
            return None
        self.unfold_waveform()
        self.show_waveform()
        if self.wave.take is None or self.wave.state is None:
            self.bar.say(self.wave.words or _("Still reading the take …"))
            return None
        return session, row.take, self.wave

    def _choose_edge(self, wave: Waveform, edge: Edge) -> None:
        if wave.chosen != edge:
            self.nudged = None
            wave.choose(edge)

    def move_edge(
        self,
        session: Session,
        take: Take,
        wave: Waveform,
        edge: Edge,
        place: float,
        *,
        goes_on: bool = False,
    ) -> bool:
        """Put an edge somewhere; False after telling that it cannot go there."""
        self._choose_edge(wave, edge)
        cut = take.draft.cut
        start, end = (place, cut.end) if edge == "start" else (cut.start, place)
        if not _leaves_something(take, edge, place):
            start, end = _shortest(cut, edge)
        with self.telling():
            moved = session.project.move_cut(take.id, start, end, goes_on=goes_on)
            if moved is not take:
                self._moved(session, moved)
                wave.bring_into_view(edge_of(moved, edge))
                return True
            self.bar.say(_("The edge can go no farther."))
        return False

    def _moved(self, session: Session, take: Take) -> None:
        """The cut has moved: show it, and see what is wrong with what it keeps now."""
        self.nudged = None
        self.show_current()
        check = partial(self._check, session, take)
        group = f"check cut {take.id}"
        self.run_worker(check, group=group, exclusive=True, exit_on_error=False)

    async def _check(self, session: Session, take: Take) -> None:
        from engine.takes import complaints_of

        await asyncio.sleep(CHECK_AFTER)
        with suppress(AudioError):  # who plays or exports it is told
            samples = await asyncio.to_thread(session.project.read_audio, take)
            found = await asyncio.to_thread(complaints_of, take.draft, samples)
            if self.session is session:
                session.project.recheck(take.id, take.draft.cut, found)


def _leaves_something(take: Take, edge: Edge, place: float) -> bool:
    """Whether there is still something between the edges once one of them is there."""
    cut = take.draft.cut
    start, end = (place, cut.end) if edge == "start" else (cut.start, place)
    return end - start >= SHORTEST_CUT


def _shortest(cut: Cut, edge: Edge) -> tuple[float, float]:
    """The edges once one of them has come as near to the other as it may."""
    if edge == "start":
        return cut.end - SHORTEST_CUT, cut.end
    return cut.start, cut.start + SHORTEST_CUT


def edge_of(take: Take, edge: Edge) -> float:
    """Seconds of the raw take."""
    return take.draft.cut.start if edge == "start" else take.draft.cut.end
