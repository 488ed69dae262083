"""What every command starts from: the parts of the desk and the row under the cursor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from textual.screen import Screen

from engine.errors import StudioError

if TYPE_CHECKING:
    from engine.project import Row
    from tui.early import Flags
    from tui.session import Session
    from tui.widgets.key_bar import KeyBar
    from tui.widgets.sentence_dock import SentenceDock
    from tui.widgets.sentence_table import SentenceTable


class DeskParts(Screen[None]):
    """What the commands work on; the desk's screen provides it."""

    table: SentenceTable
    dock: SentenceDock
    bar: KeyBar
    session: Session | None = None
    flags: Flags

    def not_open(self) -> None:
        """Say why there is no project yet."""
        raise NotImplementedError

    def show_current(self) -> None:
        """Show the current row again, and the keys that suit it."""
        raise NotImplementedError

    def action_reroll(self) -> None:
        """Speak the current row."""
        raise NotImplementedError

    def go_to(self, sentence_id: int) -> None:
        """Put the cursor on a sentence of the script. A filter shows it until the cursor leaves it,
        and what has just become of the rows is shown at once."""
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
        """Stop what plays, if anything does."""
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
