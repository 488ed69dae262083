"""A real worker whose voice dies of one word and hangs at another, as a broken driver would, and
takes to another dtype at a third, and at a fourth goes on until nobody listens.

Run as a script: the folder of tests is on no path of the worker's.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.backends.base import BackendInfo, Job, More, no_more
from engine.backends.espeak import EspeakBackend
from engine.backends.registry import BACKENDS
from engine.domain import SAMPLE_RATE
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
        while "FOREVER" in text:
            if all(job.cancelled for job in jobs):
                return
            for job in jobs:
                job.emit(np.zeros(SAMPLE_RATE // 100, np.float32))
            time.sleep(0.01)
        self._widened = self._widened or "WIDEN" in text
        super().speak(jobs, more)


if __name__ == "__main__":
    BACKENDS["espeak"] = lambda _options: FragileBackend()
    sys.exit(main(["--backend", "espeak"]))
