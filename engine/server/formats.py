"""The formats that sound is sent in, whole or as it is made."""

from __future__ import annotations

import struct

from engine.audio import AudioFormat
from engine.domain import SAMPLE_RATE
from engine.i18n import _
from engine.worker.wire import FieldRefused

MEDIA_TYPES: dict[AudioFormat, str] = {
    "wav": "audio/wav",
    "flac": "audio/flac",
    "pcm": "audio/pcm",
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
}
"""pcm is signed 16-bit little-endian mono at 24 kHz; opus comes in an Ogg."""

STREAMED = ("pcm", "wav")
"""Those that can be sent as the sound is made. The others come whole."""

_DEFAULT: AudioFormat = "mp3"
_UNKNOWN = 0xFFFFFFFF
# The length of what has not been made yet.


def format_of(wanted: str | None) -> AudioFormat:
    """The format that a request means.

    Raises:
        FieldRefused: it is not offered.
    """
    if wanted is None:
        return _DEFAULT
    if wanted not in MEDIA_TYPES:
        raise FieldRefused(
            "response_format",
            _("{wanted} is not offered by this server.").format(wanted=wanted),
            _("It offers {offered}; a missing response_format means {default}.").format(
                offered=", ".join(MEDIA_TYPES), default=_DEFAULT
            ),
        )
    return wanted


def wav_head() -> bytes:
    """The head of a WAV whose length nobody knows yet: the largest there is, as ffmpeg writes and
    reads it."""
    byte_rate = 2 * SAMPLE_RATE
    form = struct.pack("<HHIIHH", 1, 1, SAMPLE_RATE, byte_rate, 2, 16)
    return b"".join(
        (
            b"RIFF",
            struct.pack("<I", _UNKNOWN),
            b"WAVEfmt ",
            struct.pack("<I", len(form)),
            form,
            b"data",
            struct.pack("<I", _UNKNOWN),
        )
    )
