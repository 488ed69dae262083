"""Folders that look like models: every file there, nothing in them that could speak."""

from __future__ import annotations

import json
from pathlib import Path

from engine.models.catalogue import find_model
from engine.models.store import repository_folder

REVISION = "5" * 40
KINDS = {"Base": "base", "CustomVoice": "custom_voice", "VoiceDesign": "voice_design"}

_NO_TENSORS = (2).to_bytes(8, "little") + b"{}"
# A whole safetensors file.


def contents(kind: str, weights: bytes | None = None) -> dict[str, bytes]:
    """The files of a model by their names.

    Args:
        kind: as in its config.json.
        weights: of the talker; the codec gets the first half of them. Where they are not given,
            both files are whole and hold nothing.
    """
    talker = {"codec_language_id": {"korean": 1}, "spk_id": {"sohee": 1}}
    config = {"tts_model_type": kind, "tts_model_size": "1b7", "talker_config": talker}
    plain = ("generation_config.json", "merges.txt", "tokenizer_config.json", "vocab.json")
    return {
        "config.json": json.dumps(config).encode(),
        **dict.fromkeys(plain, b"{}"),
        "model.safetensors": _NO_TENSORS if weights is None else weights,
        "speech_tokenizer/config.json": b"{}",
        "speech_tokenizer/model.safetensors": (
            _NO_TENSORS if weights is None else weights[: len(weights) // 2]
        ),
        "speech_tokenizer/preprocessor_config.json": b"{}",
    }


def make_folder(folder: Path, kind: str) -> Path:
    for name, content in contents(kind).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def make_cached(name: str) -> Path:
    """A model of the catalogue in the hub's cache, as if it had been downloaded."""
    model = find_model(name)
    assert model is not None
    folder = repository_folder(model)
    snapshot = folder / "snapshots" / REVISION
    make_folder(snapshot, KINDS[model.kind])
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text(REVISION)
    return snapshot
