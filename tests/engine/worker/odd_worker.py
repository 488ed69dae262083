"""A worker with a backend that does, at a chosen moment, what espeak never does.

Run as a program: ``odd_worker.py KIND``. It tells what happens on its standard error.
"""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.backends.base import BackendInfo, BackendPoisoned, Job, More, no_more
from engine.backends.registry import BACKENDS
from engine.domain import SAMPLE_RATE, SpeechRequest
from engine.errors import EngineStartError, SpeechFailed
from engine.worker.__main__ import main

PIECE = np.full(SAMPLE_RATE // 100, 0.25, np.float32)


class OddBackend:
    """Speaks as the text bids it: ``forever``, ``poison``, ``raise``, ``fail``, ``nan`` or ``oom``.
    A ``clones`` one has no voice but those of clips; one that ``loads`` is never ready."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._out_of_memory = 0

    @property
    def info(self) -> BackendInfo:
        info = BackendInfo("odd", "odd", "cpu", "float32", ("English",), ("odd",), 2, 1)
        info = replace(info, out_of_memory=self._out_of_memory)
        return replace(info, voices=(), clones=True) if self._kind == "clones" else info

    def peak_memory(self) -> None:
        return None

    def load(self) -> None:
        if self._kind == "refuses":
            raise EngineStartError("The model is missing.", "Download 모델 first.")
        if self._kind == "loads":
            threading.Event().wait()
        if self._kind == "breaks":
            import no_such_library  # type: ignore[import-not-found]  # noqa: F401
        if self._kind == "dies":
            tell("last words")
            os._exit(9)
        if self._kind == "chatty":
            print("a banner through Python")  # noqa: T201
            os.write(1, b"a banner past Python\n")

    def check(self, request: SpeechRequest) -> tuple[str, ...]:
        return ()

    def speak(self, jobs: Sequence[Job], more: More = no_more) -> None:
        for job in jobs:
            self._speak(job)

    def _speak(self, job: Job) -> None:
        bidding = job.request.spoken.text
        tell("speaking")
        if job.request.clip is not None:
            tell(f"cloning {hashlib.sha256(job.request.clip.audio).hexdigest()}")
        job.emit(PIECE)
        if bidding == "poison":
            raise BackendPoisoned("a device-side assert")
        if bidding == "raise":
            raise ZeroDivisionError("an ordinary bug")
        if bidding == "fail":
            job.fail(SpeechFailed("The odd engine failed.", "As it was told."))
        self._out_of_memory += bidding == "oom"
        if bidding == "nan":
            job.emit(PIECE * np.nan)
        while bidding == "forever" and not job.cancelled:
            job.emit(PIECE)
            time.sleep(0.001)
        if job.cancelled:
            tell("cancelled")
        job.finish("stop", 1)


def tell(what: str) -> None:
    print(f"odd: {what}", file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    kind = sys.argv[1]
    BACKENDS["odd"] = lambda _options: OddBackend(kind)
    sys.exit(main(["--backend", "odd"]))
