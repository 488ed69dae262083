"""``manifest.json``: what is in an export folder, for other programs and for the next export."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.domain import SAMPLE_RATE
from engine.errors import ExportError
from engine.export.plan import Item, Owner
from engine.files import explain_os_error
from engine.i18n import _
from engine.version import __version__

MANIFEST = "manifest.json"
PROGRAM = "TTS Studio"
FORMAT = 1
"""Raised when a program that knows the earlier one could misread it."""


@dataclass(frozen=True)
class Entry:
    """A sentence and its file.

    Attributes:
        start: seconds from the beginning of the files joined one after the other, without the
            pauses between paragraphs.
        duration: seconds, with the silence at the end.
        take: its number among the sentence's takes.
        sha256: of the file's bytes, hexadecimal.
    """

    number: int
    text: str
    say: str
    section: str
    file: str
    start: float
    duration: float
    seed: int
    engine: str
    model: str
    voice: str
    take: int
    status: str
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """An export folder at the end of an export.

    Attributes:
        silence: seconds at the end of each file.
        left_over: SHA-256 by name of the studio's files that no sentence has now.
    """

    owner: Owner
    language: str
    silence: float
    sentences: tuple[Entry, ...]
    left_over: Mapping[str, str]

    def encode(self) -> bytes:
        content = {
            "program": PROGRAM,
            "format": FORMAT,
            "version": __version__,
            "project": self.owner.id,
            "script": self.owner.script,
            "language": self.language,
            "sample_rate": SAMPLE_RATE,
            "silence": self.silence,
            "sentences": [asdict(entry) for entry in self.sentences],
            "left_over": dict(sorted(self.left_over.items())),
        }
        return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def describe(
    done: Sequence[tuple[Item, int, str]],
) -> tuple[Entry, ...]:
    """The entries of the sentences whose files are up to date, in order.

    Args:
        done: with each its length in samples and the SHA-256 of its file.
    """
    entries: list[Entry] = []
    position = 0
    for item, samples, sha256 in done:
        sentence, draft = item.row.sentence, item.take.draft
        entries.append(
            Entry(
                number=item.number,
                text=sentence.text,
                say=sentence.say,
                section=sentence.section,
                file=item.file,
                start=round(position / SAMPLE_RATE, 6),
                duration=round(samples / SAMPLE_RATE, 6),
                seed=draft.seed,
                engine=draft.engine,
                model=draft.model,
                voice=draft.voice or draft.asked.voice,
                take=item.take.number,
                status=item.row.status.value,
                sha256=sha256,
            )
        )
        position += samples
    return tuple(entries)


def read_files(folder: Path) -> tuple[Owner, dict[str, str]] | None:
    """Whose export a folder holds, and the SHA-256 by name of each of its files; None if there is
    no manifest.

    Raises:
        ExportError: there is one that is not ours, or that cannot be made out. Nothing is done to
            it: it may be all that another program knows of its files.
    """
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ExportError(*explain_os_error(error, path)) from error
    except (ValueError, RecursionError) as error:
        raise _foreign(path) from error
    try:
        return _files(content)
    except (TypeError, KeyError, ValueError) as error:
        raise _foreign(path) from error


def _files(content: Any) -> tuple[Owner, dict[str, str]]:
    if content["program"] != PROGRAM:
        raise ValueError(content["program"])
    if content["format"] > FORMAT:
        raise ExportError(
            _("This folder was written by a newer TTS Studio."),
            _("Update the program, or export into another folder."),
        )
    files = dict(content["left_over"])
    files.update((entry["file"], entry["sha256"]) for entry in content["sentences"])
    if not all(isinstance(text, str) for pair in files.items() for text in pair):
        raise TypeError
    return Owner(str(content["project"]), str(content["script"])), files


def _foreign(path: Path) -> ExportError:
    return ExportError(
        _("The folder has a {name} that was not written by this program, or is damaged.").format(
            name=MANIFEST
        ),
        _("Move {path} elsewhere, or export into another folder.").format(path=path),
    )
