"""Replacing text in many rows at once."""

from __future__ import annotations

from engine.i18n import N_, ngettext
from tui.commands.finding import Finding


class Replacing(Finding):
    """See the module."""

    def action_replace(self) -> None:
        from tui.screens.replace import Candidate, ReplacePanel

        found = self.current()
        if found is None or not self.may_change(found[0]):
            return
        project, chosen = found[0].project, set(self.table.selected)
        rows = map(project.row, found[0].rows.ids)
        candidates = [
            Candidate(
                row.sentence.id, row.number, row.sentence.text, selected=row.sentence.id in chosen
            )
            for row in rows
        ]
        self.app.push_screen(ReplacePanel(candidates, self.looked_for), self._replace)

    def _replace(self, texts: dict[int, str] | None) -> None:
        session = self.session
        if session is None or not texts:
            return
        with self.telling():
            edits = {id_: {"text": text} for id_, text in texts.items()}
            session.project.edit_many(edits, name=N_("Replace"))
            said = ngettext("Replaced in {count} row.", "Replaced in {count} rows.", len(texts))
            self.bar.say(said.format(count=len(texts)))
            self.let_selection_go()
