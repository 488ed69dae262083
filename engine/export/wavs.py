"""Numbered WAVs and their manifest."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from datetime import date
from pathlib import Path
from types import MappingProxyType

from engine.audio import SILENCE, Samples, deliver, encode
from engine.domain import SAMPLE_RATE, Status
from engine.errors import AudioError, ExportError, ProjectError, StudioError
from engine.export.ledger import Ledger
from engine.export.manifest import MANIFEST, Manifest, describe
from engine.export.plan import Item, Plan, plan_export
from engine.export.result import ExportResult, Problem
from engine.files import (
    TEMPORARY_SUFFIX,
    explain_os_error,
    is_disk_full,
    sha256_of,
    write_atomic,
)
from engine.i18n import _
from engine.project import Project

_ABANDONED = 3600
# Seconds; another export into the same folder may still be writing what is younger.


def export_wavs(
    project: Project,
    *,
    out: Path | None = None,
    only_accepted: bool = False,
    dry_run: bool = False,
    silence: float = SILENCE,
    today: date | None = None,
) -> ExportResult:
    """Decide on an export and do it, both on this thread: see :func:`plan_export` and
    :func:`run_export`."""
    plan = plan_export(
        project,
        out=out,
        only_accepted=only_accepted,
        dry_run=dry_run,
        silence=silence,
        today=today,
    )
    return run_export(plan)


def run_export(plan: Plan) -> ExportResult:
    """Do what was planned. Blocks; may run on any thread.

    Each file appears whole or not at all, and the manifest comes last. What the studio did not
    write, or what was changed since, is left as it is. Where there is nothing to export and
    nothing was, not even a folder is made.

    Raises:
        ExportError: the folder cannot be used at all; nothing was written.
    """
    _check_no_file(plan.folder)
    with Ledger(plan.folder, plan.owner) as ledger:
        dry = plan.dry_run or not (plan.items or ledger.names)
        if not dry:
            _make_folder(plan.folder)
            # The project must know its files again after a kill. Where it cannot be written, it
            # says so itself, and the files may still find room elsewhere.
            with contextlib.suppress(ProjectError):
                plan.project.flush()
        return _Export(plan, ledger, dry=dry).run()


class _Export:
    def __init__(self, plan: Plan, ledger: Ledger, *, dry: bool) -> None:
        self._plan = plan
        self._ledger = ledger
        self._dry = dry
        self._done: list[tuple[Item, int, str]] = []
        self._written: list[str] = []
        self._replaced: list[str] = []
        self._unchanged: list[str] = []
        self._failed: list[Problem] = []
        self._disk_full = False

    def run(self) -> ExportResult:
        plan = self._plan
        for item in plan.items:
            self._export(item)
        left_over = self._find_left_over()
        if not self._dry:
            self._write_manifest(left_over)
        planned = {item.file for item in plan.items}
        items = [item for item, _samples, _sha256 in self._done]
        return ExportResult(
            folder=plan.folder,
            files=MappingProxyType({item.number: plan.folder / item.file for item in items}),
            written=tuple(self._written),
            replaced=tuple(self._replaced),
            unchanged=tuple(self._unchanged),
            stale=tuple(item.file for item in items if item.row.status is Status.STALE),
            left_over=tuple(sorted(left_over.keys() - planned)),
            left_out=plan.left_out,
            skipped=plan.skipped,
            failed=tuple(self._failed),
        )

    def _export(self, item: Item) -> None:
        if self._disk_full:
            self._fail(item, _("Its turn did not come: the disk is full."))
            return
        try:
            samples = self._render(item)
            content = encode(samples, SAMPLE_RATE, "wav")
            sha256 = hashlib.sha256(content).hexdigest()
            self._put(item.file, content, sha256)
        except StudioError as error:
            self._fail(item, error.title, error.hint)
        except OSError as error:
            self._disk_full = is_disk_full(error)
            self._fail(item, *explain_os_error(error, self._plan.folder / item.file))
        else:
            self._done.append((item, len(samples), sha256))

    def _render(self, item: Item) -> Samples:
        plan, cut = self._plan, item.take.draft.cut
        raw = plan.project.read_audio(item.take)
        samples = deliver(raw, SAMPLE_RATE, cut, silence=plan.silence)
        if len(samples) <= round(plan.silence * SAMPLE_RATE):
            raise AudioError(_("Its cut leaves nothing of the take."), _("Set its edges anew."))
        return samples

    def _put(self, name: str, content: bytes, sha256: str) -> None:
        path = self._plan.folder / name
        there = self._what_is_there(path)
        if there == sha256:
            self._unchanged.append(name)
            return
        if there is not None and not self._ledger.is_ours(name, there):
            raise self._kept(path)
        if not self._dry:
            self._ledger.note(name, sha256)
            write_atomic(path, content)
        (self._written if there is None else self._replaced).append(name)

    def _what_is_there(self, path: Path) -> str | None:
        """The SHA-256 of the file of that name, or None if the name is free."""
        if path.is_symlink():
            raise self._kept(path)
        try:
            return sha256_of(path)
        except FileNotFoundError:
            return None

    def _kept(self, path: Path) -> ExportError:
        hint = _("Move or rename {path} and export again.").format(path=path)
        if self._ledger.knows(path.name):
            return ExportError(
                _("{name} was changed outside the studio, so it is kept.").format(name=path.name),
                hint,
            )
        return ExportError(
            _("{name} was not written by this studio, so it is kept.").format(name=path.name), hint
        )

    def _find_left_over(self) -> dict[str, str]:
        """Of our files that were not exported now, those that are still there."""
        left_over = {}
        for name in self._ledger.names - {item.file for item, _samples, _sha256 in self._done}:
            with contextlib.suppress(OSError):
                left_over[name] = self._ledger.as_written(name, sha256_of(self._plan.folder / name))
        return left_over

    def _write_manifest(self, left_over: dict[str, str]) -> None:
        plan = self._plan
        path = plan.folder / MANIFEST
        manifest = Manifest(
            plan.owner, plan.language, plan.silence, describe(self._done), left_over
        )
        content = manifest.encode()
        try:
            if not path.exists() or path.read_bytes() != content:
                write_atomic(path, content)
        except OSError as error:
            self._failed.append(Problem(None, MANIFEST, *explain_os_error(error, path)))
        else:
            self._ledger.forget_journal()

    def _fail(self, item: Item, reason: str, hint: str = "") -> None:
        self._failed.append(Problem(item.number, item.row.sentence.text, reason, hint))


def _check_no_file(path: Path) -> None:
    try:
        if path.is_dir() or not os.path.lexists(path):
            return
    except OSError as error:
        raise ExportError(*explain_os_error(error, path)) from error
    raise ExportError(
        _("{path} is a file, not a folder.").format(path=path),
        _("Choose another folder to export into."),
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(*explain_os_error(error, folder)) from error
    _remove_unfinished(folder)


def _remove_unfinished(folder: Path) -> None:
    """Delete what an export that was killed had begun to write."""
    for path in folder.glob(f".*{TEMPORARY_SUFFIX}"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _ABANDONED:
                path.unlink()
