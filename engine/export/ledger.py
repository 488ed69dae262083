"""Which files of an export folder are the studio's own and may be replaced."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import BinaryIO

from engine.errors import ExportError
from engine.export.manifest import read_files
from engine.export.plan import Owner
from engine.files import explain_os_error
from engine.i18n import _

JOURNAL = ".manifest.journal"


class Ledger:
    """Knows the files of earlier exports by name and content, from the manifest and, where an
    export was broken off before it wrote one, from a journal.

    A file is noted in the journal before it gets its name, so that whatever ends the export, the
    next one still knows it for its own.
    """

    def __init__(self, folder: Path, owner: Owner) -> None:
        """
        Raises:
            ExportError: the folder holds somebody else's export, or cannot be made out.
        """
        self._path = folder / JOURNAL
        self._owner = owner
        self._journal: BinaryIO | None = None
        self._known: dict[str, set[str]] = {}
        found = read_files(folder)
        if found:
            self._check_owner(found[0], folder)
            for name, sha256 in found[1].items():
                self._learn(name, sha256)
        self._read_journal(folder)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._journal:
            self._journal.close()

    @property
    def names(self) -> frozenset[str]:
        """Of all files that we wrote here, as far as it is known."""
        return frozenset(self._known)

    def knows(self, name: str) -> bool:
        """Whether we wrote a file of this name, whatever became of it."""
        return name in self._known

    def is_ours(self, name: str, sha256: str) -> bool:
        """Whether the file of this name is just as we wrote it."""
        return sha256 in self._known.get(name, ())

    def note(self, name: str, sha256: str) -> None:
        """Say that a file is about to be written.

        Raises:
            OSError: it cannot be noted, so the file must not be written.
        """
        if self._journal is None:
            self._journal = self._path.open("ab")
            owner = {"project": self._owner.id, "script": self._owner.script}
            _append(self._journal, owner)
        _append(self._journal, {"file": name, "sha256": sha256})
        self._learn(name, sha256)

    def as_written(self, name: str, sha256: str) -> str:
        """The SHA-256 by which a file of ours stays known, given that of what is there now."""
        known = self._known[name]
        return sha256 if sha256 in known else min(known)

    def forget_journal(self) -> None:
        """All of it is in the manifest now."""
        if self._journal:
            self._journal.close()
            self._journal = None
        # One that stays behind does no harm: it names files that are ours.
        with contextlib.suppress(OSError):
            self._path.unlink()

    def _learn(self, name: str, sha256: str) -> None:
        # Only names that lie in the folder itself: a manifest is a file that anyone can change.
        if name == Path(name).name:
            self._known.setdefault(name, set()).add(sha256)

    def _read_journal(self, folder: Path) -> None:
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return
        except OSError as error:
            raise ExportError(*explain_os_error(error, self._path)) from error
        for line in lines:
            self._read_line(line, folder)

    def _read_line(self, line: bytes, folder: Path) -> None:
        try:
            content = json.loads(line)
            if "file" in content:
                self._learn(str(content["file"]), str(content["sha256"]))
            else:
                self._check_owner(Owner(content["project"], content["script"]), folder)
        except (ValueError, TypeError, KeyError):
            # Half a line, the last before the export was broken off.
            return

    def _check_owner(self, owner: Owner, folder: Path) -> None:
        if not self._owner.is_same(owner):
            raise ExportError(
                _("This folder holds the export of another script: {script}").format(
                    script=owner.script
                ),
                _("Export into a folder of its own instead of {folder}.").format(folder=folder),
            )


def _append(journal: BinaryIO, line: dict[str, str]) -> None:
    journal.write(f"{json.dumps(line)}\n".encode())
    journal.flush()
    os.fsync(journal.fileno())
