"""The preview voice: eSpeak NG in ten languages, quick and robotic, the same for the same seed."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence

import espeakng_loader
import numpy as np
import soxr

from engine.backends.base import BackendInfo, Job, More, no_more
from engine.backends.espeak_library import EspeakLibrary, Manner, Pcm
from engine.backends.memory import process_peak
from engine.closing import padded
from engine.domain import (
    FRAME_SECONDS,
    MAX_FRAMES,
    SAMPLE_RATE,
    FinishReason,
    PeakMemory,
    Sampling,
    SpeechRequest,
)
from engine.errors import EngineStartError, SpeechFailed, SpeechRefused
from engine.i18n import _

VOICE = "preview"

_VOICES = {
    "Chinese": "cmn",
    "English": "en-us",
    "Japanese": "ja",
    "Korean": "ko",
    "German": "de",
    "French": "fr",
    "Russian": "ru",
    "Portuguese": "pt-br",
    "Spanish": "es",
    "Italian": "it",
}

_VARIANT = "Henrique"
# Of the variants without flutter (see EspeakLibrary), the easiest to understand.

_VOLUME = 180
# The variant is soft: this brings it to -18 dB RMS with peaks at -3 dB.

_RATE = 175
_SLOWEST, _FASTEST = 80, 449
# Words a minute. From 450 on the library squeezes finished audio instead of speaking faster.

_PITCHES = range(42, 59)
_RANGES = range(38, 63)
_PACES = (0.95, 1.05)
# How far seeds lie apart: enough to hear that it is another take, not another speaker.

_AUDIBLE = 327
# int16; -40 dB of full scale. What has no sample louder than this says nothing.

_FADE = round(0.005 * SAMPLE_RATE)
_FRAME = round(FRAME_SECONDS * SAMPLE_RATE)


class EspeakBackend:
    """Speaks one job after the other; a sentence takes some milliseconds."""

    def __init__(self) -> None:
        self._library: EspeakLibrary | None = None

    @property
    def info(self) -> BackendInfo:
        return BackendInfo(
            name="espeak",
            model="espeak-ng",
            device="cpu",
            dtype="int16",
            languages=tuple(_VOICES),
            voices=(VOICE,),
            capacity=2,
            max_batch=1,
            instructs=False,
        )

    def peak_memory(self) -> PeakMemory | None:
        """See :meth:`engine.backends.base.Backend.peak_memory`."""
        return process_peak()

    def load(self) -> None:
        """Load the library and see that it has all the languages.

        Raises:
            EngineStartError: the library, its data or a language is missing.
        """
        try:
            data_path = espeakng_loader.get_data_path()
        except RuntimeError as error:
            raise EngineStartError(
                _("The preview voice (eSpeak NG) has no data."),
                _("Install the package espeakng-loader again."),
            ) from error
        library = EspeakLibrary(
            espeakng_loader.get_library_path(), data_path, probe_variant=_VARIANT
        )
        missing = [name for name, voice in _VOICES.items() if not library.has_voice(voice)]
        if missing:
            raise EngineStartError(
                _("The preview voice lacks languages: {names}.").format(names=", ".join(missing)),
                _("Install the package espeakng-loader again."),
            )
        self._library = library

    def check(self, request: SpeechRequest) -> tuple[str, ...]:
        """See :meth:`engine.backends.base.Backend.check`."""
        spoken = request.spoken
        if spoken.language and spoken.language not in _VOICES:
            raise SpeechRefused(
                _("The preview voice does not speak {language}.").format(language=spoken.language),
                _("It speaks {known}.").format(known=", ".join(_VOICES)),
            )
        if spoken.voice not in ("", VOICE):
            raise SpeechRefused(
                _("Unknown voice: {voice}").format(voice=spoken.voice),
                _("This engine has only the preview voice: {known}.").format(known=VOICE),
            )
        warnings: list[str] = []
        if not spoken.language:
            taken = _language_of(spoken.text)
            warnings.append(_("No language was named; taken for {name}.").format(name=taken))
        if spoken.instruct:
            warnings.append(_("The preview voice takes no instructions; they were left aside."))
        if request.sampling != Sampling():
            warnings.append(
                _("The preview voice leaves nothing to chance; the wish was left aside.")
            )
        if not _SLOWEST <= _RATE * spoken.speed <= _FASTEST:
            warnings.append(
                _(
                    "The preview voice speaks at {slowest:.2f} to {fastest:.2f} times its pace."
                ).format(slowest=_SLOWEST / _RATE, fastest=_FASTEST / _RATE)
            )
        return tuple(warnings)

    def speak(self, jobs: Sequence[Job], more: More = no_more) -> None:
        """See :meth:`engine.backends.base.Backend.speak`."""
        del more
        for job in jobs:
            if not job.cancelled:
                self._speak(job)

    def _speak(self, job: Job) -> None:
        library = self._library
        if library is None:
            raise RuntimeError("speak before load")
        request = job.request
        text = _plain(request.spoken.text)
        manner = _manner(request)
        try:
            if not _is_audible(library, text, manner):
                job.fail(_nothing_to_say())
                return
            outlet = _Outlet(job, library.sample_rate)
            library.say(padded(text, _plain(request.closing_phrase)), manner, outlet.take)
            outlet.close()
        except SpeechFailed as error:
            job.fail(error)


class _Outlet:
    """From the library's pieces to a job's: resampled, held to the cap, faded where that cuts."""

    def __init__(self, job: Job, sample_rate: int) -> None:
        self._job = job
        self._resampler = soxr.ResampleStream(sample_rate, SAMPLE_RATE, 1, dtype="float32")
        self._cap = (job.request.max_frames or MAX_FRAMES) * _FRAME
        self._emitted = 0
        self._reason: FinishReason = "stop"

    def take(self, piece: Pcm) -> bool:
        if self._job.cancelled:
            self._reason = "cancelled"
            return False
        self._pass_on(piece, last=False)
        return self._reason == "stop"

    def close(self) -> None:
        if self._reason == "stop":
            self._pass_on(np.zeros(0, np.int16), last=True)
        self._job.finish(self._reason, -(-self._emitted // _FRAME))

    def _pass_on(self, piece: Pcm, *, last: bool) -> None:
        samples = self._resampler.resample_chunk(piece.astype(np.float32) / 32768, last=last)
        samples = self._within_cap(samples)
        if len(samples):
            self._emitted += len(samples)
            self._job.emit(samples)

    def _within_cap(self, samples: np.ndarray) -> np.ndarray:
        left = self._cap - self._emitted
        if len(samples) > left:
            self._reason = "length"
        # The fade may begin in a piece before the one that reaches the cap.
        gain = (left - np.arange(1, min(len(samples), left) + 1)) / _FADE
        return samples[:left] * np.minimum(gain, 1).astype(np.float32)


def _manner(request: SpeechRequest) -> Manner:
    spoken = request.spoken
    chance = random.Random(request.seed)
    pace = chance.uniform(*_PACES)
    rate = round(_RATE * spoken.speed * pace)
    language = spoken.language or _language_of(spoken.text)
    return Manner(
        voice=f"{_VOICES[language]}+{_VARIANT}",
        rate=min(max(rate, _SLOWEST), _FASTEST),
        pitch=chance.choice(_PITCHES),
        range=chance.choice(_RANGES),
        volume=_VOLUME,
    )


def _plain(text: str) -> str:
    """The text without what the library would take for a command.

    Control characters change pitch and speed (\\x01) or begin phonemes (\\x02), and a null ends the
    text. Composed letters, because it can't read Hangul and accents taken apart as macOS does.
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        " " if unicodedata.category(letter) in ("Cc", "Cs", "Co") else letter for letter in composed
    ).strip()


def _is_audible(library: EspeakLibrary, text: str, manner: Manner) -> bool:
    """Whether the text alone makes a sound; with a closing phrase after it nobody would notice."""
    heard = False

    def take(piece: Pcm) -> bool:
        nonlocal heard
        heard = bool(np.abs(piece.astype(np.int32)).max() > _AUDIBLE)
        return not heard

    library.say(text, manner, take)
    return heard


def _nothing_to_say() -> SpeechRefused:
    # Refused rather than failed: no other seed and no second try would give it a sound.
    return SpeechRefused(
        _("There is nothing to say in this text."),
        _("Write how it should be said, or mark the sentence as not spoken."),
    )


def _language_of(text: str) -> str:
    """The language that the text's letters suggest, English for Latin ones."""
    scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in text}
    for script, language in (
        ("HANGUL", "Korean"),
        ("HIRAGANA", "Japanese"),
        ("KATAKANA", "Japanese"),
        ("CJK", "Chinese"),
        ("CYRILLIC", "Russian"),
    ):
        if script in scripts:
            return language
    return "English"
