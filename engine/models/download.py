"""Downloading a model: what is missing first, then the files, each checked by its content."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from engine.errors import HubLost, ModelError
from engine.files import explain_os_error, write_atomic
from engine.i18n import _
from engine.models.catalogue import Model
from engine.models.hub import Hub, HubFile
from engine.models.store import cache_folder, locate, repository_folder
from engine.sizes import shown_bytes

_ATTEMPTS = 4
# Without a byte more from one to the next.

_PAUSE_SECONDS = 1.0


class Watcher(Protocol):
    """Who is told how a download goes on; how much has arrived is to be seen on the disk."""

    def fetching(self, file: HubFile) -> None: ...

    def checking(self, file: HubFile) -> None: ...

    def lost(self, error: HubLost) -> None:
        """The connection; it is taken up again."""
        ...


@dataclass(frozen=True)
class Download:
    """What is to be downloaded of one model.

    Attributes:
        files: all that it has, missing or not. Those by which a model counts as complete come
            after the large ones, so that it does not before these are checked.
    """

    model: Model
    revision: str
    files: tuple[HubFile, ...]

    @property
    def total_bytes(self) -> int:
        return sum(file.size for file in self.files)

    def here_bytes(self) -> int:
        """How much of it lies on the disk now."""
        return sum(self.bytes_of(file) for file in self.files)

    def bytes_of(self, file: HubFile) -> int:
        """How much of a file lies on the disk now."""
        if self.path(file).is_file() or self._blob(file).is_file():
            return file.size
        try:
            return min(file.size, self._unfinished(file).stat().st_size)
        except OSError:
            return 0

    def path(self, file: HubFile) -> Path:
        """Where it will lie; may not exist."""
        return repository_folder(self.model).joinpath(
            "snapshots", self.revision, *file.name.split("/")
        )

    def has_more_than(self, file: HubFile) -> bool:
        """Whether something unfinished lies there that cannot be the beginning of the file."""
        try:
            return self._unfinished(file).stat().st_size > file.size
        except OSError:
            return False

    def discard(self, file: HubFile) -> None:
        """Remove what has arrived of a file. Raises OSError."""
        for path in (self.path(file), self._blob(file), self._unfinished(file)):
            path.unlink(missing_ok=True)

    def _blob(self, file: HubFile) -> Path:
        return repository_folder(self.model) / "blobs" / file.content

    def _unfinished(self, file: HubFile) -> Path:
        return self._blob(file).with_name(f"{file.content}.incomplete")


def plan_download(hub: Hub, model: Model) -> Download:
    """Ask the hub what a model consists of.

    Raises:
        ModelError: it does not say.
    """
    listing = hub.listing(model)
    files = sorted(listing.files, key=lambda file: (not file.is_large, -file.size))
    return Download(model, listing.revision, tuple(files))


def free_bytes() -> int:
    """Of the disk that holds the cache, or will hold it.

    Raises:
        ModelError: it cannot be looked at.
    """
    folder = cache_folder().absolute()
    try:
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        return shutil.disk_usage(folder).free
    except OSError as error:
        raise ModelError(*explain_os_error(error, folder)) from error


def check_space(downloads: Sequence[Download]) -> None:
    """Raises ModelError where the disk has no room for what is missing."""
    missing = sum(each.total_bytes - each.here_bytes() for each in downloads)
    free = free_bytes()
    if missing > free:
        raise ModelError(
            _("The disk is too full: {missing} are to come, {free} are free.").format(
                missing=shown_bytes(missing), free=shown_bytes(free)
            ),
            _("Free some space, or name a folder on another disk in HF_HUB_CACHE: {folder}").format(
                folder=cache_folder()
            ),
        )


def download(hub: Hub, wanted: Download, watcher: Watcher) -> Path:
    """Bring all files here, those that are unfinished from where they stopped. Blocks; interrupted
    anywhere, what has arrived stays.

    Returns:
        The folder of the model.

    Raises:
        ModelError: a file cannot be had, or is not what it should be.
    """
    for file in wanted.files:
        watcher.fetching(file)
        _fetch(hub, wanted, file, watcher)
        watcher.checking(file)
        _check(hub, wanted, file)
    _name_revision(wanted)
    folder = locate(wanted.model)
    if folder is None:
        raise ModelError(
            _("{host} has only a part of {name}.").format(
                host=hub.access.host, name=wanted.model.name
            ),
            _("Try another mirror in HF_ENDPOINT, or without one: huggingface.co has all of it."),
        )
    return folder


def _fetch(hub: Hub, wanted: Download, file: HubFile, watcher: Watcher) -> None:
    if wanted.has_more_than(file):
        _discard(wanted, file)
    attempts = 0
    while True:
        before = wanted.bytes_of(file)
        try:
            hub.fetch(wanted.model, wanted.revision, file)
        except HubLost as lost:
            attempts = 1 if wanted.bytes_of(file) > before else attempts + 1
            if attempts >= _ATTEMPTS:
                raise
            watcher.lost(lost)
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _check(hub: Hub, wanted: Download, file: HubFile) -> None:
    """The library compares sizes alone."""
    path = wanted.path(file)
    try:
        intact = path.stat().st_size == file.size and _content(path, file) == file.content
    except OSError as error:
        raise ModelError(*explain_os_error(error, path)) from error
    if intact:
        return
    _discard(wanted, file)
    raise ModelError(
        _("{name} did not arrive as it was sent; it was thrown away.").format(name=file.name),
        _("The same command fetches it again. If that does not help, {host} is at fault.").format(
            host=hub.access.host
        ),
    )


def _discard(wanted: Download, file: HubFile) -> None:
    try:
        wanted.discard(file)
    except OSError as error:
        raise ModelError(*explain_os_error(error, wanted.path(file))) from error


def _content(path: Path, file: HubFile) -> str:
    """By what the hub would know it. Source of the second: git-hash-object."""
    if file.is_large:
        digest = hashlib.sha256()
    else:
        digest = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
    with path.open("rb") as opened:
        while chunk := opened.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _name_revision(wanted: Download) -> None:
    """Say which revision is the current one, as the library does when it is asked by a name."""
    path = repository_folder(wanted.model) / "refs" / "main"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, wanted.revision.encode())
    except OSError as error:
        raise ModelError(*explain_os_error(error, path)) from error
