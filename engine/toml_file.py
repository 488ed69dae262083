"""Changing a part of a TOML file that is the user's: all else in it stays, comments too."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import StudioError
from engine.files import explain_os_error, write_atomic
from engine.settings import read_config

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

OWNER_ONLY = 0o600
"""A new file's mode: keys may stand in it."""

_WRITABLE = 0o222
_changing = threading.Lock()


def change_toml(path: Path, change: Callable[[TOMLDocument], object]) -> None:
    """Let something be changed in a file, or in a new one. Blocks for as long as the disk does.

    Raises:
        InputError: it is not TOML, and stays as it is; the hint says where.
        StudioError: it cannot be written.
    """
    import tomlkit

    # A file that is kept elsewhere, with a link to it here, is changed there.
    path = path.resolve()
    with _changing:
        read_config(path)
        try:
            text = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
            document = tomlkit.parse(text)
            change(document)
            changed = _with_line_ends_of(text, tomlkit.dumps(document))
            if changed != text:
                _replace(path, changed)
        except OSError as error:
            raise StudioError(*explain_os_error(error, path)) from error


def _with_line_ends_of(text: str, changed: str) -> str:
    return re.sub(r"(?<!\r)\n", "\r\n", changed) if "\r\n" in text else changed


def _replace(path: Path, text: str) -> None:
    mode = OWNER_ONLY
    if path.exists():
        mode = path.stat().st_mode & 0o777
        if not mode & _WRITABLE:
            # The folder alone would let it be replaced; whoever protected it wants it to stay.
            raise PermissionError(path)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomic(path, text.encode(), mode=mode)
