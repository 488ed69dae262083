"""What a measurement is at, on stderr: a line that moves in a terminal, plain lines elsewhere."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from engine.i18n import _
from engine.report import print_line


class BenchProgress:
    """A :data:`~engine.bench.running.Stage` that shows what it is told."""

    def __init__(self) -> None:
        self._stage: tuple[int, bool] | None = None
        console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> BenchProgress:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def __call__(self, batch_size: int, frames: int | None) -> None:
        stage = (batch_size, frames is None)
        if stage != self._stage:
            self._stage = stage
            self._begin(_words(batch_size, frames and 0))
        for task in self._bar.task_ids:
            self._bar.update(task, description=_words(batch_size, frames))

    def _begin(self, said: str) -> None:
        if self._bar.disable:
            print_line(said)
            return
        for task in self._bar.task_ids:
            self._bar.remove_task(task)
        self._bar.add_task(said, total=None)


def _words(batch_size: int, frames: int | None) -> str:
    if frames is None:
        said = _("Batch size {size}: starting the engine and loading its model")
    elif frames == 0:
        said = _("Batch size {size}: speaking")
    else:
        said = _("Batch size {size}: speaking, {frames} frames")
    return said.format(size=batch_size, frames=frames)
