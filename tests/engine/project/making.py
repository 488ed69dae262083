"""Scripts, takes and projects to test with."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np

from engine.domain import SAMPLE_RATE, Cut, Script, ScriptSentence, Take, TakeDraft
from engine.project import Project

STAGE_DIRECTION = "("


def script_of(*texts: str, section: str = "", language: str = "Korean") -> Script:
    """A line for each text; those that begin with a bracket are suggested to stay unsaid."""
    return Script(
        tuple(
            ScriptSentence(text, not text.startswith(STAGE_DIRECTION), "", section, 1)
            for text in texts
        ),
        language=language,
        encoding="utf-8",
        hard_wrapped=False,
    )


def tone(seconds: float = 0.1, pitch: float = 440.0) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Audio whose values 16 bits hold exactly."""
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (np.round(np.sin(2 * np.pi * pitch * times) * 20_000) / 32_768).astype(np.float32)


def draft_for(project: Project, sentence_id: int, **fields: Any) -> TakeDraft:
    """What an engine that did as it was asked would hand over."""
    known: dict[str, Any] = {
        "asked": project.row(sentence_id).sentence.to_speak(),
        "seed": 7,
        "engine": "espeak",
        "model": "espeak-ng",
        "finish_reason": "stop",
        "duration": 0.1,
        "cut": Cut(0.0, 0.1),
    }
    return TakeDraft(**{**known, **fields})


async def speak(project: Project, sentence_id: int, pitch: float = 440.0, **fields: Any) -> Take:
    """Add a take."""
    samples = tone(pitch=pitch)
    return await project.add_take(sentence_id, samples, draft_for(project, sentence_id, **fields))


def speak_now(project: Project, sentence_id: int, **fields: Any) -> Take:
    """The same where no event loop runs."""
    return asyncio.run(speak(project, sentence_id, **fields))


def texts(project: Project) -> list[str]:
    return [project.row(sentence_id).sentence.text for sentence_id in project.ids]


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}
