"""What the user makes of takes: good, bad, chosen, unwanted. All of it can be undone."""

from __future__ import annotations

from engine.domain import Take, Verdict
from engine.errors import ProjectError
from engine.i18n import N_, _
from engine.project.changing import ChangedProject
from engine.project.history import Change


class JudgedProject(ChangedProject):
    """A project whose takes can be judged."""

    def accept(self, *sentence_ids: int) -> None:
        """Judge the current takes good, in one action; those without one are left out.

        Raises:
            ProjectError: none of them has a take.
        """
        self._judge(sentence_ids, Verdict.ACCEPTED, N_("Accept"))

    def reject(self, *sentence_ids: int) -> None:
        """Want other takes in place of the current ones, in one action.

        Raises:
            ProjectError: none of them has a take.
        """
        self._judge(sentence_ids, Verdict.REJECTED, N_("Reject"))

    def reject_take(self, take_id: int) -> None:
        """Judge a take bad, whether it is the current one or not.

        Raises:
            ProjectError: there is no such take.
        """
        self._check_writable()
        self._act(N_("Reject"), [self._verdict(self._take(take_id), Verdict.REJECTED)])

    def pick_take(self, sentence_id: int, take_id: int) -> None:
        """Make one of its takes the sentence's current one.

        Raises:
            ProjectError: it has no such take.
        """
        self._check_writable()
        if self._take(take_id).sentence_id != sentence_id:
            raise ProjectError(_("This sentence has no such take."))
        self._act(N_("Choose take"), [self._choice(sentence_id, take_id)])

    def delete_take(self, take_id: int) -> None:
        """Want a take no more. Its file stays, so that undo can bring it back. Where it was the
        current one, its neighbour becomes that: the one before, or else the one after.

        Raises:
            ProjectError: there is no such take.
        """
        self._check_writable()
        take = self._take(take_id)
        changes = [Change("take", take_id, "deleted", False, True)]
        row = self._table.row(take.sentence_id)
        if row.sentence.take_id == take_id:
            place = row.takes.index(take)
            others = [*row.takes[:place][::-1], *row.takes[place + 1 :]]
            changes.append(self._choice(take.sentence_id, others[0].id if others else None))
        self._act(N_("Delete take"), changes)

    # Inside

    def _take(self, take_id: int) -> Take:
        take = self._table.takes.get(take_id)
        if take is None or take.deleted:
            raise ProjectError(_("This sentence has no such take."))
        return take

    def _choice(self, sentence_id: int, take_id: int | None) -> Change:
        before = self._table.sentences[sentence_id].take_id
        return Change("sentence", sentence_id, "take_id", before, take_id)

    def _judge(self, sentence_ids: tuple[int, ...], verdict: Verdict, name: str) -> None:
        self._check_writable()
        takes = filter(None, map(self._table.current_take, sentence_ids))
        changes = [self._verdict(take, verdict) for take in takes]
        if not changes:
            raise ProjectError(
                _("There is no take to judge yet."), _("Have the sentence spoken first.")
            )
        self._act(name, changes)

    @staticmethod
    def _verdict(take: Take, verdict: Verdict) -> Change:
        return Change("take", take.id, "verdict", take.verdict.value, verdict.value)
