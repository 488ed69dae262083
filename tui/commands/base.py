"""What every command starts from: the parts of the desk and the row under the cursor."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from engine.errors import StudioError
from engine.i18n import _

if TYPE_CHECKING:
    from textual.screen import Screen

    from engine.domain import Take
    from engine.project import Row
    from tui.early import Flags
    from tui.playback import Part
    from tui.session import Session
    from tui.widgets.engine_status import EngineStatus
    from tui.widgets.key_bar import KeyBar
    from tui.widgets.sentence_dock import SentenceDock
    from tui.widgets.sentence_table import SentenceTable


if TYPE_CHECKING:
    _Base = Screen[None]
else:
    # The desk itself is the screen. Were each of the mixins one too, Textual would prepare styles
    # and bindings for all of them before the first paint.
    _Base = object


class DeskParts(_Base):
    """What the commands work on; the desk's screen provides it."""

    table: SentenceTable
    dock: SentenceDock
    bar: KeyBar
    header: EngineStatus
    session: Session | None = None
    flags: Flags
    playing_on: bool = False
    """Row after row is played, not one alone."""
    plays_unasked: bool = False
    """What plays was begun because it had landed, not by the user."""

    def not_open(self) -> None:
        """Say why there is no project yet."""
        raise NotImplementedError

    def show_current(self) -> None:
        """Show the current row again, and the keys that suit it."""
        raise NotImplementedError

    def action_reroll(self) -> None:
        """Speak the current row."""
        raise NotImplementedError

    def follow_script(self) -> None:
        """Take over what has changed in the script outside, where that can be done now."""
        raise NotImplementedError

    def go_to(self, sentence_id: int) -> None:
        """Put the cursor on a sentence of the script. A filter shows it until the cursor leaves it,
        and what has just become of the rows is shown at once."""
        raise NotImplementedError

    def follow_rows(self, changed: Collection[int] = ()) -> bool:
        """Show what has become of the rows, and the current one whether it fits or not.

        Args:
            changed: the sentences that look different now.

        Returns:
            Whether the table was laid out anew.
        """
        raise NotImplementedError

    def let_selection_go(self) -> None:
        """Select nothing, now that something has been done with all that was selected."""
        raise NotImplementedError

    def keep_time(self) -> None:
        """Let the clock run while anything on the desk moves by itself."""
        raise NotImplementedError

    def play_take(self, sentence_id: int) -> None:
        """Play the sentence's take from its beginning."""
        raise NotImplementedError

    def stop_playing(self) -> None:
        """Stop what plays, if anything does, and what would play next."""
        raise NotImplementedError

    def play_row(self, sentence_id: int, *, silence: float = 0.0) -> bool:
        """Play the row, even while it is being spoken; False where there is nothing to play.

        Args:
            silence: seconds that follow a take.
        """
        raise NotImplementedError

    def begin_take(self, take: Take, *, silence: float = 0.0, part: Part | None = None) -> None:
        """Play this take, whether it is the row's current one or not.

        Args:
            part: what of it, if not what its cut keeps.
        """
        raise NotImplementedError

    def play_from_playhead(self, take: Take | None) -> bool:
        """Play the take from where the user has put the playhead; False where that is nowhere."""
        raise NotImplementedError

    def show_what_plays(self) -> None:
        """Show how far what plays has come."""
        raise NotImplementedError

    def show_playhead(self, take: Take | None, place: float) -> None:
        """Show in the waveform where a take is heard, in seconds of it; None for nothing."""
        raise NotImplementedError

    def show_waveform(self) -> None:
        """Show the current row's take as a waveform."""
        raise NotImplementedError

    def move_playhead(self, by: int) -> bool:
        """Move the playhead in the waveform; False where there is none to be seen."""
        raise NotImplementedError

    def delete_take(self, take: Take) -> None:
        """Want a take no more, and stop it where it plays."""
        raise NotImplementedError

    def action_undo(self) -> None:
        """Take back the last action."""
        raise NotImplementedError

    def action_redo(self) -> None:
        """Do again what was undone last."""
        raise NotImplementedError

    def play_in_place(self, take: Take) -> None:
        """Play another take of the row that plays, from the place that has been reached."""
        raise NotImplementedError

    def pause_after(self, session: Session, sentence_id: int) -> float:
        """Seconds of silence after a row before the next that is played."""
        raise NotImplementedError

    def play_on_after(self, session: Session, sentence_id: int) -> bool:
        """Go on after a row that has come to its end; False where that is not wanted."""
        raise NotImplementedError

    def follow_what_plays(self, session: Session) -> None:
        """Show that the next row has begun to play."""
        raise NotImplementedError

    def prepare_what_follows(self, session: Session) -> None:
        """Shortly before the end of a row make the next ready, where one shall follow."""
        raise NotImplementedError

    def play_when_landed(self, sentence_id: int, times: int = 1) -> None:
        """Play the next takes of a row as soon as they have been spoken."""
        raise NotImplementedError

    def keep_setting(self, name: str, value: Any) -> None:
        """Let a setting hold from now on, and write it into the user's file before long."""
        raise NotImplementedError

    async def keep_settings(self) -> None:
        """Write at once what is still to be written of that."""
        raise NotImplementedError

    def play_next_landed(self) -> None:
        """Play the take that has landed next, if one has."""
        raise NotImplementedError

    def forget_landed(self) -> None:
        """Leave the takes that have landed unheard."""
        raise NotImplementedError

    def opened(self) -> Session | None:
        """The session, or None after telling the user that it is not there yet."""
        if self.session is None:
            self.not_open()
        return self.session

    def current_id(self, session: Session) -> int | None:
        return session.rows.id_at(self.table.cursor) if len(session.rows) else None

    def targets(self) -> list[int]:
        """The sentences that a command is about once the project is open: those that are selected,
        in order, or the current one. Empty where there is no row."""
        ids = self.table.rows.ids
        return self.table.selected or list(ids[self.table.cursor : self.table.cursor + 1])

    def may_change(self, session: Session) -> bool:
        """Whether the project can be changed; tells why not."""
        if session.project.read_only:
            self.bar.say(_("Another studio holds this project: nothing can be changed here."))
        return not session.project.read_only

    def chosen(self) -> tuple[Session, list[int]] | None:
        """The session and what a command is about, or None after telling why not."""
        found = self.current()
        return (found[0], self.targets()) if found else None

    def current(self) -> tuple[Session, int, Row] | None:
        """The session and the row under the cursor, or None after telling why not."""
        session = self.opened()
        if session is None:
            return None
        sentence_id = self.current_id(session)
        if sentence_id is None:
            self.bar.say(session.rows.empty)
            return None
        return session, sentence_id, session.project.row(sentence_id)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Tell the user of an error instead of failing."""
        try:
            yield
        except StudioError as error:
            self.notify(error.hint, title=error.title, severity="warning", markup=False)
