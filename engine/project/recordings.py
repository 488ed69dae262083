"""The folder of takes."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.domain import SAMPLE_RATE
from engine.errors import AudioError, ProjectError
from engine.files import TEMPORARY_SUFFIX, explain_os_error, write_atomic
from engine.i18n import _
from engine.project.rows import take_file

if TYPE_CHECKING:
    from engine.audio import Samples

# engine.audio is imported where it is used: it brings numpy and soundfile, and this package is
# imported around the first paint.


class Recordings:
    """Writes takes under numbers that are never used twice: not those of rows, and not those of
    files that are there without a row."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = _names(folder)
        self._lock = threading.Lock()
        self._highest: dict[int, int] = {}
        for name in self.files:
            self._note(*_parse(name))

    def use_up(self, sentence_id: int, number: int) -> None:
        """Never give this number to a take again."""
        self._note(sentence_id, number)

    def add(self, sentence_id: int, samples: Any) -> int:
        """Write a take, whole and durable, and return its number. Callable from any thread.

        Args:
            samples: float32 mono at SAMPLE_RATE, shape (n,).

        Raises:
            AudioError: the samples are no audio; nothing was written.
            ProjectError: it could not be written; no part of it stays.
        """
        path = self.folder
        try:
            content = _encode(samples)
            number, path = self._reserve(sentence_id)
            write_atomic(path, content)
        except OSError as error:
            raise ProjectError(*explain_os_error(error, path)) from error
        return number

    def read(self, file: str) -> Samples:
        """The samples of a take, all in memory, so that its file is free to be moved or deleted.

        Raises:
            AudioError: the file is missing or damaged, or not at SAMPLE_RATE.
        """
        from engine.audio import read_audio

        samples, rate = read_audio(self.folder / file)
        if rate != SAMPLE_RATE:
            raise AudioError(
                _("The take {name} is not a recording of this program.").format(name=file),
                _("It has {rate} samples a second instead of {wanted}.").format(
                    rate=rate, wanted=SAMPLE_RATE
                ),
            )
        return samples

    def remove_unfinished(self) -> None:
        """Delete what a killed studio had begun to write. Only for who holds the project's lock."""
        for name in self.files:
            if name.endswith(TEMPORARY_SUFFIX):
                # A virus scanner may hold it open; the next opening tries again.
                with contextlib.suppress(OSError):
                    (self.folder / name).unlink()

    def _reserve(self, sentence_id: int) -> tuple[int, Path]:
        with self._lock:
            while True:
                number = self._highest.get(sentence_id, 0) + 1
                self._note(sentence_id, number)
                path = self.folder / take_file(sentence_id, number)
                if not path.exists():
                    return number, path

    def _note(self, sentence_id: int, number: int) -> None:
        self._highest[sentence_id] = max(number, self._highest.get(sentence_id, 0))


def _names(folder: Path) -> set[str]:
    # Unlike Path.is_dir, it takes a name that is too long for one that is not there.
    if not os.path.isdir(folder):  # noqa: PTH112
        return set()
    try:
        return {path.name for path in folder.iterdir()}
    except OSError as error:
        raise ProjectError(*explain_os_error(error, folder)) from error


def _parse(name: str) -> tuple[int, int]:
    """Sentence and number of a take's file; zeros for any other file."""
    sentence_id, _dash, number = name.removesuffix(".flac").partition("-")
    if sentence_id.isdecimal() and number.isdecimal():
        return int(sentence_id), int(number)
    return 0, 0


def _encode(samples: Any) -> bytes:
    import numpy as np

    from engine.audio import encode

    audio = np.asarray(samples)
    if audio.ndim != 1 or not audio.size or audio.dtype.kind != "f":
        raise AudioError(
            _("A take without audio cannot be kept."),
            _("The engine sent nothing that can be heard. Speak the sentence again."),
        )
    return encode(audio, SAMPLE_RATE, "flac")
