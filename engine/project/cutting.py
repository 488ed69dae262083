"""Cuts that the user makes, takes back, or has found anew. All of it can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.complaints import ABOUT_CUT
from engine.domain import SAMPLE_RATE, SHORTEST_CUT, Cut, Take, TakeDraft
from engine.errors import ProjectError
from engine.i18n import N_, _
from engine.project.cut_value import cut_value
from engine.project.edits import checked_draft
from engine.project.history import Change
from engine.project.judging import JudgedProject
from engine.project.rows import take_write

MOVE = N_("Move the cut")


class CutProject(JudgedProject):
    """A project whose takes can be cut by hand."""

    def move_cut(self, take_id: int, start: float, end: float, *, goes_on: bool = False) -> Take:
        """Cut a take by hand. Its edges come to lie on whole samples, within the take and at
        least SHORTEST_CUT apart. What was said against the cut that was found is settled by it.

        Args:
            start, end: seconds.
            goes_on: it is one step with the last move of the same cut, if nothing was done since.

        Returns:
            The take as it is now; as it was where no edge comes to lie on another sample.

        Raises:
            ProjectError: there is no such take; or a time that is not a number.
        """
        self._check_writable()
        take = self._take(take_id)
        draft = take.draft
        try:
            first, last = _on_samples(start, end, draft.duration)
        except (ValueError, OverflowError) as error:
            raise ProjectError(_("A take whose length is not a number cannot be kept.")) from error
        if (first, last) == _on_samples(draft.cut.start, draft.cut.end, draft.duration):
            return take
        after = replace(
            draft,
            cut=Cut(first, last, by_hand=True),
            complaints=tuple(said for said in draft.complaints if said not in ABOUT_CUT),
            found=draft.found_cut,
        )
        self._put_cut(MOVE, {take: after}, goes_on=goes_on)
        return self._take(take_id)

    def restore_cut(self, take_id: int) -> Take:
        """Put the cut that was found in place of the one made by hand.

        Raises:
            ProjectError: there is no such take; or its cut is the one that was found.
        """
        self._check_writable()
        take = self._take(take_id)
        if take.draft.found is None:
            raise ProjectError(_("The cut is as it was found."))
        after = replace(take.draft, cut=take.draft.found, found=None)
        self._put_cut(N_("Cut as found"), {take: after})
        return self._take(take_id)

    def cut_again(self, drafts: Mapping[int, TakeDraft]) -> None:
        """Give takes the cuts that were found in them anew, in one action.

        Args:
            drafts: by the take's id, with its cut and what is wrong with what that keeps; nothing
                else of it is taken over. A cut made by hand is given up: leave out those that
                shall stay.

        Raises:
            ProjectError: there is no such take.
        """
        self._check_writable()
        after: dict[Take, TakeDraft] = {}
        for take_id, draft in drafts.items():
            take = self._take(take_id)
            found = replace(draft.cut, by_hand=False)
            new = replace(take.draft, cut=found, complaints=draft.complaints, found=None)
            after[take] = checked_draft(new)
        self._put_cut(N_("Cut again"), after)

    def recheck(self, take_id: int, cut: Cut, complaints: Sequence[str]) -> None:
        """Note what is wrong with what a cut keeps, if the take still has this cut. No action of
        the user's: undo leads back to what was said before."""
        self._check_writable()
        take = self._table.takes.get(take_id)
        said = tuple(complaints)
        if take is None or take.draft.cut != cut or take.draft.complaints == said:
            return
        take = replace(take, draft=checked_draft(replace(take.draft, complaints=said)))
        self._table.put_take(take)
        self._store([take_write(take)])
        self._tell([take.sentence_id])

    def _put_cut(
        self, name: str, drafts: Mapping[Take, TakeDraft], *, goes_on: bool = False
    ) -> None:
        changes = [
            Change("take", take.id, "cut", cut_value(take.draft), cut_value(draft))
            for take, draft in drafts.items()
        ]
        do = self._actions.go_on if goes_on else self._actions.do
        self._happened(do(name, changes))


def _on_samples(start: float, end: float, duration: float) -> tuple[float, float]:
    """Both edges in seconds, each at a sample."""
    length, least = round(duration * SAMPLE_RATE), round(SHORTEST_CUT * SAMPLE_RATE)
    first = min(max(round(start * SAMPLE_RATE), 0), max(0, length - least))
    last = max(min(round(end * SAMPLE_RATE), length), min(first + least, length))
    return first / SAMPLE_RATE, last / SAMPLE_RATE
