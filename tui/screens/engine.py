"""What the engine is at, and the logs of the studio and of the engine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Log, Static

from engine.i18n import N_, _
from tui.display import safe
from tui.engine_facts import Fact
from tui.keys import JAMO
from tui.log_follower import LogFollower, LogNews
from tui.screens.panel import Panel

LOOK = 0.2
"""Seconds between two looks at the engine."""

READ = 0.5
"""Seconds between two looks at a log."""

KEPT_LINES = 2_000
COPIED = 50_000
"""Characters of a log that are copied; terminals refuse much more at once."""

_NAME_CELLS = 12

_MOST_LINES = 4
# Of one fact, the last of which is cut off: the log below is to be seen at 24 lines too.


class EnginePanel(Panel[None]):
    """Both in one place, following.

    Args:
        look: what is known of the engine now.
        logs: the name of each log, untranslated, and what finds its file; that may block. None
            where there is no such log here.
        first: which log to show first.
    """

    CSS_PATH: ClassVar = [Path(__file__).with_name(name) for name in ("panel.tcss", "engine.tcss")]
    AUTO_FOCUS = "Log"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f12", "close", show=False),
        Binding("tab,shift+tab", "other_log", N_("Other log"), id="engine.other_log"),
        Binding(f"c,{JAMO['c']}", "copy", N_("Copy"), id="engine.copy"),
        Binding(f"p,{JAMO['p']}", "copy_path", N_("Copy its path"), id="engine.copy_path"),
    ]

    def __init__(
        self,
        look: Callable[[], Sequence[Fact]],
        logs: Sequence[tuple[str, Callable[[], Path | None]]],
        *,
        first: int = 0,
    ) -> None:
        super().__init__(_("Engine and log"))
        self._look = look
        self._logs = logs
        self._shown = first
        self._path: Path | None = None
        self._facts: tuple[Sequence[Fact], int] = (), 0

    def compose(self) -> ComposeResult:
        with Vertical(id="panel"):
            yield from self.compose_body()

    def compose_body(self) -> Iterable[Widget]:
        yield Static(id="facts")
        yield Static(id="logs")
        yield Static(id="path")
        yield Log(max_lines=KEPT_LINES)

    def on_mount(self) -> None:
        super().on_mount()
        self._show_facts()
        self.call_after_refresh(self._show_facts)  # once there is a width to wrap them to
        self.set_interval(LOOK, self._show_facts)
        self._show_log()

    def key_hints(self) -> list[tuple[str, str, str]]:
        return [
            *super().key_hints(),
            ("Tab", _("Other log"), "screen.other_log"),
            ("c", _("Copy"), "screen.copy"),
            ("p", _("Copy its path"), "screen.copy_path"),
        ]

    def _show_facts(self) -> None:
        shown = self.query_one("#facts", Static)
        facts, width = self._look(), shown.content_size.width
        if (facts, width) != self._facts:
            self._facts = facts, width
            lines = [line for fact in facts for line in _lines(fact, width - _NAME_CELLS)]
            shown.update(Content("\n").join(lines))

    # The log

    def _show_log(self) -> None:
        self.query_one("#logs", Static).update(
            Content("   ").join(
                _tab(_(name), which, chosen=which == self._shown)
                for which, (name, _find) in enumerate(self._logs)
            )
        )
        self.query_one(Log).clear()
        self.run_worker(self._follow(), group="log", exclusive=True, exit_on_error=False)

    async def _follow(self) -> None:
        self._path = await asyncio.to_thread(self._logs[self._shown][1])
        if self._path is None:
            self._say(_("What this engine says of its work is not kept on this machine."))
            return
        follower = LogFollower(self._path)
        while True:
            try:
                news = await asyncio.to_thread(follower.read)
            except OSError as error:
                self._say(_("It cannot be read: {reason}").format(reason=error.strerror or error))
            else:
                self._add(news)
            await asyncio.sleep(READ)

    def _add(self, news: LogNews) -> None:
        log = self.query_one(Log)
        if news.anew:
            log.clear()
        if news.lines:
            log.write_lines(news.lines)
        self._say("" if log.line_count else _("Nothing has been written to it yet."))

    def _say(self, words: str) -> None:
        """Tell something of the log, else where it lies: its name first, which is not cut off."""
        name, folder = (self._path.name, str(self._path.parent)) if self._path else ("", "")
        about = Content.assemble(
            (safe(name), "bold"), "  ", (safe(words or folder), "$foreground-muted")
        )
        self.query_one("#path", Static).update(about)

    # What the keys do

    def action_scroll(self, lines: int) -> None:
        self.query_one(Log).scroll_relative(y=lines, animate=False)

    def action_other_log(self) -> None:
        self.action_choose_log((self._shown + 1) % len(self._logs))

    def action_choose_log(self, which: int) -> None:
        if which != self._shown:
            self._shown = which
            self._show_log()

    def action_copy(self) -> None:
        """Copy what is selected, else the end of the log."""
        chosen = self.get_selected_text()
        if not chosen:
            text = "\n".join(self.query_one(Log).lines)
            chosen = text if len(text) <= COPIED else text[-COPIED:].partition("\n")[2]
        self._copy(chosen)

    def action_copy_path(self) -> None:
        self._copy(str(self._path or ""))

    def _copy(self, text: str) -> None:
        if text:
            self.app.copy_to_clipboard(text)
            self.say_copied()


def _lines(fact: Fact, width: int) -> Iterator[Content]:
    """Its name, and beside it what is known: wrapped, for as many lines as are spared."""
    name = Content.styled(_(fact.name) if fact.name else "", "$footer-key-foreground bold")
    wrapped = fact.known.wrap(width) if width > 0 else [fact.known]
    if len(wrapped) > _MOST_LINES:
        wrapped = [*wrapped[: _MOST_LINES - 1], Content(" ").join(wrapped[_MOST_LINES - 1 :])]
    for line in wrapped:
        yield Content.assemble(name.pad_right(_NAME_CELLS - name.cell_length), line)
        name = Content("")


def _tab(name: str, which: int, *, chosen: bool) -> Content:
    shown = Content.styled(f" {name} ", "bold reverse" if chosen else "$foreground-muted")
    return shown.stylize(Style.from_meta({"@click": f"screen.choose_log({which})"}))
