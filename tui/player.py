"""Plays samples through one stream that stays open, so that takes follow each other without gaps.

This module is imported after the first paint; PortAudio itself is looked for at the first play.
"""

from __future__ import annotations

import logging
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.errors import AudioError
from engine.i18n import _

if TYPE_CHECKING:
    import sounddevice

Samples = npt.NDArray[np.float32]

RELEASE = 0.005
"""Seconds over which a sound that is stopped dies away: a sudden end would click."""

LATENCY = 0.12
"""Seconds of sound made ahead: a Python callback may have to wait for the rest of the program."""

BLOCK = 0.04
"""Seconds of sound in one buffer. With blocks of its own choice, half of this, PortAudio's ALSA
never gets a PulseAudio stream going at some latencies: one underrun follows the other (measured
with PortAudio 19.6 and PulseAudio 16)."""

_log = logging.getLogger(__name__)


@dataclass
class _Clip:
    """What is played, and how far it has got; the callback alone moves ``position``."""

    samples: Samples
    position: int = 0


class Player:
    """One output stream of the system's default device.

    ``play`` and ``stop`` return at once; opening the device happens on a thread of its own.
    """

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="player")
        self._stream: sounddevice.OutputStream | None = None
        self._rate = 1
        self._latency = 0
        self._ramp: Samples = np.zeros(0, np.float32)
        # Written by the callers of play and stop, and by the callback, respectively: no locks.
        self._wanted: _Clip | None = None
        self._current: _Clip | None = None
        self._turn = 0
        self._turn_lock = Lock()

    def play(self, samples: Samples, rate: int) -> Future[None]:
        """Play these, mono, shape (n,), instead of what plays now.

        The future is done when the device is open and fails with AudioError where there is none;
        the sound goes on after it.
        """
        return self._executor.submit(self._start, samples, rate, self.stop())

    def stop(self) -> int:
        """Let what plays die away, and what is about to play not begin. Returns the new turn."""
        with self._turn_lock:
            self._wanted = None
            self._turn += 1
            return self._turn

    @property
    def position(self) -> float | None:
        """Seconds heard of what plays, or None when nothing does."""
        clip, stream = self._wanted, self._stream
        if clip is None or stream is None or not stream.active:
            return None
        heard = clip.position - self._latency
        return None if heard >= len(clip.samples) else max(0.0, heard / self._rate)

    def close(self) -> None:
        """Let go of the device. Blocks until it is gone."""
        self.stop()
        self._executor.submit(self._close_stream)
        self._executor.shutdown(wait=True)

    # On the player's thread

    def _start(self, samples: Samples, rate: int, turn: int) -> None:
        if self._stream is None or not self._stream.active:
            self._close_stream()
            self._open(rate)
        if rate != self._rate:
            import soxr

            samples = soxr.resample(samples, rate, self._rate)
        clip = _Clip(np.ascontiguousarray(samples, np.float32))
        with self._turn_lock:
            if turn == self._turn:
                self._wanted = clip

    def _open(self, rate: int) -> None:
        sound = _portaudio()
        try:
            self._stream = self._try_open(sound, rate)
        except sound.PortAudioError:
            # PortAudio lists the devices once; headphones may have come since.
            sound._terminate()
            sound._initialize()
            try:
                self._stream = self._try_open(sound, rate)
            except sound.PortAudioError as error:
                raise _no_device(error) from error
        self._rate = round(self._stream.samplerate)
        self._latency = round(self._stream.latency * self._rate)
        self._ramp = np.linspace(1, 0, round(RELEASE * self._rate), dtype=np.float32)
        self._stream.start()

    def _try_open(self, sound: Any, rate: int) -> sounddevice.OutputStream:
        device: Any = sound.query_devices(kind="output")
        refused: Exception | None = None
        for hertz in (rate, round(device["default_samplerate"])):
            for channels in (1, 2):
                try:
                    return sound.OutputStream(
                        samplerate=hertz,
                        channels=channels,
                        dtype="float32",
                        latency=LATENCY,
                        blocksize=round(BLOCK * hertz),
                        callback=self._fill,
                    )
                except sound.PortAudioError as error:
                    _log.info("%s Hz in %s channels: %s", hertz, channels, error)
                    refused = error
        raise refused or sound.PortAudioError

    def _close_stream(self) -> None:
        stream, self._stream = self._stream, None
        self._wanted = self._current = None
        if stream is not None:
            stream.close(ignore_errors=True)

    # On PortAudio's thread: no locks, no waiting, no new arrays

    def _fill(self, out: npt.NDArray[np.float32], frames: int, _time: Any, _status: Any) -> None:
        wanted, current, filled = self._wanted, self._current, 0
        if current is not wanted:
            if current is not None:
                filled = self._copy(current, out, 0, min(frames, len(self._ramp)))
                out[:filled] *= self._ramp[:filled, np.newaxis]
            self._current = wanted
        if wanted is not None:
            filled += self._copy(wanted, out, filled, frames - filled)
            # Beyond its end too: the last of it is heard only once the buffers have run out.
            wanted.position += frames - filled
        out[filled:] = 0

    @staticmethod
    def _copy(clip: _Clip, out: npt.NDArray[np.float32], start: int, frames: int) -> int:
        count = max(0, min(frames, len(clip.samples) - clip.position))
        out[start : start + count] = clip.samples[clip.position : clip.position + count, np.newaxis]
        clip.position += count
        return count


def _portaudio() -> Any:
    try:
        import sounddevice
    except OSError as error:
        raise AudioError(
            _("There is no sound: the PortAudio library is missing."), _install_hint()
        ) from error
    return sounddevice


def _install_hint() -> str:
    if sys.platform == "linux":
        return _(
            "Install it and start the studio again. Debian, Ubuntu: sudo apt install "
            "libportaudio2. Fedora: sudo dnf install portaudio. "
            "Everything but listening works without it."
        )
    return _(
        "Install the Python package sounddevice again: pip install --force-reinstall sounddevice"
    )


def _no_device(error: Exception) -> AudioError:
    return AudioError(
        _("No sound device can be opened."),
        _(
            "Plug in headphones or speakers, or choose an output in the system's sound settings. "
            "Everything but listening works without. The system says: {reason}"
        ).format(reason=error),
    )
