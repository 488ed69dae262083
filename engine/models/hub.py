"""The hub that the models are downloaded from, through its own library: the only module that
imports it."""

from __future__ import annotations

import logging
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ModelError
from engine.i18n import _
from engine.models.catalogue import Model
from engine.models.hub_access import HubAccess
from engine.models.hub_faults import explained
from engine.models.store import cache_folder

_CHUNK_BYTES = 1 << 20
# The library's own are of ten megabytes: on a slow line ten seconds without a sign of life, and
# as much lost with a connection.

_SECONDS = 15.0

_REVISION = re.compile(r"[0-9a-f]{40}")
_CONTENT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_PART = re.compile(r"(?!\.{1,2}$)[\w.+-][\w.+ -]*")
# A part of a path that stays within its folder on every system.

_FAULTS = (OSError, ValueError, KeyError, TypeError, AttributeError)
# What comes of an answer that is none: the library checks little of it. Its own are OSErrors.


@dataclass(frozen=True)
class HubFile:
    """A file as the hub lists it.

    Attributes:
        name: its path within the model, with slashes.
        size: in bytes.
        content: by what its content is known and stored: the SHA-256 of a large file, git's SHA-1
            of a small one.
    """

    name: str
    size: int
    content: str

    @property
    def is_large(self) -> bool:
        return len(self.content) == 64


@dataclass(frozen=True)
class Listing:
    """All files of a model, in the revision that is the current one."""

    revision: str
    files: tuple[HubFile, ...]


class Hub:
    """Raises ModelError wherever something cannot be had; the hint says what to do.

    Args:
        access: which hub, and as whom.
    """

    def __init__(self, access: HubAccess) -> None:
        self.access = access
        self._library = _library()

    def listing(self, model: Model) -> Listing:
        """Ask which files there are; downloads none."""
        api = self._library.HfApi(endpoint=self.access.endpoint, token=self.access.token)
        try:
            info = api.model_info(
                model.repository, revision="main", files_metadata=True, timeout=_SECONDS
            )
            files = tuple(_file(sibling) for sibling in info.siblings)
        except _FAULTS as error:
            raise explained(error, self.access, model) from error
        if not files or not _REVISION.fullmatch(str(info.sha)):
            raise explained(ValueError("no files"), self.access, model)
        return Listing(info.sha, files)

    def fetch(self, model: Model, revision: str, file: HubFile) -> Path:
        """Download what is missing of a file into the cache.

        Raises:
            HubLost: the connection broke off within the file; asking again goes on from there.
        """
        try:
            with warnings.catch_warnings():
                # It warns of a disk too small for the whole file, however little is missing.
                warnings.simplefilter("ignore")
                return Path(
                    self._library.hf_hub_download(
                        model.repository,
                        file.name,
                        revision=revision,
                        cache_dir=cache_folder(),
                        endpoint=self.access.endpoint,
                        token=self.access.token,
                        etag_timeout=_SECONDS,
                    )
                )
        except _FAULTS as error:
            raise explained(error, self.access, model) from error


def _library() -> Any:
    try:
        import huggingface_hub
        from huggingface_hub import constants
        from huggingface_hub.utils.tqdm import disable_progress_bars
    except ImportError as error:
        raise ModelError(
            _("What downloads models is not installed: huggingface_hub."),
            _('Install it together with what speaks them: pip install ".[qwen]"'),
        ) from error
    constants.DOWNLOAD_CHUNK_SIZE = _CHUNK_BYTES
    # The hub's other ways to send a file begin anew after an interruption; mirrors know none.
    constants.HF_HUB_DISABLE_XET = True
    constants.HF_HUB_ENABLE_HF_TRANSFER = False
    # Its words would fall into the progress, which is shown over all files.
    constants.HF_HUB_DISABLE_SYMLINKS_WARNING = True
    disable_progress_bars()
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    return huggingface_hub


def _file(sibling: Any) -> HubFile:
    """Raises ValueError where it cannot be a file of a model: its name becomes a path here."""
    content = sibling.lfs.sha256 if sibling.lfs else sibling.blob_id
    parts = sibling.rfilename.split("/")
    if (
        not all(map(_PART.fullmatch, parts))
        or not _CONTENT.fullmatch(content)
        or not isinstance(sibling.size, int)
    ):
        raise ValueError(sibling.rfilename)
    return HubFile(sibling.rfilename, sibling.size, content)
