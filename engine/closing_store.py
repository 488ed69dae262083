"""Closing takes on the disk: made once for a voice, and there at the next start."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
from dataclasses import astuple, dataclass
from pathlib import Path

from engine import places
from engine.audio import Samples, encode, read_audio
from engine.domain import SAMPLE_RATE, Spoken
from engine.errors import AudioError
from engine.files import write_atomic

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class VoicedPhrase:
    """A closing phrase in the voice that says it.

    Attributes:
        instruct: how the voice is to speak; it may be all that the voice is made of.
        fingerprint: see :class:`engine.domain.EngineInfo`.
    """

    engine: str
    model: str
    voice: str
    language: str
    phrase: str
    instruct: str = ""
    fingerprint: str = ""

    @property
    def spoken(self) -> Spoken:
        """The phrase alone, as an engine is asked for it."""
        return Spoken(self.phrase, self.language, self.voice, self.instruct)

    @property
    def file(self) -> str:
        """The name of its file; nothing that a user or a server wrote is in it."""
        said = json.dumps(astuple(self))
        return f"{hashlib.sha256(said.encode()).hexdigest()}.flac"


class ClosingStore:
    """A folder that only its owner can read: a cloned voice is personal. Its methods block for as
    long as the disk does, and never fail: what is not there is made again.

    Args:
        folder: where it is not the user's.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def load(self, voiced: VoicedPhrase) -> Samples | None:
        """What was kept, mono float32 at SAMPLE_RATE; None where that is nothing, or damaged."""
        with contextlib.suppress(OSError, AudioError):
            samples, rate = read_audio(self._path(voiced))
            return samples if rate == SAMPLE_RATE else None
        return None

    def save(self, voiced: VoicedPhrase, samples: Samples) -> None:
        """Keep it, in place of what was there."""
        try:
            data = encode(samples, SAMPLE_RATE, "flac")
            write_atomic(self._path(voiced), data, mode=0o600)
        except OSError as error:
            _log.warning("A closing take is not kept: %s", error)

    def _path(self, voiced: VoicedPhrase) -> Path:
        return (self._folder or places.closing_takes_folder()) / voiced.file
