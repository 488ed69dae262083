"""eSpeak NG's C library through ctypes: text in, samples out, the same each time.

The library is one set of global variables: one instance of it speaks one text at a time, in one
thread. What it does is described in its ``speak_lib.h`` (API revision 12).
"""

from __future__ import annotations

import ctypes
import hashlib
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import EngineStartError, SpeechFailed
from engine.i18n import _

logger = logging.getLogger(__name__)

Pcm = npt.NDArray[np.int16]
TakePiece = Callable[[Pcm], bool]
"""Given each piece in turn; false stops the speech."""

_AUDIO_OUTPUT_SYNCHRONOUS = 2
_INITIALIZE_DONT_EXIT = 0x8000
_POS_CHARACTER = 1
_CHARS_UTF8 = 1
# Neither espeakSSML (0x10) nor espeakPHONEMES (0x100) is ever added: a script is text, not markup.
_RATE, _VOLUME, _PITCH, _RANGE, _PUNCTUATION, _CAPITALS, _WORD_GAP = range(1, 8)
_PIECE_MILLISECONDS = 100

_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)

_MOST_PROBES = 12
_PROBE_WORD = "три"


@dataclass(frozen=True)
class Manner:
    """How to speak.

    Attributes:
        voice: the library's name of a voice, with ``+variant``.
        rate: words a minute, 80 to 449.
        pitch: 0 to 99, 50 is the voice's own.
        range: how far the pitch moves, 0 to 99, 50 is the voice's own.
        volume: percent of the library's usual.
    """

    voice: str
    rate: int = 175
    pitch: int = 50
    range: int = 50
    volume: int = 100


class EspeakLibrary:
    """The loaded library.

    A voice must be without flutter (its phase is kept from one text to the next and can't be set).
    What else is kept — a count of glottal cycles that shapes rolled consonants, the gain control,
    a half-played command after a stop — is brought to one state before each text: a known word is
    spoken until it sounds exactly as in that state. It takes four tries at most, of 2 ms.

    Args:
        path: of the shared library.
        data_path: of its folder ``espeak-ng-data``.
        probe_variant: a variant without flutter, in which the known word is spoken.

    Raises:
        EngineStartError: the library or its data can't be loaded.
    """

    def __init__(self, path: str, data_path: str, *, probe_variant: str) -> None:
        try:
            self._library: Any = ctypes.CDLL(path)
            self._initialize = self._library.espeak_Initialize
            self._initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
            self._declare()
        except (OSError, AttributeError) as error:
            raise _cannot_start(str(error)) from error
        self.sample_rate = int(
            self._initialize(
                _AUDIO_OUTPUT_SYNCHRONOUS,
                _PIECE_MILLISECONDS,
                _narrow_path(data_path),
                _INITIALIZE_DONT_EXIT,
            )
        )
        if self.sample_rate <= 0:
            raise _cannot_start(_("its data was not found at {path}").format(path=data_path))
        self._take: TakePiece | None = None
        self._error: BaseException | None = None
        # The library keeps a bare pointer: the callback must outlive this call.
        self._callback = _Callback(self._on_piece)
        self._library.espeak_SetSynthCallback(self._callback)
        self._probe_manner = Manner(f"ru+{probe_variant}")
        # All states come up in turn; the least digest names the same one in every process.
        self._settled = min([self._probe() for _number in range(_MOST_PROBES)][1:])

    def has_voice(self, voice: str) -> bool:
        return self._library.espeak_SetVoiceByName(voice.encode()) == 0

    def say(self, text: str, manner: Manner, take: TakePiece) -> None:
        """Speak ``text``, handing each piece of int16 samples at :attr:`sample_rate` to ``take``.

        Raises:
            SpeechFailed: the library reports an error.
        """
        self._settle()
        self._say(text, manner, take)

    def _settle(self) -> None:
        for _number in range(_MOST_PROBES):
            if self._probe() == self._settled:
                return
        logger.warning("espeak-ng does not settle: takes of one seed may differ a little")

    def _probe(self) -> bytes:
        digest = hashlib.sha256()

        def take(piece: Pcm) -> bool:
            digest.update(piece.tobytes())
            return True

        self._say(_PROBE_WORD, self._probe_manner, take)
        return digest.digest()

    def _say(self, text: str, manner: Manner, take: TakePiece) -> None:
        self._set(manner)
        utf8 = text.encode()
        self._take = take
        try:
            status = self._library.espeak_Synth(
                utf8, len(utf8) + 1, 0, _POS_CHARACTER, 0, _CHARS_UTF8, None, None
            )
            if self._error is not None:
                raise self._error
        finally:
            self._take, self._error = None, None
        if status != 0:
            raise _refused(status)

    def _set(self, manner: Manner) -> None:
        # Setting the voice again resets what a text may have changed in it.
        status = self._library.espeak_SetVoiceByName(manner.voice.encode())
        if status != 0:
            raise _refused(status)
        for parameter, value in (
            (_RATE, manner.rate),
            (_VOLUME, manner.volume),
            (_PITCH, manner.pitch),
            (_RANGE, manner.range),
            (_PUNCTUATION, 0),
            (_CAPITALS, 0),
            (_WORD_GAP, 0),
        ):
            self._library.espeak_SetParameter(parameter, value, 0)

    def _on_piece(self, samples: Any, count: int, _events: Any) -> int:
        """Called by the library; 1 stops it. An exception can't pass through C: it is kept."""
        try:
            if not samples or count <= 0 or self._take is None:
                return 0
            # The library uses its buffer again for the next piece.
            piece = np.ctypeslib.as_array(samples, (count,)).astype(np.int16, copy=True)
            return 0 if self._take(piece) else 1
        except BaseException as error:  # noqa: BLE001 - raised again by _say
            self._error = error
            return 1

    def _declare(self) -> None:
        self._library.espeak_SetSynthCallback.argtypes = [_Callback]
        self._library.espeak_SetSynthCallback.restype = None
        self._library.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
        self._library.espeak_SetParameter.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int]
        self._library.espeak_Synth.argtypes = [
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.c_uint,
            ctypes.c_int,
            ctypes.c_uint,
            ctypes.c_uint,
            ctypes.POINTER(ctypes.c_uint),
            ctypes.c_void_p,
        ]


def _narrow_path(path: str) -> bytes:
    """A path for C's ``fopen``, which on Windows knows only the system's own code page."""
    if sys.platform != "win32":
        return os.fsencode(path)
    buffer = ctypes.create_unicode_buffer(1024)
    if ctypes.windll.kernel32.GetShortPathNameW(path, buffer, len(buffer)):
        path = buffer.value
    return path.encode("mbcs", "replace")


def _cannot_start(reason: str) -> EngineStartError:
    return EngineStartError(
        _("The preview voice (eSpeak NG) could not be started."),
        _("Install the package espeakng-loader again. The reason given: {reason}.").format(
            reason=reason
        ),
    )


def _refused(status: int) -> SpeechFailed:
    return SpeechFailed(
        _("The preview voice could not speak."),
        _("eSpeak NG reports error {status}.").format(status=status),
    )
