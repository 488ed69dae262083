"""Where model files lie on this machine, and which are complete: the cache of the hub's own
library, so that what another program has downloaded is found, and nothing lies there twice.

::

    models--Qwen--Qwen3-TTS-12Hz-1.7B-Base/
        refs/main               the revision that was downloaded
        snapshots/REVISION/     its files, links into blobs/ where the system has links
        blobs/                  the files by their content, unfinished ones too

The layout is part of huggingface_hub's documentation; reading it needs no library, which most
machines with only a desk do not have.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from engine.errors import InputError
from engine.i18n import _
from engine.models.catalogue import CATALOGUE, Kind, Model, Task, find_model
from engine.models.checkpoint import CODEC_FILES, Role, missing_files, read_checkpoint

_KINDS: Mapping[Role, Task] = {
    "base": "Base",
    "custom_voice": "CustomVoice",
    "voice_design": "VoiceDesign",
}
# As `tts_model_type` in config.json has them.


def cache_folder(environment: Mapping[str, str] | None = None) -> Path:
    """The hub library's cache, where its own variables say that it is; may not exist."""
    given = os.environ if environment is None else environment
    if named := given.get("HF_HUB_CACHE") or given.get("HUGGINGFACE_HUB_CACHE"):
        return _expanded(named)
    if home := given.get("HF_HOME"):
        return _expanded(home) / "hub"
    if caches := given.get("XDG_CACHE_HOME"):
        return _expanded(caches) / "huggingface" / "hub"
    return Path.home() / ".cache" / "huggingface" / "hub"


def _expanded(path: str) -> Path:
    return Path(os.path.expanduser(os.path.expandvars(path)))  # noqa: PTH111 - never raises


def repository_folder(model: Model) -> Path:
    """All that the cache holds of a model, finished or not; may not exist."""
    return cache_folder() / f"models--{model.repository.replace('/', '--')}"


def locate(model: Model) -> Path | None:
    """The folder of a model whose files are all there, or None. The revision that was asked for
    last comes first."""
    folder = repository_folder(model)
    snapshots = folder / "snapshots"
    try:
        named = (folder / "refs" / "main").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        named = ""
    try:
        found = sorted(snapshots.iterdir(), key=lambda path: path.name != named)
    except OSError:
        return None
    return next((path for path in found if is_complete(path, model.kind)), None)


def held_bytes(model: Model) -> int:
    """What the cache holds of a model, finished or not: what removing it would free."""
    return sum(
        _size(Path(folder) / name)
        for folder, _folders, names in os.walk(repository_folder(model))
        for name in names
    )


def _size(path: Path) -> int:
    try:
        return 0 if path.is_symlink() else path.stat().st_size
    except OSError:
        return 0  # gone since it was listed


def present() -> tuple[Model, ...]:
    """The models that could speak now, in the catalogue's order."""
    speaking = (model for model in CATALOGUE if model.kind != "Tokenizer")
    return tuple(model for model in speaking if locate(model))


def is_complete(folder: Path, kind: Kind) -> bool:
    """Whether a folder holds all the files that a model of this kind is loaded from."""
    if kind == "Tokenizer":
        return all((folder / name).is_file() for name in CODEC_FILES)
    return not missing_files(folder)


def read_folder(folder: Path) -> Model:
    """The model in a folder of the user's own, as its files describe it.

    Raises:
        InputError: as :func:`engine.models.checkpoint.read_checkpoint` says.
    """
    found = read_checkpoint(folder)
    return Model(
        name=folder.name,
        kind=_KINDS[found.role],
        about="",
        download_bytes=0,
        talker=found.talker,
        predictor=found.predictor,
        codec=found.codec,
        instructs=found.instructs,
    )


def model_of(name: str) -> tuple[Model, Path | None]:
    """The model that the user named and where it lies, or None where it is still to be downloaded.

    Args:
        name: one of the catalogue, or a folder.

    Raises:
        InputError: it is neither; the hint lists the known.
    """
    known = find_model(name)
    if known is not None and known.kind != "Tokenizer":
        return known, locate(known)
    folder = _expanded(name)
    if os.path.isdir(folder):  # noqa: PTH112 - a name too long is none
        return read_folder(folder), folder.absolute()
    raise InputError(
        _("Unknown model: {name}").format(name=name),
        _("Known models: {known}; or name a folder that holds one.").format(
            known=", ".join(model.name for model in CATALOGUE if model.kind != "Tokenizer")
        ),
    )
