"""Choosing a script: those of late, those of a folder, or any by its path."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from engine.errors import StudioError
from engine.i18n import _, ngettext
from engine.recent import Recent, recent_scripts, standing_of
from tui import browsing
from tui.browsing import Entry, Listing, as_path, shown_folder, shown_path
from tui.display import safe
from tui.early import collect_garbage_again
from tui.messages import Failed, ScriptChosen
from tui.offers import Offer
from tui.widgets.key_bar import KeyBar
from tui.widgets.path_input import PathInput
from tui.widgets.script_list import RecentRow, Row, ScriptList, Words

SHOWN = 8
"""Scripts of late that are listed before anything is typed; typing finds the others too."""

READ_AT_ONCE = 4
"""Projects that are looked into side by side, so that a slow disk does not hold up the others."""


class StartScreen(Screen[None], inherit_bindings=False):
    """Tells what has been chosen by ScriptChosen; who hears it opens it, or says why not here.

    Args:
        back: whether there is a desk to go back to.
        error: what to say first.
    """

    CSS_PATH = Path(__file__).with_name("start.tcss")
    AUTO_FOCUS = "PathInput"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("tab", "complete", show=False),
        Binding("shift+tab", "go_up", show=False),
        Binding("down,ctrl+n", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("pageup", "move(-10)", show=False),
    ]

    def __init__(self, *, back: bool, error: StudioError | None = None) -> None:
        super().__init__()
        self.bar = KeyBar()
        self._input = PathInput()
        self._list = ScriptList()
        self._back = back
        self._error = error
        self._base = Path.cwd()
        self._recent: dict[Path, RecentRow] = {}
        self._listing: tuple[str, Listing] | None = None
        self._opening = False

    def compose(self) -> ComposeResult:
        yield Static(Content(_("Open a script")), id="title")
        yield self._input
        yield self._list
        yield Static(id="said")
        yield self.bar

    def on_mount(self) -> None:
        self.bar.offers = (
            Offer("Enter", _("Open"), "screen.open"),
            Offer("↑↓", _("Choose"), "screen.move(1)"),
            Offer("Tab", _("Complete"), "screen.complete"),
            *((Offer("Esc", _("Back"), "screen.back"),) if self._back else ()),
            Offer("Ctrl+Q", _("Quit"), "app.leave"),
        )
        if self._error:
            self.complain(self._error)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        collect_garbage_again()
        self._run(self._find_recent(), "recent")

    # What is listed

    async def _find_recent(self) -> None:
        found, listing = await asyncio.gather(
            asyncio.to_thread(recent_scripts, self._base),
            asyncio.to_thread(browsing.look, "", self._base),
        )
        self._recent = {recent.script: RecentRow(recent) for recent in found}
        if self._listing is None:
            self._listing = ("", listing)
        self._show(keep=True)
        turn = asyncio.Semaphore(READ_AT_ONCE)
        await asyncio.gather(*(self._read(recent, turn) for recent in found))

    async def _read(self, recent: Recent, turn: asyncio.Semaphore) -> None:
        async with turn:
            standing = await asyncio.to_thread(standing_of, recent.script)
        row = self._recent[recent.script] = RecentRow(recent, standing)
        self._list.tell(row)

    def on_input_changed(self) -> None:
        self._say("")
        self._run(self._look(), "look", exclusive=True)

    async def _look(self) -> None:
        """List what fits the text that stands there now."""
        typed = self._input.value
        if self._listing is None or self._listing[0] != typed:
            listing = await asyncio.to_thread(browsing.look, typed, self._base)
            if self._input.value == typed:
                self._listing = (typed, listing)
                self._show(keep=True)

    def _show(self, *, keep: bool) -> None:
        if self._listing is None:
            return
        typed, listing = self._listing
        self._list.show([*self._rows_of_late(typed), *_rows_of(listing)], keep=keep)
        if any(listing.trouble):
            self.complain(StudioError(*listing.trouble))

    def _rows_of_late(self, typed: str) -> list[Row]:
        wanted = _plain(typed.strip())
        if any(separator in typed for separator in browsing.SEPARATORS):
            return []  # on the way to a folder
        rows = [row for row in self._recent.values() if wanted in _plain(row.recent.script)]
        if not rows:
            return []
        rows.sort(key=lambda row: wanted not in _plain(row.recent.script.name))
        left = 0 if wanted else len(rows) - SHOWN
        more = ngettext(
            "{count} more: type a part of its name", "{count} more: type a part of a name", left
        )
        return [
            Words(_("Recent"), heading=True),
            *(rows if wanted else rows[:SHOWN]),
            *([Words(more.format(count=left))] if left > 0 else []),
        ]

    # What is said

    def complain(self, error: StudioError) -> None:
        """Say why something cannot be opened; the list stays."""
        self._opening = False
        self._say(error.title, error.hint, colour="$text-error")

    def _say(self, title: str, hint: str = "", colour: str = "$text-accent") -> None:
        said = self.query_one("#said", Static)
        said.display = bool(title)
        lines = [Content.styled(safe(title), f"bold {colour}"), Content(safe(hint))]
        said.update(Content("\n").join(line for line in lines if line))

    # What the keys and the mouse do

    def action_move(self, by: int) -> None:
        self._list.move(by)

    def action_complete(self) -> None:
        """Take over what is highlighted, to type on from there."""
        self._run(self._complete(), "choose", exclusive=True)

    async def _complete(self) -> None:
        await self._look()
        row = self._list.row
        if isinstance(row, Entry) and row.kind != "script":
            self._input.put(shown_folder(row.path))
        elif row is not None:
            self._input.put(shown_path(_script_of(row)))

    def action_go_up(self) -> None:
        listing = self._listing and self._listing[1]
        if listing and listing.folder:
            self._input.put(shown_folder(listing.folder.parent))

    def action_open(self) -> None:
        self._run(self._open(), "choose", exclusive=True)

    def on_input_submitted(self) -> None:
        self.action_open()

    async def _open(self) -> None:
        await self._look()
        row = self._list.row
        if row is not None:
            self._choose(row)
        elif self._input.value.strip():
            self._tell(as_path(self._input.value, self._base))

    def on_script_list_chosen(self, event: ScriptList.Chosen) -> None:
        self._choose(event.row)

    def _choose(self, row: RecentRow | Entry) -> None:
        if isinstance(row, Entry) and row.kind != "script":
            self._input.put(shown_folder(row.path))
        else:
            self._tell(_script_of(row))

    def _tell(self, path: Path) -> None:
        if not self._opening:
            self._opening = True
            self._say(_("Opening {name} …").format(name=path.name))
            self.post_message(ScriptChosen(path))

    def action_back(self) -> None:
        if self._opening:
            return
        if self._back:
            self.dismiss()
        else:
            self.bar.say(_("Ctrl+Q leaves the studio."))

    # Work

    def _run(self, work, group: str, *, exclusive: bool = False) -> None:
        self.run_worker(work, group=group, exclusive=exclusive, exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self._opening = False
            self.app.post_message(Failed(event.worker.error))


def _rows_of(listing: Listing) -> list[Row]:
    where = _("Drives") if listing.folder is None else shown_path(listing.folder)
    rows: list[Row] = [Words(where, heading=True), *listing.entries]
    if not any(entry.kind != "up" for entry in listing.entries) and not any(listing.trouble):
        rows.append(Words(_("no script here")))
    if listing.left_out:
        more = ngettext("{count} more: type on", "{count} more: type on", listing.left_out)
        rows.append(Words(more.format(count=listing.left_out)))
    return rows


def _script_of(row: RecentRow | Entry) -> Path:
    return row.recent.script if isinstance(row, RecentRow) else row.path


def _plain(path: Path | str) -> str:
    return browsing.plain(str(path))
