"""Having rows spoken, and cancelling it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.i18n import _, ngettext
from tui.commands.base import DeskParts

if TYPE_CHECKING:
    from engine.director import Director
    from tui.session import Session


class Speaking(DeskParts):
    """See the module."""

    _asked = ""
    """The hint that asks for a second press, which counts for as long as it is shown."""

    def action_reroll(self) -> None:
        found = self.current()
        if found is None:
            return
        session, sentence_id, row = found
        if not row.sentence.spoken:
            self.bar.say(_("This row is not spoken: h has it spoken again."))
            return
        self._speak(session, [sentence_id], by_hand=True)

    def action_speak_all(self) -> None:
        session = self.opened()
        if session is None:
            return
        active = set(session.active_ids())
        wanted = [id_ for id_ in session.project.needs_speaking() if id_ not in active]
        if not wanted:
            self.bar.say(_("Nothing needs speaking."))
            return
        self._speak(session, wanted, by_hand=False)

    def _speak(self, session: Session, ids: list[int], *, by_hand: bool) -> None:
        if session.project.read_only:
            self.bar.say(_("Another studio holds this project: nothing can be spoken here."))
        elif session.director is None:
            self.bar.say(_("There is no engine to speak with."))
        else:
            session.director.speak(ids, by_hand=by_hand)
            if by_hand:
                for sentence_id in ids:
                    self.play_when_landed(sentence_id)

    def action_cancel_speaking(self) -> None:
        found = self.current()
        if found is None:
            return
        session, sentence_id, _row = found
        director = session.director
        if director is None or not director.busy:
            self.bar.say(_("Nothing is being spoken."))
        elif director.activity(sentence_id) is not None:
            director.cancel({sentence_id})
            self.bar.say(_("Cancelled."))
        elif self._asked and self.bar.hint == self._asked:
            self._cancel_all(director, session.busy)
        else:
            self._ask_to_cancel(session.busy)

    def _cancel_all(self, director: Director, count: int) -> None:
        director.cancel()
        said = ngettext("Cancelled {count} sentence.", "Cancelled {count} sentences.", count)
        self.bar.say(said.format(count=count))

    def _ask_to_cancel(self, count: int) -> None:
        self._asked = ngettext(
            "Press c again to cancel the {count} sentence that is under way.",
            "Press c again to cancel all {count} sentences that are under way.",
            count,
        ).format(count=count)
        self.bar.say(self._asked)
