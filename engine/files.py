"""Writing files so that a reader never meets half of one, and saying why it could not be done."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import stat
import time
from pathlib import Path
from typing import BinaryIO

from engine.i18n import _

TEMPORARY_SUFFIX = ".tts-studio.tmp"
"""Ends the name of every file that is not yet whole; one that was left behind can be deleted."""

_REPLACE_DELAYS = (0.01, 0.02, 0.04, 0.08) if os.name == "nt" else ()
# Seconds. On Windows a virus scanner holds a new file for an instant, and the rename is refused.

_DISK_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_WINDOWS_DISK_FULL = {39, 112}
_WINDOWS_IN_USE = {32, 33}


def write_atomic(
    path: Path, data: bytes, *, mode: int | None = None, like: Path | None = None
) -> None:
    """Put ``data`` at ``path``, whole and on the disk, or leave what was there.

    Args:
        mode: the file's permissions, where not those that new files have; nobody who may not
            read it can do so meanwhile.
        like: a file whose permissions it shall have, and whose owner where that may be.

    Raises:
        OSError: it could not be written (see :func:`explain_os_error`); no temporary file stays.
    """
    temporary = path.parent / f".{secrets.token_hex(8)}{TEMPORARY_SUFFIX}"
    try:
        with _create(temporary, mode if like is None else 0o600) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if like:
            _make_like(temporary, like)
        _replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(path.parent)


def _create(path: Path, mode: int | None) -> BinaryIO:
    if mode is None:
        return path.open("xb")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, mode), "wb")


def sha256_of(path: Path) -> str:
    """Hexadecimal; raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def is_disk_full(error: OSError) -> bool:
    """Whether more writing to the same disk is bound to fail too."""
    return error.errno in _DISK_FULL or getattr(error, "winerror", None) in _WINDOWS_DISK_FULL


def explain_os_error(error: OSError, path: Path) -> tuple[str, str]:
    """The title and the hint of a StudioError about a file that could not be read or written."""
    name, folder = path.name, path.parent
    if is_disk_full(error):
        return (
            _("The disk is full: {name} could not be written.").format(name=name),
            _("Free some space on the disk that holds {folder} and try again.").format(
                folder=folder
            ),
        )
    if getattr(error, "winerror", None) in _WINDOWS_IN_USE:
        return (
            _("{name} is open in another program.").format(name=name),
            _("Close it there and try again: {path}").format(path=path),
        )
    if isinstance(error, FileNotFoundError):
        return (
            _("{name} is not there.").format(name=name),
            _("It may have been moved or deleted: {path}").format(path=path),
        )
    if isinstance(error, PermissionError):
        return (
            _("{name} may not be opened or changed.").format(name=name),
            _("Another program may hold it open, or it is write-protected: {path}").format(
                path=path
            ),
        )
    if error.errno == errno.EROFS:
        return (
            _("{name} lies on a disk that is read-only.").format(name=name),
            _("Choose a folder that can be written to instead of {folder}.").format(folder=folder),
        )
    return (
        _("{name} cannot be used.").format(name=name),
        _("The system says: {reason} ({path})").format(reason=error.strerror or error, path=path),
    )


def _make_like(temporary: Path, like: Path) -> None:
    there = like.stat()
    if os.name != "nt":
        with contextlib.suppress(OSError):
            os.chown(temporary, there.st_uid, there.st_gid)
    temporary.chmod(stat.S_IMODE(there.st_mode))


def _replace(temporary: Path, path: Path) -> None:
    for delay in _REPLACE_DELAYS:
        with contextlib.suppress(PermissionError):
            temporary.replace(path)
            return
        time.sleep(delay)
    temporary.replace(path)


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut; only POSIX lets a folder be synced."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
