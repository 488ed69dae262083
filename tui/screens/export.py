"""What an export has written, and what it has not and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from engine.i18n import N_, _
from tui.display import fit, safe
from tui.keys import JAMO
from tui.screens.panel import Panel

if TYPE_CHECKING:
    from engine.export import ExportResult, Problem

_SHOWN = 50
"""Problems listed one by one; the rest are counted."""

_TEXT_CELLS = 30


class ExportPanel(Panel[None]):
    """The folder, the files by what became of them, and the sentences without one."""

    BINDINGS = [  # noqa: RUF012
        Binding(f"c,{JAMO['c']}", "copy", N_("Copy the folder's path"), id="export.copy")
    ]

    def __init__(self, result: ExportResult) -> None:
        super().__init__(_("Export") if result.files else _("Nothing to export yet"))
        self._result = result

    def compose_body(self) -> Iterable[Widget]:
        result = self._result
        if result.files:
            yield Static(
                Content.styled(safe(str(result.folder)), "bold $text-primary"), id="folder"
            )
        yield Static(Content("\n").join(self._counts()), id="files")
        yield from _problems(_("Not written"), result.failed, "$text-error")
        yield from _problems(_("Without a take"), result.skipped, "$text-warning")
        if result.stale:
            yield Static(
                Content.styled(_("Spoken before their last change"), "$text-warning"),
                classes="section",
            )
            yield Static(Content("\n".join(map(safe, result.stale[:_SHOWN]))))

    def _counts(self) -> list[Content]:
        result = self._result
        counted = (
            (result.written, _("new")),
            (result.replaced, _("replaced, because their sound has changed")),
            (result.unchanged, _("already as they should be")),
            (result.left_over, _("of earlier exports, no longer in the script; they stay")),
        )
        return [
            Content.assemble((f"{len(files):>5}", "bold"), "  ", words)
            for files, words in counted
            if files
        ]

    def key_hints(self) -> list[tuple[str, str, str]]:
        hints = super().key_hints()
        if self._result.files:
            hints.append(("c", _("Copy the folder's path"), "screen.copy"))
        return hints

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(str(self._result.folder))
        self.say_copied()


def _problems(title: str, problems: Sequence[Problem], colour: str) -> Iterable[Widget]:
    if not problems:
        return
    yield Static(Content.assemble((title, colour), f"  {len(problems)}"), classes="section")
    lines = [
        Content.assemble(
            (f"{'' if problem.number is None else problem.number:>5}  ", "$foreground-muted"),
            fit(problem.text, _TEXT_CELLS),
            "  ",
            (safe(" ".join(filter(None, (problem.reason, problem.hint)))), "$foreground-muted"),
        )
        for problem in problems[:_SHOWN]
    ]
    if len(problems) > _SHOWN:
        lines.append(Content(_("… and {count} more").format(count=len(problems) - _SHOWN)))
    yield Static(Content("\n").join(lines))
