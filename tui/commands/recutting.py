"""Finding the cuts of many takes anew."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.i18n import _, ngettext
from tui.commands.base import DeskParts
from tui.recuts import CutWishes, Recuttable

if TYPE_CHECKING:
    from engine.audio import Samples
    from engine.domain import Take, TakeDraft
    from engine.project import Project


class Recutting(DeskParts):
    """See the module."""

    def action_cut_again(self) -> None:
        from tui.screens.recut import RecutPanel

        found = self.current()
        if found is None or not self.may_change(found[0]):
            return
        session, chosen = found[0], set(self.targets())
        rows = map(session.project.row, session.rows.ids)
        takes = [
            Recuttable(row.take, row.number, row.sentence.text, row.sentence.id in chosen)
            for row in rows
            if row.take is not None and row.sentence.spoken
        ]
        if takes:
            self.app.push_screen(RecutPanel(takes, self._cut_anew), self._keep_cuts)
        else:
            self.bar.say(_("No row has a take yet: R speaks all."))

    async def _cut_anew(self, take: Take, wishes: CutWishes) -> TakeDraft:
        """The take's draft with the cut that is found by these wishes.

        Raises:
            AudioError: its file cannot be read.
        """
        session = self.session
        if session is None:
            return take.draft  # the desk is being left
        phrase = None
        if not wishes.phrase and session.director is not None:
            phrase = await session.director.closing_take_of(take.draft)
        return await asyncio.to_thread(_cut, session.project, take, wishes, phrase)

    def _keep_cuts(self, drafts: dict[int, TakeDraft] | None) -> None:
        session = self.session
        if session is None or not drafts:
            return
        with self.telling():
            session.project.cut_again(drafts)
            said = ngettext(
                "Cut {count} take again: u takes it back.",
                "Cut {count} takes again: u takes it back.",
                len(drafts),
            )
            self.bar.say(said.format(count=len(drafts)))
            self.let_selection_go()


def _cut(project: Project, take: Take, wishes: CutWishes, phrase: Samples | None) -> TakeDraft:
    from engine.takes import cut_draft

    samples = project.read_audio(take)
    asked = take.draft
    if wishes.phrase:
        asked = replace(asked, closing_phrase=wishes.phrase)
    return cut_draft(asked, samples, phrase, wishes.margins)
