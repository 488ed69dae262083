"""What a rule does to the script: how many rows it changes, and how."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static
from textual.worker import WorkerCancelled, WorkerFailed

from engine.i18n import _, ngettext
from engine.pronunciation import Rule
from tui import bounded
from tui.display import safe
from tui.widgets.change_list import Change, ChangeList

TYPING = 0.1
"""Seconds after a key until a rule is tried."""


@dataclass(frozen=True)
class Candidate:
    """A row whose words are said by the lists."""

    sentence_id: int
    number: int | None
    text: str


class RuleEffect(Vertical):
    """Tries a rule on all rows, in a process that may be ended.

    Attributes:
        looking: it is still being tried.
        too_slow: the rule takes longer than anyone waits.
    """

    @dataclass
    class Seen(Message):
        """The rule has been tried."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        super().__init__()
        self._candidates = candidates
        self.looking = self.too_slow = False

    def compose(self) -> ComposeResult:
        yield Static(classes="effect")
        yield ChangeList(choosable=False)

    def look(self, before: Sequence[Rule], after: Sequence[Rule], tried: Rule) -> None:
        """Show what is said otherwise by the one list than by the other.

        Args:
            tried: the rule that makes the difference.
        """
        self.looking, self.too_slow = True, False
        # Not a coroutine: one that is cancelled before it begins complains.
        looking = partial(self._look, before, after, tried)
        self.run_worker(looking, group="effect", exclusive=True, exit_on_error=False)

    def look_at_nothing(self) -> None:
        """There is no rule to be tried."""
        self.workers.cancel_group(self, "effect")
        self.looking = self.too_slow = False
        self._show("", [])

    async def on_unmount(self) -> None:
        """Leave no process behind: it is ended and waited for."""
        for worker in [worker for worker in self.workers if worker.node is self]:
            if not worker.is_cancelled:
                worker.cancel()
            with contextlib.suppress(WorkerCancelled, WorkerFailed):
                await worker.wait()

    async def _look(self, before: Sequence[Rule], after: Sequence[Rule], tried: Rule) -> None:
        await asyncio.sleep(TYPING)
        changes: list[Change] = []
        try:
            texts = [row.text for row in self._candidates]
            pieces = await bounded.said(before, after, tried, texts)
            changes = [
                Change(row.sentence_id, row.number, changed)
                for row, changed in zip(self._candidates, pieces, strict=True)
                if changed
            ]
            words = ngettext("{count} row changes.", "{count} rows change.", len(changes))
            said = words.format(count=len(changes))
        except bounded.TooSlow:
            self.too_slow = True
            said = _("This expression takes too long. A simpler one may do.")
        except OSError as error:
            said = _("It cannot be tried now: {reason}").format(reason=error.strerror or error)
        self.looking = False
        self._show(said, changes)
        self.post_message(self.Seen())

    def _show(self, said: str, changes: Sequence[Change]) -> None:
        colour = "$text-error" if self.too_slow else ""
        self.query_one(".effect", Static).update(Content.styled(safe(said), colour))
        self.query_one(ChangeList).show(changes)
