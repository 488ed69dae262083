"""The servers that the user has added, each with its key. They lie beside the settings in a file of
their own, which only its owner can read: settings are shown around and copied, keys are not.

::

    ["http://192.168.0.10:7860"]
    key = "…"
    clips = ["9f86d0…"]          # whose speakers agree that the server hears them
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine import places
from engine.addresses import server_address
from engine.errors import InputError
from engine.settings import read_config
from engine.toml_file import OWNER_ONLY, change_toml

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


@dataclass(frozen=True)
class SavedServer:
    """One server.

    Attributes:
        address: as :func:`engine.addresses.server_address` spells it.
        key: the bearer token that it wants, or empty.
        clips: hashes of the clips that it may be sent, see :class:`engine.client.clip.Clip`.
    """

    address: str
    key: str = field(default="", repr=False)
    clips: tuple[str, ...] = ()


def saved_servers(file: Path | None = None) -> tuple[SavedServer, ...]:
    """All of them, in the order of the file; an entry that makes no sense is left out. Blocks for
    as long as the disk does.

    Raises:
        InputError: the file is not TOML; the hint says where.
    """
    entries = read_config(file or places.servers_file()).items()
    found = (_server(name, entry) for name, entry in entries)
    return tuple(server for server in found if server is not None)


def saved_server(address: str, file: Path | None = None) -> SavedServer:
    """What is known of one; of a server that is not saved, its address alone.

    Raises:
        InputError: as above.
    """
    known = {server.address: server for server in saved_servers(file)}
    return known.get(address, SavedServer(address))


def save_server(server: SavedServer, *, instead_of: str = "", file: Path | None = None) -> None:
    """Keep a server, in place of the one of another address where there is one. Blocks.

    Raises:
        InputError: the file is not TOML, and stays as it is.
        StudioError: it cannot be written.
    """

    def change(document: TOMLDocument) -> None:
        import tomlkit

        if instead_of and instead_of != server.address:
            _remove(document, instead_of)
        told = document.get(server.address)
        table = told if isinstance(told, dict) else tomlkit.table()
        _remove(document, server.address, but=server.address)
        table.pop("key", None)
        if server.key:
            table["key"] = server.key
        if server.clips:
            table["clips"] = list(server.clips)
        document[server.address] = table

    _change(change, file)


def forget_server(address: str, file: Path | None = None) -> None:
    """Keep nothing of a server any more; raises as :func:`save_server` does."""
    _change(lambda document: _remove(document, address), file)


def allow_clip(address: str, clip: str, file: Path | None = None) -> None:
    """Note that a server may be sent a clip; raises as :func:`save_server` does."""
    server = saved_server(address, file)
    if clip not in server.clips:
        save_server(replace(server, clips=(*server.clips, clip)), file=file)


def _remove(document: TOMLDocument, address: str, *, but: str = "") -> None:
    """Take out what people wrote of a server by hand too, in whatever spelling.

    Args:
        but: the name of an entry that stays.
    """
    for name in [name for name in document if name != but and _address_of(name) == address]:
        document.pop(name)


def _change(change: Callable[[TOMLDocument], object], file: Path | None) -> None:
    path = file or places.servers_file()
    _close_to_others(path)
    change_toml(path, change)


def _close_to_others(path: Path) -> None:
    """Before a key is written into it, not after."""
    with contextlib.suppress(OSError):
        if os.name != "nt" and path.exists() and path.stat().st_mode & ~OWNER_ONLY & 0o777:
            path.chmod(OWNER_ONLY)


def _server(name: str, entry: object) -> SavedServer | None:
    address = _address_of(name)
    if address is None or not isinstance(entry, Mapping):
        return None
    key, clips = entry.get("key"), entry.get("clips")
    return SavedServer(
        address,
        key if isinstance(key, str) else "",
        tuple(clip for clip in clips if isinstance(clip, str)) if isinstance(clips, list) else (),
    )


def _address_of(name: str) -> str | None:
    try:
        return server_address(name)
    except InputError:
        return None
