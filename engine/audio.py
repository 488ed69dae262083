"""Samples to bytes and files and back, and what of a take is delivered.

Samples are float32, mono, one-dimensional, full scale at 1.0. soundfile is imported where it is
used: it costs a third of a second, which a first paint need not wait for.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from engine.domain import Cut
from engine.errors import AudioError
from engine.files import explain_os_error
from engine.i18n import _

Samples = npt.NDArray[np.float32]
AudioFormat = Literal["wav", "flac", "pcm", "mp3", "opus"]

_CONTAINERS = {
    "wav": ("WAV", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "opus": ("OGG", "OPUS"),
}

FADE_IN = 0.003
"""Seconds; a cut may begin inside a sound, and a step would click."""

FADE_OUT = 0.008
"""Seconds; longer than the fade in, since breath and room decay here."""

SILENCE = 0.2
"""Seconds of silence after a delivered sentence, as the guide's own server appends."""

_MOST_RATE, _MOST_CHANNELS = 192_000, 2
# Of a clip from somewhere else: no recorder writes more, and it would cost memory.

_MOST_FRAMES = 48_000 * 900
# Of speech from somewhere else, whatever its sample rate: a quarter of an hour as it is usual.

_FULL_SCALE = 32768
# The same figure both ways makes a round trip through 16 bits exact, as soundfile also reads it.


def to_pcm16(samples: npt.NDArray[Any]) -> bytes:
    """Signed 16-bit little-endian bytes; what exceeds full scale is clipped.

    Raises:
        AudioError: a sample is NaN or infinite.
    """
    return _quantized(samples).tobytes()


def from_pcm16(pcm: bytes) -> Samples:
    """Samples of shape (n,) from signed 16-bit little-endian bytes.

    Raises:
        AudioError: an odd number of bytes.
    """
    if len(pcm) % 2:
        raise AudioError(
            _("The audio stops in the middle of a sample."),
            _("The connection to the engine probably broke off. Speak the sentence again."),
        )
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32)
    samples /= _FULL_SCALE
    return samples


def encode(samples: npt.NDArray[Any], sample_rate: int, format: AudioFormat) -> bytes:  # noqa: A002
    """A whole file as bytes, mono and of 16 bits where it is not compressed; "pcm" is the bare
    samples. Equal input, equal bytes, but for "opus".

    Raises:
        AudioError: a sample is NaN or infinite, or a file is asked for and there are none, or this
            machine's libsndfile can't write it: mp3 and opus take 1.1 or later.
    """
    quantized = _quantized(samples)
    if format == "pcm":
        return quantized.tobytes()
    if not len(quantized):
        # libsndfile makes an empty file of an empty FLAC, which nothing can read.
        raise AudioError(_("There is no audio to write."))
    import soundfile

    file = io.BytesIO()
    container, subtype = _CONTAINERS[format]
    try:
        soundfile.write(file, quantized, sample_rate, format=container, subtype=subtype)
    except (soundfile.SoundFileError, ValueError) as error:
        raise AudioError(
            _("This machine cannot write {format}.").format(format=format),
            _("Ask for wav, flac or pcm, or install a newer package soundfile."),
        ) from error
    return file.getvalue()


