"""The progress of a render: a bar in a terminal, plain lines anywhere else."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from engine.client.base import EngineChanged
from engine.complaints import shown_complaint
from engine.director import Director
from engine.domain import Status
from engine.events import DirectorEvent, PhraseLearning, SentenceFailed, TakeMade
from engine.i18n import _
from engine.project import Project, Row
from engine.report import print_line, shortened

_AWAY = ("lost", "loading", "busy")
# States of a server that is waited for.


class RenderProgress:
    """Shows on stderr what a director does. Lines for what is worth keeping, a bar for the rest."""

    def __init__(self, project: Project) -> None:
        self._project = project
        console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        self._bar = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.description}", markup=False),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None
        self._state = ""

    def __enter__(self) -> RenderProgress:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def hear(self, director: Director, event: DirectorEvent) -> None:
        """Show one event."""
        if isinstance(event, TakeMade):
            row = self._project.row(event.sentence_id)
            self._line(_spoken(director, row))
        elif isinstance(event, SentenceFailed):
            row = self._project.row(event.sentence_id)
            self._line(
                _("{number:03d} failed: {text}: {reason}").format(
                    number=row.number or 0, text=shortened(row.sentence.text), reason=event.error
                )
            )
        elif isinstance(event, PhraseLearning) and event.phrase:
            self._line(_("Learning the closing phrase: {phrase}").format(phrase=event.phrase))
        elif isinstance(event, EngineChanged) and event.state == "restarting":
            self._line(_("The engine is being restarted."))
        elif isinstance(event, EngineChanged):
            self._hear_server(event)
        self._advance(director)

    def _hear_server(self, change: EngineChanged) -> None:
        """Tell once that a server is waited for, however often it is asked again."""
        if change.error is not None and change.state in _AWAY and change.state != self._state:
            line = _("{what} {why} It is asked again by itself; Ctrl+C ends it.").format(
                what=change.error.title, why=change.error.hint
            )
            self._line(line)
        self._state = change.state

    def _advance(self, director: Director) -> None:
        progress = director.progress
        if self._task is None:
            self._task = self._bar.add_task("", total=progress.total)
        told = [] if progress.speed is None else [_speed(progress.speed)]
        if made := _seconds_made(director):
            told.insert(0, _("speaking {seconds:.1f} s").format(seconds=made))
        if progress.time_left is not None and progress.done < progress.total:
            told.append(_("{seconds:.0f} s left").format(seconds=progress.time_left))
        self._bar.update(
            self._task,
            completed=progress.done,
            total=progress.total,
            description=", ".join(told),
        )

    def _line(self, line: str) -> None:
        if self._bar.disable:
            print_line(line)
        else:
            self._bar.console.print(Text(line), soft_wrap=True)


def _spoken(director: Director, row: Row) -> str:
    progress = director.progress
    line = _("{done}/{total} spoken: {number:03d} {text}, {seconds:.1f} s").format(
        done=progress.done,
        total=progress.total,
        number=row.number or 0,
        text=shortened(row.sentence.text),
        seconds=row.take.seconds if row.take else 0.0,
    )
    if row.take and row.status is Status.FLAGGED:
        line += _(", needs a look: {complaints}").format(
            complaints=" ".join(map(shown_complaint, row.take.draft.complaints))
        )
    return line


def _seconds_made(director: Director) -> float:
    """Of the sentences that are being spoken now."""
    flying = (director.activity(id_) for id_ in set(director.speaking))
    return sum(activity.seconds for activity in flying if activity)


def _speed(speed: float) -> str:
    return _("{speed:.1f}× real time").format(speed=speed)
