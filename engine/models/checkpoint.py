"""What a model's folder says of the model, read without the libraries that run it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from engine.errors import InputError
from engine.i18n import _

Role = Literal["base", "custom_voice", "voice_design"]

TALKER_FILES = (
    "config.json",
    "generation_config.json",
    "merges.txt",
    "tokenizer_config.json",
    "vocab.json",
)
CODEC_FILES = ("config.json", "model.safetensors", "preprocessor_config.json")
CODEC_FOLDER = "speech_tokenizer"

_WEIGHTS = "model.safetensors"
_SHARDS = "model.safetensors.index.json"
_PREDICTOR = "talker.code_predictor."

_SMALL = "0b6"
# The size that follows no instructions: the package drops them without a word.

_LENGTH_BYTES = 8


@dataclass(frozen=True)
class Checkpoint:
    """A complete model on the disk.

    Attributes:
        role: what it was trained for, as its configuration names it.
        languages: full English names.
        speakers: the preset voices, as people write them.
        talker, predictor, codec: parameters, as :class:`engine.models.catalogue.Model` has them.
    """

    folder: Path
    role: Role
    size: str
    languages: tuple[str, ...]
    speakers: tuple[str, ...]
    talker: int
    predictor: int
    codec: int

    @property
    def instructs(self) -> bool:
        """Whether an instruction has any effect."""
        return self.role != "base" and self.size != _SMALL


def read_checkpoint(folder: Path) -> Checkpoint:
    """The model in a folder, seen to be complete.

    Raises:
        InputError: there is none, or a file is missing or broken off.
    """
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        described = _described(config)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            _("There is no Qwen3-TTS model in this folder: {path}").format(path=folder),
            _("Name a folder that holds one, or a model of: tts-studio models"),
        ) from error
    if missing := missing_files(folder):
        raise InputError(
            _("The model is not complete: {names} is missing.").format(names=", ".join(missing)),
            _download_again(folder),
        )
    talker, predictor = _counted(folder, _weight_files(folder))
    codec = sum(_counted(folder, (f"{CODEC_FOLDER}/{_WEIGHTS}",)))
    return Checkpoint(folder, **described, talker=talker, predictor=predictor, codec=codec)


def missing_files(folder: Path) -> tuple[str, ...]:
    """The names of the files that a model is loaded from and that are not in its folder."""
    codec = (f"{CODEC_FOLDER}/{name}" for name in CODEC_FILES)
    # A link into blobs/ whose file is gone is no file either.
    wanted = (*TALKER_FILES, *_weight_files(folder), *codec)
    return tuple(name for name in wanted if not (folder / name).is_file())


def _described(config: dict[str, Any]) -> dict[str, Any]:
    role = config["tts_model_type"]
    if role not in ("base", "custom_voice", "voice_design"):
        raise ValueError(role)
    talker = config["talker_config"]
    return {
        "role": role,
        "size": str(config["tts_model_size"]),
        # Dialects come with a speaker, never by their own name.
        "languages": tuple(
            name.title() for name in talker["codec_language_id"] if "dialect" not in name
        ),
        "speakers": tuple(
            "_".join(part.capitalize() for part in name.split("_"))
            for name in talker.get("spk_id") or ()
        ),
    }


def _weight_files(folder: Path) -> tuple[str, ...]:
    if (folder / _WEIGHTS).is_file():
        return (_WEIGHTS,)
    try:
        index = json.loads((folder / _SHARDS).read_text(encoding="utf-8"))
        return tuple(sorted({str(name) for name in index["weight_map"].values()})) or (_WEIGHTS,)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return (_WEIGHTS,)


def _counted(folder: Path, names: tuple[str, ...]) -> tuple[int, int]:
    """The parameters in files of weights: of all but the code predictor, and of it.

    Raises:
        InputError: one is broken off.
    """
    others = predictor = 0
    for name in names:
        try:
            for tensor, count in _tensors(folder / name):
                if tensor.startswith(_PREDICTOR):
                    predictor += count
                else:
                    others += count
        except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise InputError(
                _("The model is not complete: {name} is broken off.").format(name=name),
                _download_again(folder),
            ) from error
    return others, predictor


def _tensors(path: Path) -> Iterator[tuple[str, int]]:
    """Name and size of what a safetensors file holds, which must be as long as its header says:
    eight bytes of the header's length, the header, and what it counts in ``data_offsets``."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        size = path.stat().st_size
        if length > size:
            raise ValueError(length)
        header = json.loads(file.read(length))
    tensors = {name: tensor for name, tensor in header.items() if name[:2] != "__"}
    ends = [tensor["data_offsets"][1] for tensor in tensors.values()]
    if size != _LENGTH_BYTES + length + max(ends, default=0):
        raise ValueError(size)
    return ((name, math.prod(tensor["shape"])) for name, tensor in tensors.items())


def _download_again(folder: Path) -> str:
    return _(
        "Its download or copy was probably interrupted. Download it again with: "
        "tts-studio models download NAME. Its folder is {path}."
    ).format(path=folder)