def read_audio(path: Path) -> tuple[Samples, int]:
    """The samples of shape (n,) and the sample rate in Hz of any file that libsndfile reads.

    The whole file is read and closed first, so that it can be replaced on Windows while it plays.
    Channels are averaged.

    Raises:
        AudioError: the file is missing, unreadable, damaged, or holds NaN or infinite samples.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise AudioError(*explain_os_error(error, path)) from error
    found = decode(content)
    if found is None:
        raise AudioError(
            _("{name} is not a sound file that can be read.").format(name=path.name),
            _("It may be damaged or of an unknown format: {path}").format(path=path),
        )
    samples, sample_rate = found
    return finite(samples), sample_rate


def decode(content: bytes, *, longest: float | None = None) -> tuple[Samples, int] | None:
    """The samples of shape (n,) and the sample rate in Hz of a sound file's bytes, its channels
    averaged; None where libsndfile reads no sound in them.

    Args:
        longest: seconds that are decoded at most, of a file that somebody else has sent: a few
            bytes may claim to be hours.
    """
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            sample_rate, frames = file.samplerate, -1
            if longest is not None:
                if sample_rate > _MOST_RATE or file.channels > _MOST_CHANNELS:
                    return None
                frames = min(round(longest * sample_rate), _MOST_FRAMES)
            channels = file.read(frames, dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, RuntimeError, ValueError, MemoryError):
        return None
    return _mono(channels), int(sample_rate)


def read_clip(content: bytes, *, longest: float) -> tuple[Samples, int]:
    """As :func:`read_audio`, of a file that somebody else has sent. However long a few bytes claim
    to be, no more is decoded than is allowed.

    Args:
        longest: seconds.

    Raises:
        AudioError: it cannot be read, is longer, or is no usual recording of a voice.
    """
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            sample_rate = file.samplerate
            if sample_rate > _MOST_RATE or file.channels > _MOST_CHANNELS:
                raise AudioError(
                    _("The clip is no usual recording of a voice."),
                    _("Send it in mono or stereo, with at most {rate} samples a second.").format(
                        rate=_MOST_RATE
                    ),
                )
            most = round(longest * sample_rate)
            channels = file.read(most + 1, dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, RuntimeError, ValueError, MemoryError) as error:
        raise AudioError(
            _("The clip is not a sound file that can be read."),
            _("Send it as WAV, FLAC, MP3 or Ogg."),
        ) from error
    if len(channels) > most:
        raise AudioError(
            _("The clip is too long: more than {longest:g} seconds.").format(longest=longest),
            _("Cut 5 to 15 seconds of clear speech out of it."),
        )
    return finite(_mono(channels)), int(sample_rate)


def _mono(channels: npt.NDArray[Any]) -> Samples:
    return np.ascontiguousarray(channels.mean(axis=1, dtype=np.float32))


def resample(samples: Samples, sample_rate: int, wanted: int) -> Samples:
    """The same sound, shape (n,), at another sample rate in Hz."""
    if sample_rate == wanted:
        return samples
    import soxr

    return soxr.resample(samples, sample_rate, wanted)


def deliver(samples: Samples, sample_rate: int, cut: Cut, *, silence: float = SILENCE) -> Samples:
    """What is heard and exported of a raw take: the cut, faded at both edges, then silence.

    Args:
        samples: the raw take, shape (n,).
        cut: seconds; what lies outside the clip is left out, and an empty cut leaves silence alone.
        silence: seconds of zeros at the end.

    Raises:
        AudioError: a sample is NaN or infinite.
    """
    first = min(max(round(cut.start * sample_rate), 0), len(samples))
    last = min(max(round(cut.end * sample_rate), first), len(samples))
    kept = finite(samples[first:last].astype(np.float32))
    fade_in = min(round(FADE_IN * sample_rate), len(kept))
    kept[:fade_in] *= np.linspace(0, 1, fade_in, endpoint=False, dtype=np.float32)
    fade_out = min(round(FADE_OUT * sample_rate), len(kept))
    ramp = np.linspace(0, 1, fade_out, endpoint=False, dtype=np.float32)
    kept[len(kept) - fade_out :] *= ramp[::-1]
    zeros = np.zeros(round(silence * sample_rate), dtype=np.float32)
    return np.concatenate([kept, zeros])


def _quantized(samples: npt.NDArray[Any]) -> npt.NDArray[np.int16]:
    scaled = np.rint(finite(samples).astype(np.float64) * _FULL_SCALE)
    return np.clip(scaled, -_FULL_SCALE, _FULL_SCALE - 1).astype("<i2")


def finite(samples: Any) -> Any:
    """The samples as they are.

    Raises:
        AudioError: one is NaN or infinite.
    """
    if not np.isfinite(samples).all():
        raise AudioError(
            _("The audio holds values that are not numbers."),
            _("The engine computed nonsense, often a matter of its number format. Speak it again."),
        )
    return samples
