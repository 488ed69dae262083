"""The progress of a download: a bar in a terminal, plain lines anywhere else."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Column

from engine.errors import HubLost
from engine.i18n import _
from engine.models.download import Download
from engine.models.hub import HubFile
from engine.report import print_line
from engine.sizes import shown_bytes

_LOOK_SECONDS = 0.25

_LINE_PERCENT = 5
# Between two lines where there is no bar.


class DownloadProgress:
    """Shows on stderr how much of all files has arrived. The library that fetches them tells of
    one at a time, so what lies on the disk is looked at."""

    def __init__(self, downloads: Sequence[Download]) -> None:
        self._downloads = downloads
        self._total = sum(each.total_bytes for each in downloads)
        console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        self._bar = Progress(
            BarColumn(bar_width=16),
            DownloadColumn(table_column=Column(no_wrap=True)),
            TransferSpeedColumn(table_column=Column(no_wrap=True)),
            TimeRemainingColumn(compact=True, table_column=Column(no_wrap=True)),
            TextColumn(
                "{task.description}",
                markup=False,
                table_column=Column(no_wrap=True, overflow="ellipsis"),
            ),
            console=console,
            disable=not console.is_terminal,
        )
        here = self._here()
        self._task = self._bar.add_task("", total=self._total, completed=here)
        self._told = self._percent(here)
        self._ended = threading.Event()
        self._looker = threading.Thread(target=self._look_on, daemon=True)

    def __enter__(self) -> DownloadProgress:
        self._bar.start()
        self._looker.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._looker.join()
        self._look()
        self._bar.update(self._task, description="")
        self._bar.stop()

    def fetching(self, file: HubFile) -> None:
        self._bar.update(self._task, description=file.name)

    def checking(self, file: HubFile) -> None:
        if file.is_large:
            self._look()
            self._bar.update(self._task, description=_("checking {name}").format(name=file.name))

    def lost(self, error: HubLost) -> None:
        self._line(_("{what} Trying again.").format(what=error.title))

    def _look_on(self) -> None:
        while not self._ended.wait(_LOOK_SECONDS):
            self._look()

    def _look(self) -> None:
        here = self._here()
        self._bar.update(self._task, completed=here)
        percent = self._percent(here)
        step = 1 if percent == 100 else _LINE_PERCENT
        if self._bar.disable and percent - self._told >= step:
            self._told = percent
            self._line(
                _("{here} of {total} ({percent}%)").format(
                    here=shown_bytes(here), total=shown_bytes(self._total), percent=percent
                )
            )

    def _here(self) -> int:
        return sum(each.here_bytes() for each in self._downloads)

    def _percent(self, here: int) -> int:
        return 100 * here // max(self._total, 1)

    def _line(self, line: str) -> None:
        if self._bar.disable:
            print_line(line)
        else:
            self._bar.console.print(line, soft_wrap=True)
