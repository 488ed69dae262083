"""The desk: the script as a table, the current sentence below it, all keys at hand."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static

from engine.domain import NEEDS_SPEAKING, Script
from engine.i18n import _
from tui import messages
from tui.actions import DESK_ACTIONS
from tui.details import detail_of
from tui.display import model_name, safe
from tui.early import Flags, collect_garbage_again
from tui.offers import CHANGES, Situation, offers_for
from tui.rows import RowView, ScriptRows
from tui.screens.desk_life import DeskLife
from tui.widgets.engine_status import EngineStatus, EngineView, about_engine
from tui.widgets.key_bar import KeyBar
from tui.widgets.sentence_dock import Detail, SentenceDock
from tui.widgets.sentence_table import SentenceTable

if TYPE_CHECKING:
    from engine.client.base import EngineChanged
    from engine.errors import StudioError
    from tui.session import Session

BEAT = 0.1
"""Seconds between two looks at what plays and what is being spoken."""

FEW = 16
"""Changed rows up to which they are drawn one by one rather than all."""

WHILE_EDITING = frozenset(
    {"keep_edit", "leave_edit", "keep_edit_and_speak", "split_here", "move_split"}
)
_DESK_ACTIONS = frozenset(action.name.partition("(")[0] for action in DESK_ACTIONS)


class DeskScreen(DeskLife, Screen[None]):
    """See the module."""

    CSS_PATH = Path(__file__).with_name("desk.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [action.binding() for action in DESK_ACTIONS]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it
        (0, "-low"),
        (20, "-usual"),
        (30, "-high"),
    ]
    AUTO_FOCUS = "SentenceTable"

    def __init__(self, path: Path, script: Script, flags: Flags) -> None:
        super().__init__(path, script, flags)
        self.table = SentenceTable(ScriptRows(script))
        self.dock = SentenceDock()
        self.bar = KeyBar()
        self.header = EngineStatus(path.name)
        self._clock: Timer | None = None
        self._unspoken = -1

    def compose(self) -> ComposeResult:
        yield self.header
        yield Static(id="banner")
        yield self.table
        yield self.dock
        yield self.bar

    def on_mount(self) -> None:
        self._clock = self.set_interval(BEAT, self._on_beat, pause=True)
        self.header.engine = EngineView(name=self.flags.engine or "")
        spoken = (i for i, sentence in enumerate(self.script.sentences) if sentence.spoken)
        self.table.cursor = next(spoken, 0)
        self.show_current()
        self.call_after_refresh(self._begin_opening)

    def _begin_opening(self) -> None:
        self.show_progress()
        collect_garbage_again()
        self.post_message(messages.DeskPainted())
        self.run_worker(self.open(), group="open", exit_on_error=False)

    def adopt(self, session: Session) -> None:
        self.table.show(session.rows)
        self._show_banner(session)
        self._show_figures()
        self.show_current()
        self.show_how_heard()

    def do_without(self) -> None:
        self.header.engine = EngineView(self.header.engine.name, "unused")

    # What is shown

    def _show_banner(self, session: Session) -> None:
        holder = session.project.holder
        banner = self.query_one("#banner", Static)
        banner.display = session.project.read_only
        if holder:
            said = _("Read only: another studio has this project open ({host}, process {pid}).")
            banner.update(Content(safe(said.format(host=holder.host, pid=holder.pid))))
        elif session.project.read_only:
            banner.update(Content(_("Read only: this project cannot be changed here.")))

    def _show_figures(self) -> None:
        session = self.session
        if session is None:
            return
        self.header.figures = session.tally.figures
        self.show_progress()

    def show_current(self) -> None:
        """The current row in the dock, and the keys that suit it."""
        row = self._row()
        if row is not None:
            self.dock.show(row, self._detail())
        else:
            self.dock.show_nothing()
        self.header.chips = tuple(
            filter(
                None, (self.script_chip, self.search_chip, self.selection_chip, self.filter_chip)
            )
        )
        self.tell_matches()
        self.show_waveform()
        session, director = self.session, self.session and self.session.director
        figures = self.header.figures
        self.bar.offers = offers_for(
            Situation(
                row,
                editing=self.dock.editing,
                splitting=self.dock.splitting,
                selected=self.table.selected_count > 0,
                playing=bool(session and session.playback.sentence_id == self.current_id(session)),
                busy=bool(director and director.busy),
                unspoken=figures.count(*NEEDS_SPEAKING) if session else 1,
                unsaved=session is not None and session.project.unsaved > 0,
                doubtful=self.cut_is_doubtful,
                refused=self._refused(session) if session else frozenset(),
            )
        )

    def _refused(self, session: Session) -> frozenset[str]:
        changes = CHANGES if session.project.read_only else frozenset[str]()
        return changes if self.may_export(session) else changes | {"project.export"}

    def _row(self) -> RowView | None:
        rows = self.table.rows
        return rows.view(self.table.cursor) if len(rows) else None

    def _detail(self) -> Detail:
        if self.session is None:
            return Detail(section=self.table.rows.section(self.table.cursor))
        project = self.session.project
        sentence_id = self.session.rows.id_at(self.table.cursor)
        return detail_of(project.row(sentence_id), project.language)

    # What happens

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in WHILE_EDITING:
            return self.dock.editing
        if action in _DESK_ACTIONS:
            return not (self.dock.editing or self.finding or self.describing or self.timing)
        return super().check_action(action, parameters)

    def on_row_focused(self, event: messages.RowFocused) -> None:
        if event.index != self.table.cursor:
            return
        if self.dock.editing and not self.is_edited(event.index):
            self.action_keep_edit()
        self.follow_rows()
        self.bar.move_on()
        self.show_current()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if event.widget is self.table and self.dock.editing:
            self.action_keep_edit()
        elif event.widget is self.table and self.finding:
            self.close_find_bar()
        elif event.widget is self.table and self.describing:
            self.keep_field()
        elif event.widget is self.table and self.timing:
            self.keep_time_typed()

    def on_hangul_typed(self) -> None:
        self.bar.say(_("한/영: press the 한/영 key, or use the keys that ? lists on the right."))

    def on_rows_changed(self, event: messages.RowsChanged) -> None:
        session = self.session
        if session is None:
            return
        session.tally.update(event.ids)
        self.forget_found(event.ids)
        unspoken = len(session.project.ids) - session.tally.figures.total
        if self.follow_rows(event.ids):
            self._unspoken = unspoken
        elif unspoken != self._unspoken or len(event.ids) > FEW:
            # Every number below a row that is now spoken or not has changed too.
            self._unspoken = unspoken
            self.table.refresh()
        else:
            for sentence_id in event.ids:
                index = session.rows.index_of(sentence_id)
                if index is not None:
                    self.table.refresh_row(index)
        self._show_figures()
        self.show_current()
        self.follow_cuts(session)
        self.keep_time()

    def on_engine_told(self, event: messages.EngineTold) -> None:
        change = event.change
        self.note_engine(change)
        if self.session is not None:
            self.session.history.heard(change)
            self.session.engine_info = change.info or self.session.engine_info
        before = self.header.engine.state
        self.header.engine = self._engine_view(change)
        if change.state == "lost" != before and change.error is not None:
            self._tell_of_loss(change.error)

    def _tell_of_loss(self, error: StudioError) -> None:
        said = _("What waits goes on by itself when it is back. {why}").format(why=error.hint)
        title = _("The server does not answer.")
        self.notify(said, title=title, severity="warning", markup=False, timeout=10)

    def _engine_view(self, change: EngineChanged) -> EngineView:
        session, info = self.session, change.info
        loading = change.state in ("starting", "restarting") and session and session.engine
        return EngineView(
            self.header.engine.name,
            change.state,
            device=info.device if info else "",
            loads=model_name(loading.loads) if loading else "",
            about=about_engine(info) if info else change.error.title if change.error else "",
            again_at=None if change.retry_in is None else time.monotonic() + change.retry_in,
        )

    def on_work_done(self, event: messages.WorkDone) -> None:
        self._show_figures()
        self.show_current()
        if not event.called_off:
            self.ring()

    def on_work_stopped(self, event: messages.WorkStopped) -> None:
        self.app.post_message(messages.Failed(event.error, once=True))
        self._show_figures()
        self.show_current()

    def on_sentence_given_up(self, event: messages.SentenceGivenUp) -> None:
        self.notify(event.error.hint, title=event.error.title, severity="warning", markup=False)

    # What moves by itself

    def keep_time(self) -> None:
        session = self.session
        moving = session and (
            (session.playback.sentence_id is not None and not session.player.paused)
            or (session.director is not None and session.director.busy)
        )
        if self._clock:
            (self._clock.resume if moving else self._clock.pause)()

    def _on_beat(self) -> None:
        self.show_what_plays()
        session = self.session
        if session and session.director and session.director.busy:
            self.show_progress()
            if self.app.animation_level != "none":
                self.table.tick()
        self.keep_time()
