"""Sound devices: which there are, and a stream to one of them. Everything here may block."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.errors import AudioError
from engine.i18n import _
from engine.portaudio import no_portaudio

if TYPE_CHECKING:
    import sounddevice

LATENCY = 0.12
"""Seconds of sound made ahead: a Python callback may have to wait for the rest of the program."""

BLOCK = 0.04
"""Seconds of sound in one buffer. With blocks of its own choice, half of this, PortAudio's ALSA
never gets a PulseAudio stream going at some latencies: one underrun follows the other (measured
with PortAudio 19.6 and PulseAudio 16)."""

_log = logging.getLogger(__name__)


class Output(NamedTuple):
    """An open stream that has not begun.

    Attributes:
        as_wanted: false where the device that was named is not there and another plays.
    """

    stream: sounddevice.OutputStream
    as_wanted: bool


def output_devices() -> list[str]:
    """The names of all devices that can play, the system's own choice left aside.

    PortAudio lists them when it is first used and again when a stream cannot be opened.

    Raises:
        AudioError: PortAudio is missing.
    """
    return list(_named(_portaudio()))


def open_output(name: str | None, rate: int, fill: Callable[..., None]) -> Output:
    """A stream to the device of this name, or to the system's where there is none of it.

    Args:
        name: as :func:`output_devices` lists it; None for the system's.
        rate: samples per second; a device that refuses it gets its own.
        fill: PortAudio's callback, for float32.

    Raises:
        AudioError: PortAudio is missing, or no device can be opened.
    """
    sound = _portaudio()
    if name is not None:
        output = _open_named(sound, name, rate, fill)
        if output:
            return output
    try:
        return Output(_open(sound, None, rate, fill), name is None)
    except sound.PortAudioError:
        _list_again(sound)
        try:
            return Output(_open(sound, None, rate, fill), name is None)
        except sound.PortAudioError as error:
            raise _no_device(error) from error


def _open_named(sound: Any, name: str, rate: int, fill: Callable[..., None]) -> Output | None:
    for again in (False, True):
        if again:
            _list_again(sound)
        index = _named(sound).get(name)
        if index is None:
            continue
        try:
            return Output(_open(sound, index, rate, fill), True)
        except sound.PortAudioError as error:
            _log.info("%s: %s", name, error)
    return None


def _list_again(sound: Any) -> None:
    """PortAudio lists the devices once; headphones may have come since."""
    sound._terminate()
    sound._initialize()


def _named(sound: Any) -> dict[str, int]:
    """Devices that can play, by name. Windows lists each once for every way to it: those of the
    system's own choice come first, and of two that are called the same the first counts."""
    devices = [device for device in sound.query_devices() if device["max_output_channels"] > 0]
    try:
        preferred = sound.query_devices(kind="output")["hostapi"]
    except sound.PortAudioError:
        preferred = None
    devices.sort(key=lambda device: device["hostapi"] != preferred)
    named: dict[str, int] = {}
    for device in devices:
        named.setdefault(device["name"], device["index"])
    return named


def _open(
    sound: Any, index: int | None, rate: int, fill: Callable[..., None]
) -> sounddevice.OutputStream:
    device: Any = sound.query_devices(index, kind="output")
    refused: Exception | None = None
    for hertz in (rate, round(device["default_samplerate"])):
        for channels in (1, 2):
            try:
                return sound.OutputStream(
                    device=index,
                    samplerate=hertz,
                    channels=channels,
                    dtype="float32",
                    latency=LATENCY,
                    blocksize=round(BLOCK * hertz),
                    callback=fill,
                )
            except sound.PortAudioError as error:
                _log.info("%s Hz in %s channels: %s", hertz, channels, error)
                refused = error
    raise refused or sound.PortAudioError


def _portaudio() -> Any:
    try:
        import sounddevice
    except OSError as error:
        raise no_portaudio() from error
    return sounddevice


def _no_device(error: Exception) -> AudioError:
    return AudioError(
        _("No sound device can be opened."),
        _(
            "Plug in headphones or speakers, or choose an output in the system's sound settings. "
            "Everything but listening works without. The system says: {reason}"
        ).format(reason=error),
    )
