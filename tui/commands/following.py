"""Taking over what has been changed in the script outside of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain import Script
from engine.i18n import _
from tui.commands.base import DeskParts
from tui.messages import ScriptRead, ScriptUnreadable

if TYPE_CHECKING:
    from engine.errors import ScriptError
    from engine.project import MergeReport, Project
    from tui.session import Session
    from tui.watching import Watch


class Following(DeskParts):
    """See the module."""

    _watch: Watch | None = None
    _news: Script | None = None
    """What the script says now, and has not been taken over yet."""

    @property
    def has_news(self) -> bool:
        """Whether the script has been changed outside, and the rows do not show that yet."""
        return self._news is not None

    def watch_script(self, session: Session) -> None:
        """Notice from now on that the script is changed outside."""
        from tui.watching import Watch

        project = session.project
        if project.read_only:
            return
        self._watch = Watch(
            project.script_path,
            read=lambda: self.read_script(project),
            known=lambda: project.script.stamp,
            tell=self._found,
        )
        self._watch.start()

    def stop_watching(self) -> None:
        if self._watch:
            self._watch.stop()

    def read_script(self, project: Project) -> Script:
        """The script as its file has it now, its lines taken as before. Blocking.

        Raises:
            ScriptError: it cannot be read.
        """
        from engine.script import read_script

        return read_script(
            project.script_path,
            language=self.flags.language,
            hard_wrapped=project.script.hard_wrapped,
        )

    def _found(self, found: Script | ScriptError) -> None:
        message = ScriptRead(found) if isinstance(found, Script) else ScriptUnreadable(found)
        self.post_message(message)

    def on_script_read(self, event: ScriptRead) -> None:
        self._news = event.script
        self.follow_script()

    def on_screen_resume(self) -> None:
        # After what the panel came to.
        self.call_later(self.follow_script)

    def on_script_unreadable(self, event: ScriptUnreadable) -> None:
        self.notify(
            _("The rows stay as they are. {hint}").format(hint=event.error.hint),
            title=event.error.title,
            severity="warning",
            markup=False,
            timeout=10,
        )

    def follow_script(self) -> None:
        """Take over what has changed in the script, once nothing is being done to the rows: what
        is typed into one, or chosen for many, must meet what it was made for."""
        session, script = self.session, self._news
        if session is None or script is None or session.project.saving_script:
            return
        if self.dock.editing or self.app.screen is not self:
            return
        self._news = None
        if script.stamp == session.project.script.stamp:
            return
        with self.telling():
            report = session.project.follow(script)
            if session.director:
                session.director.cancel(set(report.hidden))
            said = merge_words(report)
            if said:
                self.notify(said, title=_("The script has changed."), markup=False, timeout=10)


def merge_words(report: MergeReport) -> str:
    """What changed in the script since it was last read; empty for nothing."""
    counted = (
        (report.added, _("{count} new")),
        (report.changed, _("{count} changed")),
        (report.hidden, _("{count} gone")),
        (report.restored, _("{count} back")),
        (report.conflicts, _("{count} edited here too (your text stands)")),
    )
    said = [words.format(count=len(ids)) for ids, words in counted if ids]
    return ", ".join(said)
