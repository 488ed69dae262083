"""What a measurement is at, on stderr: a line that moves in a terminal, plain lines elsewhere."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from engine.domain import EngineInfo
from engine.i18n import _
from engine.report import print_line


class BenchProgress:
    """A :data:`~engine.bench.running.Stage` that shows what it is told."""

    def __init__(self) -> None:
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

    def __call__(self, batch_size: int, info: EngineInfo | None) -> None:
        if info is None:
            said = _("Batch size {size}: starting the engine and loading its model")
        else:
            said = _("Batch size {size}: speaking")
        self._show(said.format(size=batch_size))

    def _show(self, said: str) -> None:
        if self._bar.disable:
            print_line(said)
            return
        for task in self._bar.task_ids:
            self._bar.remove_task(task)
        self._bar.add_task(said, total=None)
