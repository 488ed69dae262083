"""Selected rows: what a command acts on in place of the current one."""

from __future__ import annotations

from engine.i18n import _, ngettext
from tui.commands.base import DeskParts
from tui.messages import SelectionChanged
from tui.widgets.engine_status import Chip


class Selecting(DeskParts):
    """See the module."""

    def on_selection_changed(self, _event: SelectionChanged) -> None:
        self.show_current()

    @property
    def selection_chip(self) -> Chip | None:
        """For the header: how many rows are selected."""
        count = self.table.selected_count
        if not count:
            return None
        said = ngettext("{count} row selected", "{count} rows selected", count)
        return Chip(said.format(count=count), "screen.let_selection_go")

    def let_selection_go(self) -> None:
        self.table.clear_selection()

    def action_let_selection_go(self) -> None:
        self.let_selection_go()
        self.bar.say(_("Nothing is selected."))
