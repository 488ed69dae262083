"""The words that are said otherwise than they are written."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from engine.i18n import ngettext
from tui.commands.base import DeskParts

if TYPE_CHECKING:
    from engine.project import Project
    from engine.pronunciation import Rule
    from tui.rule_lists import RuleLists


class Pronouncing(DeskParts):
    """See the module."""

    def action_pronunciations(self) -> None:
        session = self.opened()
        if session is not None:
            opening = partial(self._open_pronunciations, session.project)
            self.run_worker(opening, group="pronunciations", exclusive=True, exit_on_error=False)

    async def _open_pronunciations(self, project: Project) -> None:
        from tui.rule_lists import RuleLists
        from tui.screens.pronunciations import PronunciationsPanel
        from tui.widgets.rule_effect import Candidate

        rules: tuple[Rule, ...] = ()
        with self.telling():
            rules, left_out = await asyncio.to_thread(_read)
            if left_out:
                self._tell_of_unusable(left_out)
        rows = [project.row(id_) for id_ in project.ids]
        candidates = [
            Candidate(row.sentence.id, row.number, row.sentence.text)
            for row in rows
            if row.sentence.spoken and not row.sentence.say
        ]
        lists = RuleLists(project.rules, rules)
        self.app.push_screen(PronunciationsPanel(lists, candidates, self._keep_rules))

    def _tell_of_unusable(self, count: int) -> None:
        said = ngettext(
            "{count} entry of your list cannot be used; a change of the list drops it.",
            "{count} entries of your list cannot be used; a change of the list drops them.",
            count,
        )
        self.notify(said.format(count=count), severity="warning", markup=False)

    async def _keep_rules(self, before: RuleLists, after: RuleLists) -> None:
        """Have other rules hold from now on.

        Raises:
            StudioError: one of the lists cannot be changed; neither is.
        """
        session = self.session
        if session is None:
            return
        project = session.project
        if before.script != after.script and project.read_only:
            project.set_rules(after.script)  # says why it cannot
        if before.everywhere != after.everywhere:
            await asyncio.to_thread(_write, before.everywhere, after.everywhere)
            project.set_user_rules(after.everywhere)
        if before.script != after.script:
            project.set_rules(after.script)


def _read() -> tuple[tuple[Rule, ...], int]:
    from engine.places import pronunciations_file
    from engine.pronunciation_file import read_rules, unusable_rules

    path = pronunciations_file()
    return read_rules(path), unusable_rules(path)


def _write(before: tuple[Rule, ...], after: tuple[Rule, ...]) -> None:
    from engine.places import pronunciations_file
    from engine.pronunciation_file import replace_rules

    replace_rules(pronunciations_file(), before, after)
