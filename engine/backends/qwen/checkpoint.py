"""What a model's folder says of the model, read without the libraries that run it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from engine.errors import EngineStartError
from engine.i18n import _

Role = Literal["base", "custom_voice", "voice_design"]

_FILES = (
    "config.json",
    "generation_config.json",
    "merges.txt",
    "tokenizer_config.json",
    "vocab.json",
    "speech_tokenizer/config.json",
    "speech_tokenizer/model.safetensors",
    "speech_tokenizer/preprocessor_config.json",
)
_WEIGHTS = "model.safetensors"
_SHARDS = "model.safetensors.index.json"

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
    """

    folder: Path
    role: Role
    size: str
    languages: tuple[str, ...]
    speakers: tuple[str, ...]

    @property
    def instructs(self) -> bool:
        """Whether an instruction has any effect."""
        return self.role != "base" and self.size != _SMALL


def read_checkpoint(folder: Path) -> Checkpoint:
    """The model in a folder, seen to be complete.

    Raises:
        EngineStartError: there is none, or a file is missing or broken off.
    """
    if not (folder / "config.json").is_file():
        raise _no_model(folder)
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        checkpoint = _described(folder, config)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _no_model(folder) from error
    _check_complete(folder)
    return checkpoint


def _described(folder: Path, config: dict[str, Any]) -> Checkpoint:
    role = config["tts_model_type"]
    if role not in ("base", "custom_voice", "voice_design"):
        raise ValueError(role)
    talker = config["talker_config"]
    return Checkpoint(
        folder=folder,
        role=role,
        size=str(config["tts_model_size"]),
        # Dialects come with a speaker, never by their own name.
        languages=tuple(
            name.title() for name in talker["codec_language_id"] if "dialect" not in name
        ),
        speakers=tuple(
            "_".join(part.capitalize() for part in name.split("_"))
            for name in talker.get("spk_id") or ()
        ),
    )


def _check_complete(folder: Path) -> None:
    weights = _weight_files(folder)
    missing = [name for name in (*_FILES, *weights) if not (folder / name).is_file()]
    if missing:
        raise EngineStartError(
            _("The model is not complete: {names} is missing.").format(names=", ".join(missing)),
            _download_again(folder),
        )
    for name in (*weights, "speech_tokenizer/model.safetensors"):
        if not _is_whole(folder / name):
            raise EngineStartError(
                _("The model is not complete: {name} is broken off.").format(name=name),
                _download_again(folder),
            )


def _weight_files(folder: Path) -> tuple[str, ...]:
    if (folder / _WEIGHTS).is_file():
        return (_WEIGHTS,)
    try:
        index = json.loads((folder / _SHARDS).read_text(encoding="utf-8"))
        return tuple(sorted({str(name) for name in index["weight_map"].values()})) or (_WEIGHTS,)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return (_WEIGHTS,)


def _is_whole(path: Path) -> bool:
    """Whether a safetensors file is as long as its header says: eight bytes of the header's length,
    the header, and what it counts in ``data_offsets``."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
            if length > path.stat().st_size:
                return False
            header = json.loads(file.read(length))
        ends = [tensor["data_offsets"][1] for name, tensor in header.items() if name[:2] != "__"]
        return path.stat().st_size == _LENGTH_BYTES + length + max(ends, default=0)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _no_model(folder: Path) -> EngineStartError:
    return EngineStartError(
        _("There is no Qwen3-TTS model in this folder: {path}").format(path=folder),
        _("Name a folder that holds one, or a model of: tts-studio models"),
    )


def _download_again(folder: Path) -> str:
    return _(
        "Its download or copy was probably interrupted. Download it again with: "
        "tts-studio models download NAME. Its folder is {path}."
    ).format(path=folder)
