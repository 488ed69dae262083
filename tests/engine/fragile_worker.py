"""A real worker whose voice dies of one word and hangs at another, as a broken driver would, and
takes to another dtype at a third.

Run as a script: the folder of tests is on no path of the worker's.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace

from engine.backends.base import BackendInfo, Job, More, no_more
from engine.backends.espeak import EspeakBackend
from engine.backends.registry import BACKENDS
from engine.worker.__main__ import main


class FragileBackend(EspeakBackend):
    _widened = False

    @property
    def info(self) -> BackendInfo:
        return replace(super().info, dtype="float32") if self._widened else super().info

    def speak(self, jobs: Sequence[Job], more: More = no_more) -> None:
        text = " ".join(job.request.spoken.text for job in jobs)
        if "CRASH" in text:
            os._exit(134)
        if "HANG" in text:
            threading.Event().wait()
        self._widened = self._widened or "WIDEN" in text
        super().speak(jobs, more)


if __name__ == "__main__":
    BACKENDS["espeak"] = lambda _options: FragileBackend()
    sys.exit(main(["--backend", "espeak"]))
