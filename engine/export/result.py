"""What came of an export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True)
class Problem:
    """A sentence without a file that is up to date.

    Attributes:
        number: the sentence's, or None where it is not about one sentence.
        reason: in the user's words.
        hint: what to do, where there is something to do about it here.
    """

    number: int | None
    text: str
    reason: str
    hint: str = ""


@dataclass(frozen=True)
class ExportResult:
    """What an export did or, in a dry run, would do. Files are named without their folder.

    Attributes:
        files: by the sentence's number, every file that is up to date.
        written: files that were not there before.
        replaced: our own files whose sound changed.
        unchanged: files that already held just this; they were not touched.
        stale: of the files, those spoken before the sentence was last changed.
        left_over: our own files of earlier exports that no sentence has now; they stay.
        left_out: sentences that were not asked for.
        skipped: sentences that have no take to export.
        failed: sentences whose file could not be written, and what else could not.
    """

    folder: Path
    files: Mapping[int, Path] = field(default_factory=lambda: MappingProxyType({}))
    written: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    left_over: tuple[str, ...] = ()
    left_out: tuple[Problem, ...] = ()
    skipped: tuple[Problem, ...] = ()
    failed: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """All that was asked for is in the folder."""
        return not self.skipped and not self.failed
