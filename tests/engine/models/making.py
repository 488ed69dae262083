"""Folders that look like models: every file there, nothing in them that could speak."""

from __future__ import annotations

import json
from pathlib import Path

from engine.models.catalogue import find_model
from engine.models.store import repository_folder

REVISION = "5" * 40
KINDS = {"Base": "base", "CustomVoice": "custom_voice", "VoiceDesign": "voice_design"}


def contents(kind: str, weights: bytes = b"weights") -> dict[str, bytes]:
    """The files of a model by their names.

    Args:
        kind: as in its config.json.
    """
    plain = ("generation_config.json", "merges.txt", "tokenizer_config.json", "vocab.json")
    return {
        "config.json": json.dumps({"tts_model_type": kind, "tts_model_size": "1b7"}).encode(),
        **dict.fromkeys(plain, b"{}"),
        "model.safetensors": weights,
        "speech_tokenizer/config.json": b"{}",
        "speech_tokenizer/model.safetensors": weights[: len(weights) // 2],
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
