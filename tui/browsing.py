"""What a typed path may be on its way to: the folders and scripts that fit it so far."""

from __future__ import annotations

import os
import re
import stat
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.files import explain_os_error
from engine.i18n import _

SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown"})
"""Of the files that are offered; one of another name is found by typing all of it."""

PROJECT_SUFFIX = ".studio"
LIMIT = 200
"""Entries that are listed; the rest are counted."""

SEPARATORS = tuple(filter(None, (os.sep, os.altsep)))
_QUOTES = ("'", '"')


@dataclass(frozen=True)
class Entry:
    """A row of a folder's list."""

    path: Path
    kind: Literal["up", "folder", "script"]


@dataclass(frozen=True)
class Listing:
    """What fits a text that was typed.

    Attributes:
        folder: where it was looked for; None for the drives of Windows.
        left_out: how many fitted beyond those that are listed.
        trouble: why the folder cannot be read, a title and a hint; empty where it can.
    """

    folder: Path | None
    entries: tuple[Entry, ...] = ()
    left_out: int = 0
    trouble: tuple[str, str] = ("", "")


def look(typed: str, base: Path) -> Listing:
    """List what fits. Blocks for as long as the disk does.

    Args:
        typed: a path, or its beginning; a relative one starts at ``base``.
    """
    where, name = _split(unwrapped(typed))
    found = drives() if where in ("/", "\\") else []
    if found:
        fitting = [Entry(drive, "folder") for drive in found if _fits(name, str(drive))]
        return Listing(None, tuple(fitting))
    folder = as_path(where, base)
    try:
        entries = sorted(_entries(folder, name), key=lambda entry: _order(entry, name))
    except (OSError, ValueError) as error:
        return Listing(folder, _up(folder), trouble=_trouble(error, folder))
    return Listing(
        folder,
        (*(() if name else _up(folder)), *entries[:LIMIT]),
        left_out=max(0, len(entries) - LIMIT),
    )


def as_path(typed: str, base: Path) -> Path:
    """The path that was typed, absolute and without ``~`` and ``..``."""
    try:
        path = Path(unwrapped(typed)).expanduser()
    except RuntimeError:  # the home of somebody who is not known here
        path = Path(typed)
    return Path(os.path.normpath(base / path))


def unwrapped(typed: str) -> str:
    """The path in what a terminal types when a file is dropped on it: in quotes, or with a
    backslash before each space."""
    typed = typed.strip()
    if len(typed) > 1 and typed[0] == typed[-1] and typed[0] in _QUOTES:
        return typed[1:-1]
    if os.sep == "/" and re.search(r"\\[ '\"()&\[\]]", typed):
        return re.sub(r"\\(.)", r"\1", typed)
    return typed


def shown_path(path: Path) -> str:
    """A path as people type it, from ``~`` where it is in their home."""
    home = os.path.expanduser("~")  # noqa: PTH111 - Path.home() fails where there is none
    text = str(path)
    if text == home or text.startswith(home.rstrip(os.sep) + os.sep):
        return "~" + text[len(home.rstrip(os.sep)) :]
    return text


def shown_folder(folder: Path | None) -> str:
    """A folder as people type it, ready for the name of what is in it."""
    if folder is None:
        return os.sep
    text = shown_path(folder)
    return text if text.endswith(SEPARATORS) else text + os.sep


def drives() -> list[Path]:
    """The drives of Windows; none elsewhere."""
    if sys.platform != "win32":
        return []
    import ctypes

    # Asking each letter for its files would wait for drives without a disk.
    bits = ctypes.windll.kernel32.GetLogicalDrives()
    return [Path(f"{chr(ord('A') + n)}:\\") for n in range(26) if bits >> n & 1]


def _split(typed: str) -> tuple[str, str]:
    """The folder, as typed, and the beginning of a name in it."""
    cut = 1 + max(typed.rfind(separator) for separator in SEPARATORS)
    where, name = typed[:cut], typed[cut:]
    if name in ("~", "..", ".") or (os.sep == "\\" and re.fullmatch("[A-Za-z]:", name)):
        return typed + os.sep, ""
    return where, name


def _up(folder: Path) -> tuple[Entry, ...]:
    if folder.parent != folder:
        return (Entry(folder.parent, "up"),)
    return (Entry(Path(os.sep), "up"),) if drives() else ()


def _entries(folder: Path, name: str) -> Iterator[Entry]:
    """What fits in a folder. Raises OSError, and ValueError for a name that cannot be one."""
    wanted = plain(name)
    with os.scandir(folder) as found:
        for item in found:
            exact = bool(wanted) and plain(item.name) == wanted
            if not exact and (not _fits(name, item.name) or _is_hidden(item, name)):
                continue
            kind = _kind(item, exact=exact)
            if kind and not any(unicodedata.category(c) in ("Cc", "Cs") for c in item.name):
                yield Entry(Path(item.path), kind)


def _kind(item: os.DirEntry[str], *, exact: bool) -> Literal["folder", "script"] | None:
    try:
        if item.is_dir():
            return None if item.name.endswith(PROJECT_SUFFIX) else "folder"
        known = os.path.splitext(item.name)[1].lower() in SUFFIXES  # noqa: PTH122
        return "script" if exact or (known and item.is_file()) else None
    except OSError:
        return None


def _is_hidden(item: os.DirEntry[str], name: str) -> bool:
    if item.name.startswith("."):
        return not name.startswith(".")
    if sys.platform not in ("win32", "darwin"):
        return False
    try:
        status = item.stat(follow_symlinks=False)
    except OSError:
        return False
    attributes, flags = getattr(status, "st_file_attributes", 0), getattr(status, "st_flags", 0)
    return bool(attributes & stat.FILE_ATTRIBUTE_HIDDEN or flags & stat.UF_HIDDEN)


def _fits(name: str, candidate: str) -> bool:
    return plain(name) in plain(candidate)


def plain(name: str) -> str:
    """A name as names are compared, whoever has typed it."""
    # A Mac writes Hangul to the disk as separate letters, and a keyboard types syllables.
    return unicodedata.normalize("NFC", name).casefold()


def _order(entry: Entry, name: str) -> tuple[bool, bool, bool, list[tuple[bool, int, str]]]:
    """What is exactly meant first, then what begins so, folders before scripts, 2 before 10."""
    shown, wanted = plain(entry.path.name), plain(name)
    parts = re.findall(r"\d+|\D+", shown)
    natural = [(False, int(part), "") if part.isdecimal() else (True, 0, part) for part in parts]
    return (
        shown != wanted,
        not shown.startswith(wanted),
        entry.kind != "folder",
        natural,
    )


def _trouble(error: OSError | ValueError, folder: Path) -> tuple[str, str]:
    if isinstance(error, FileNotFoundError):
        return _("There is no folder {folder}.").format(folder=folder), _("Check its name.")
    if isinstance(error, NotADirectoryError):
        return _("{folder} is a file, not a folder.").format(folder=folder), ""
    if isinstance(error, PermissionError):
        return (
            _("The folder {folder} may not be read.").format(folder=folder),
            _("Its owner keeps it closed: choose another one, or change its permissions."),
        )
    if isinstance(error, ValueError):
        return _("{folder} cannot be a path.").format(folder=folder), ""
    return explain_os_error(error, folder)
