"""Writing the rows back into the script."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from engine.errors import ScriptChanged, StudioError, UnwritableRow
from engine.i18n import _, ngettext
from tui.actions import BY_ID
from tui.commands.following import Following
from tui.widgets.engine_status import Chip

if TYPE_CHECKING:
    from engine.project import Project, SavedScript
    from tui.session import Session


class Saving(Following):
    """See the module."""

    @property
    def script_chip(self) -> Chip | None:
        """For the header: that the script does not have all that was done here."""
        count = self.session.project.unsaved if self.session else 0
        if not count:
            return None
        return Chip(_("{count} unsaved").format(count=count), "screen.save_script")

    def action_save_script(self) -> None:
        session = self.opened()
        if session is None:
            return
        if self.may_change(session) and not session.project.saving_script:
            self.run_worker(self._save_script(session), group="save", exit_on_error=False)

    async def _save_script(self, session: Session) -> None:
        project = session.project
        ids = tuple(project.ids)
        try:
            saved = await project.save_script()
        except ScriptChanged as error:
            self._refuse(error)
            await self._read_at_once(project)
        except StudioError as error:
            self._refuse(error)
            if isinstance(error, UnwritableRow):
                self.go_to(ids[error.row])
        else:
            self._tell_saved(saved)
        self.follow_script()

    def _refuse(self, error: StudioError) -> None:
        self.notify(error.hint, title=error.title, severity="error", markup=False, timeout=10)

    async def _read_at_once(self, project: Project) -> None:
        """Before the watch comes to it."""
        try:
            self._news = await asyncio.to_thread(self.read_script, project)
        except StudioError as error:
            self._refuse(error)

    def _tell_saved(self, saved: SavedScript) -> None:
        if saved.changes:
            said = ngettext(
                "Saved {count} change; the old script is in {name}.",
                "Saved {count} changes; the old script is in {name}.",
                saved.changes,
            )
            self.bar.say(said.format(count=saved.changes, name=saved.backup))
        elif not saved.conflicts:
            self.bar.say(_("Nothing to save: the script has all of it."))
        if saved.encoding:
            self.notify(
                _("The encoding that it had has no such characters as are in it now."),
                title=_("The script is in UTF-8 now."),
                markup=False,
            )
        if saved.conflicts:
            self._tell_of_conflicts(len(saved.conflicts))

    def _tell_of_conflicts(self, count: int) -> None:
        said = ngettext(
            "In {count} row the script was changed too, and is left as it is there. "
            "{take} takes its text, {keep} keeps yours; {look} leads there.",
            "In {count} rows the script was changed too, and is left as it is there. "
            "{take} takes its text, {keep} keeps yours; {look} leads there.",
            count,
        )
        self.notify(
            said.format(
                count=count,
                take=BY_ID["edit.take_script"].shown_keys[0],
                keep=BY_ID["edit.keep_mine"].shown_keys[0],
                look=BY_ID["judge.next"].shown_keys[-1],
            ),
            title=_("Not everything was saved."),
            severity="warning",
            markup=False,
            timeout=10,
        )
