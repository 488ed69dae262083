"""Clips whose cut is known, and how well an answer fits them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from engine.audio import Samples, read_audio
from engine.domain import Cut, CutStatus
from engine.languages import LANGUAGES

CLIPS = Path(__file__).parent

LOST_TOLERANCE = 0.010
LEAKED_TOLERANCE = 0.005
"""Seconds. Where the truth says that a sentence ends, its last sound has decayed by 40 dB; the
phrase must not even begin, since a fade out does not hide its onset."""


class Finder(Protocol):
    def __call__(
        self,
        audio: Samples,
        sample_rate: int,
        *,
        text: str,
        closing: str,
        language: str,
        closing_take: Samples | None = None,
    ) -> Cut: ...


@dataclass(frozen=True)
class Clip:
    """A sentence, a pause and a closing phrase; see the README beside this file for the truth.

    Attributes:
        language: full English name.
        sentence_end, speech_end: seconds.
        closing_start: seconds, or None where the phrase is missing.
        closing_take: a file with another rendition of the phrase in the same voice.
    """

    id: str
    file: Path
    language: str
    text: str
    closing: str
    sentence_end: float
    closing_start: float | None
    speech_end: float
    source: str
    voice: str
    notes: tuple[str, ...]
    closing_take: Path

    @property
    def status(self) -> CutStatus:
        """What a finder has to recognise in it."""
        if "missing" in self.notes:
            return "missing"
        return "doubled" if "doubled" in self.notes else "ok"

    def groups(self) -> Iterator[str]:
        """What it is an example of."""
        yield f"language {self.language}"
        yield f"source {self.source}"
        yield from (f"stress {note}" for note in self.notes)


@dataclass(frozen=True)
class Score:
    """An answer, held against the truth.

    Attributes:
        lost: seconds of the sentence that are cut away.
        leaked: seconds of the closing phrase that are left.
        cost: seconds of processor time per second of audio, whatever else the machine does.
    """

    clip: Clip
    cut: Cut
    lost: float
    leaked: float
    cost: float

    @property
    def clean(self) -> bool:
        """Nothing of the sentence is lost, and nothing of the phrase left."""
        start = self.clip.closing_start
        kept = self.cut.end >= self.clip.sentence_end - LOST_TOLERANCE
        return kept and (start is None or self.cut.end <= start - LEAKED_TOLERANCE)


def load_clips(folder: Path = CLIPS) -> list[Clip]:
    lines = (folder / "manifest.jsonl").read_text("utf-8").splitlines()
    return [_clip(folder, line) for line in lines]


def _clip(folder: Path, line: str) -> Clip:
    told = json.loads(line)
    return Clip(
        id=told["id"],
        file=folder / told["file"],
        language=LANGUAGES[told["language"]],
        text=told["text"],
        closing=told["closing"],
        sentence_end=told["sentence_end_s"],
        closing_start=told["closing_start_s"],
        speech_end=told["speech_end_s"],
        source=told["source"],
        voice=told["voice"],
        notes=tuple(told["notes"]),
        closing_take=folder / told["closing_ref_file"],
    )


def score(clip: Clip, find: Finder, *, closing_take: bool) -> Score:
    """Ask a finder about a clip, with the closing take at hand or without it."""
    audio, sample_rate = read_audio(clip.file)
    take = read_audio(clip.closing_take)[0] if closing_take else None
    started = time.process_time()
    cut = find(
        audio,
        sample_rate,
        text=clip.text,
        closing=clip.closing,
        language=clip.language,
        closing_take=take,
    )
    cost = (time.process_time() - started) / (len(audio) / sample_rate)
    leaked = 0.0
    if clip.closing_start is not None:
        leaked = max(0.0, min(cut.end, clip.speech_end) - clip.closing_start)
    return Score(clip, cut, max(0.0, clip.sentence_end - cut.end), leaked, cost)
