"""Having rows spoken, and cancelling it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.i18n import _, ngettext
from tui.commands.base import DeskParts

if TYPE_CHECKING:
    from engine.director import Director
    from engine.domain import Sentence
    from tui.session import Session


class Speaking(DeskParts):
    """See the module."""

    _asked = ""
    """The hint that asks for a second press, which counts for as long as it is shown."""

    _count = 1
    _counted = ""
    """The hint that tells of the count, which holds for as long as it is shown."""

    def action_count(self, count: int) -> None:
        """Make so many takes with the key that comes next, if that is the one that speaks."""
        if self.current() is None:
            return
        self._count = count
        self._counted = ngettext(
            "{count} take: now press r.", "{count} takes: now press r.", count
        ).format(count=count)
        self.bar.say(self._counted)

    def _take_count(self) -> int:
        """How many takes are wanted: a count holds until the user does something else."""
        wanted = self._count if self._counted and self.bar.hint == self._counted else 1
        self._counted = ""
        return wanted

    def action_reroll(self) -> None:
        found = self.current()
        if found is None:
            return
        session, _id, _row = found
        asked, times = self.targets(), self._take_count()
        rows = [row for id_ in asked if (row := session.project.row(id_)).sentence.spoken]
        if rows:
            self._reroll(session, [row.sentence for row in rows], times)
        elif len(asked) > 1:
            self.bar.say(_("These rows are not spoken: h has them spoken again."))
        else:
            self.bar.say(_("This row is not spoken: h has it spoken again."))

    def _reroll(self, session: Session, sentences: list[Sentence], times: int) -> None:
        ids = [sentence.id for sentence in sentences for _time in range(times)]
        if not self._speak(session, ids, by_hand=True):
            return
        if len(sentences) == 1:
            self.play_when_landed(ids[0], times)
        if times > 1 and any(sentence.seed is not None for sentence in sentences):
            self.bar.say(_("The seed is fixed in the row: its takes will be alike."))
        self.let_selection_go()

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

    def _speak(self, session: Session, ids: list[int], *, by_hand: bool) -> bool:
        """Have them spoken, or tell why not. Returns whether they will be."""
        if session.project.read_only:
            self.bar.say(_("Another studio holds this project: nothing can be spoken here."))
        elif session.director is None:
            self.bar.say(_("There is no engine to speak with: choose one with Ctrl+T."))
        else:
            session.director.speak(ids, by_hand=by_hand)
            return True
        return False

    def action_cancel_speaking(self) -> None:
        found = self.current()
        if found is None:
            return
        session, director = found[0], found[0].director
        if director is None or not director.busy:
            self.bar.say(_("Nothing is being spoken."))
        elif active := {id_ for id_ in self.targets() if director.activity(id_) is not None}:
            director.cancel(active)
            self.bar.say(_("Cancelled.") if len(active) == 1 else _cancelled(len(active)))
        elif self._asked and self.bar.hint == self._asked:
            self._cancel_all(director, session.busy)
        else:
            self._ask_to_cancel(session.busy)

    def _cancel_all(self, director: Director, count: int) -> None:
        director.cancel()
        self.bar.say(_cancelled(count))

    def _ask_to_cancel(self, count: int) -> None:
        self._asked = ngettext(
            "Press c again to cancel the {count} sentence that is under way.",
            "Press c again to cancel all {count} sentences that are under way.",
            count,
        ).format(count=count)
        self.bar.say(self._asked)


def _cancelled(count: int) -> str:
    said = ngettext("Cancelled {count} sentence.", "Cancelled {count} sentences.", count)
    return said.format(count=count)
