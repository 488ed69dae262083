"""A real audio device on a machine without one: a PulseAudio server with a sink that leads nowhere,
and a recorder that hears what is played into it."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pytest

from engine.audio import from_pcm16

RATE = 24_000
_PROGRAMS = ("pulseaudio", "pactl", "parec")

_without_sound = pytest.mark.skipif(
    any(shutil.which(program) is None for program in _PROGRAMS),
    reason="PulseAudio is not installed",
)
_thrice = pytest.mark.flaky(reruns=2)

Test = TypeVar("Test", bound=Callable[..., Any])


def needs_sound(test: Test) -> Test:
    """Marks a test that listens to a real device. It has three attempts: a machine with too much to
    do feeds its sound device too late now and then, which is heard; a fault of ours always is."""
    return _without_sound(_thrice(test))


class NullSink:
    """A running server.

    Attributes:
        env: what a program needs in its environment to play into the sink.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "native"
        self.env = {
            "PULSE_SERVER": f"unix:{self._socket}",
            "PULSE_COOKIE": str(folder / "cookie"),
            "XDG_RUNTIME_DIR": str(folder),
        }

    @contextlib.contextmanager
    def recording(self) -> Iterator[Path]:
        """Record to the file that is given: raw s16le mono at RATE. It holds all that was played
        once the block ends."""
        path = self._folder / "heard.raw"
        with path.open("wb") as file:
            recorder = subprocess.Popen(
                (
                    *("parec", "--device=null.monitor", "--raw", "--format=s16le"),
                    *("--channels=1", f"--rate={RATE}", "--latency-msec=20"),
                ),
                stdout=file,
                env=self.env,
            )
            try:
                _wait_until(lambda: path.stat().st_size > 0)
                yield path
            finally:
                recorder.terminate()
                recorder.wait()


@contextlib.contextmanager
def null_sink(folder: Path) -> Iterator[NullSink]:
    """A server that lives as long as the block."""
    sink = NullSink(folder)
    server = subprocess.Popen(
        (
            *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"),
            *("-L", f"module-native-protocol-unix auth-anonymous=1 socket={folder / 'native'}"),
            *("-L", "module-null-sink sink_name=null"),
        ),
        env={**sink.env, "HOME": str(folder), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until((folder / "native").exists)
        yield sink
    finally:
        server.terminate()
        server.wait()


def heard(path: Path) -> npt.NDArray[np.float32]:
    """A recording as float32 mono at RATE."""
    pcm = path.read_bytes()
    return from_pcm16(pcm[: len(pcm) // 2 * 2])


def likeness(
    recorded: npt.NDArray[np.float32], played: npt.NDArray[np.float32], *, piece: float = 0.25
) -> float:
    """How much of what was played can be found in a recording: 1 for all of it, at its level.

    The median over pieces of so many seconds, each by cross-correlation at whatever delay: a busy
    machine may drop out between two of them.
    """
    size = round(piece * RATE)
    pieces = [played[start : start + size] for start in range(0, len(played), size)]
    return float(np.median([_found(recorded, piece) for piece in pieces if piece @ piece > 1]))


def _found(recorded: npt.NDArray[np.float32], piece: npt.NDArray[np.float32]) -> float:
    size = 1 << (len(recorded) + len(piece)).bit_length()
    spectrum = np.fft.rfft(recorded, size) * np.conj(np.fft.rfft(piece, size))
    return float(np.fft.irfft(spectrum, size).max() / (piece @ piece))


def _wait_until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("PulseAudio did not start")
        time.sleep(0.01)
