"""What shall be exported, and where: read from a project at one moment."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from engine.audio import SILENCE
from engine.domain import EXPORTABLE, Status, Take
from engine.export.result import Problem
from engine.i18n import _
from engine.labels import LONGEST, make_label
from engine.project import Project, Row
from engine.project.lock import held_elsewhere

FOLDER = "export.folder"
"""The key of the setting that keeps the folder's name from the first export on."""

OWNER = "export.owner"
"""The key of the setting by which a project knows the files that it exported."""

_OUTPUT = "output"


@dataclass(frozen=True)
class Owner:
    """Whose files they are: a project by its random id, which a project that was never exported
    does not have, and by its script's name."""

    id: str
    script: str

    def is_same(self, other: Owner) -> bool:
        if self.id and other.id:
            return self.id == other.id
        return self.script == other.script


@dataclass(frozen=True)
class Item:
    """A sentence that has a take to export.

    Attributes:
        file: the name that it shall have.
    """

    file: str
    number: int
    row: Row
    take: Take


@dataclass(frozen=True)
class Plan:
    """An export, decided but not begun.

    Attributes:
        silence: seconds after each sentence.
    """

    project: Project
    folder: Path
    owner: Owner
    language: str
    items: tuple[Item, ...]
    left_out: tuple[Problem, ...]
    skipped: tuple[Problem, ...]
    silence: float
    dry_run: bool


def plan_export(
    project: Project,
    *,
    out: Path | None = None,
    only_accepted: bool = False,
    dry_run: bool = False,
    silence: float = SILENCE,
    today: date | None = None,
) -> Plan:
    """Decide on an export. Quick; belongs to the thread that owns the project.

    At a project's first export its labels and the date in the folder's name are fixed, so that
    files which an editor has linked keep their names.

    Args:
        out: the folder; by default ``output/{date}_{script}`` beside the script.
        only_accepted: leave out what nobody has accepted.
        dry_run: fix and write nothing.
        silence: seconds after each sentence.
        today: for the folder's name; by default the day it is here.

    Raises:
        ReadOnlyProject: another studio has the project, which alone may name its folder.
    """
    if project.holder and not out and not dry_run:
        raise held_elsewhere(
            project.holder, _("Export there, or into a folder of your own with `--out`.")
        )
    spoken = [row for row in map(project.row, project.ids) if row.number is not None]
    wanted = {Status.ACCEPTED} if only_accepted else EXPORTABLE
    digits = max(3, len(str(len(spoken))))
    items: list[Item] = []
    lacking: list[Problem] = []
    for row in spoken:
        if row.status in wanted and row.take and row.number:
            items.append(Item(_file_name(row, digits), row.number, row, row.take))
        else:
            lacking.append(_problem(row))
    fix = bool(items) and not dry_run and not project.read_only
    if fix:
        project.fix_labels()
    return Plan(
        project=project,
        folder=out.absolute() if out else _own_folder(project, today, fix=fix, dry_run=dry_run),
        owner=_owner(project, fix=fix),
        language=project.language,
        items=tuple(items),
        left_out=tuple(lacking) if only_accepted else (),
        skipped=() if only_accepted else tuple(lacking),
        silence=silence,
        dry_run=dry_run,
    )


def _file_name(row: Row, digits: int) -> str:
    # Made safe once more: a label may come from a project that some other program wrote.
    return f"{row.number:0{digits}d}_{make_label(row.label, LONGEST)}.wav"


def _problem(row: Row) -> Problem:
    reasons = {
        Status.DRAFT: _("It has not been spoken yet."),
        Status.REJECTED: _("Its take was rejected and it waits for another."),
        Status.FAILED: _("It could not be spoken: {reason}"),
        Status.STALE: _("It was changed after it was spoken."),
    }
    reason = reasons.get(row.status, _("Nobody has accepted it."))
    return Problem(
        row.number, row.sentence.text, reason.format(reason=row.sentence.failure).rstrip()
    )


def _owner(project: Project, *, fix: bool) -> Owner:
    owner = project.get_setting(OWNER)
    if not owner and fix:
        owner = secrets.token_hex(8)
        project.set_setting(OWNER, owner)
    return Owner(owner, project.script_path.name)


def _own_folder(project: Project, today: date | None, *, fix: bool, dry_run: bool) -> Path:
    output = project.script_path.parent / _OUTPUT
    known = project.get_setting(FOLDER)
    if _is_name(known):
        return output / known
    day = today or datetime.now().astimezone().date()
    name = f"{day.isoformat()}_{make_label(project.script_path.stem, LONGEST)}"
    if dry_run or not project.read_only:
        name = _free_name(output, name)
    if fix:
        project.set_setting(FOLDER, name)
    return output / name


def _is_name(known: str) -> bool:
    """Whether it can be a name that was given here, and no way out of the folder."""
    match = re.fullmatch(r"\d{4}-\d\d-\d\d_(\w+)", known)
    return match is not None and match[1] == make_label(match[1], len(known))


def _free_name(output: Path, name: str) -> str:
    """A name that no other script's export has: ``story.txt`` and ``story.md`` want the same."""
    free, count = name, 1
    while os.path.lexists(output / free):
        count += 1
        free = f"{name}_{count}"
    return free
