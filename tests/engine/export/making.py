"""Projects that have been spoken, and what an export made of them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from engine.project import Project
from tests.engine.project.making import speak_now


def speak_all(project: Project) -> None:
    """A take for each spoken sentence, each of its own pitch."""
    for pitch, sentence_id in enumerate(project.ids, start=200):
        if project.row(sentence_id).number:
            speak_now(project, sentence_id, pitch=pitch)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def manifest(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
