"""The body of a speech request: OpenAI's fields with vLLM-Omni's for Qwen3-TTS, and our own."""

from __future__ import annotations

import base64
import secrets
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.backends.base import BackendInfo
from engine.domain import MAX_FRAMES, SAMPLE_RATE, Clip, Sampling, SpeechRequest, Spoken
from engine.errors import InputError
from engine.i18n import _
from engine.languages import language_name
from engine.sampling import RepetitionPenalty, Temperature, TopK, TopP
from engine.worker.wire import FieldRefused

OPENAI_MODELS = frozenset({"tts-1", "tts-1-hd", "gpt-4o-mini-tts"})
OPENAI_VOICES = frozenset(
    {"alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage"}
    | {"shimmer", "verse"}
)
"""Names that mean the default here, so that a client written for OpenAI works as it is."""

OFFERED = ("wav", "flac", "pcm")
_DEFAULT_FORMAT = "mp3"

MAX_CHARACTERS = 10_000
MAX_TRANSCRIPT = 2_000
"""Characters; far more than is said in the longest clip."""

Name = Annotated[str, Field(max_length=200)]
"""Of a model, a voice, a language. An error repeats it. As a bound makes sure of, it is Unicode."""

_MAX_SEED = 2**63 - 1
_RANDOM_SEEDS = 2**31
# Seeds that this worker picks itself: short enough to be read out and typed.


class SpeechBody(BaseModel):
    """``POST /v1/audio/speech``. A null field is a missing one; an unknown field is an error,
    because a setting that is silently left aside is worse than one that is refused."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    input: Annotated[str, Field(min_length=1)]
    model: Name | None = None
    voice: Name | None = None
    instructions: Annotated[str, Field(max_length=500)] | None = None
    response_format: Literal["mp3", "opus", "aac", "flac", "wav", "pcm"] | None = None
    speed: Annotated[float, Field(ge=0.25, le=4.0, allow_inf_nan=False)] | None = None
    stream_format: Literal["sse", "audio"] | None = None

    language: Name | None = None
    seed: Annotated[int, Field(ge=0, le=_MAX_SEED)] | None = None
    max_new_tokens: Annotated[int, Field(ge=1, le=MAX_FRAMES)] | None = None
    temperature: Temperature | None = None
    top_k: TopK | None = None
    top_p: TopP | None = None
    repetition_penalty: RepetitionPenalty | None = None
    stream: bool | None = None
    sample_rate: int | None = None
    task_type: Literal["CustomVoice", "VoiceDesign", "Base"] | None = None
    ref_audio: Any = None
    ref_text: Annotated[str, Field(max_length=MAX_TRANSCRIPT)] | None = None
    x_vector_only_mode: bool | None = None

    closing_phrase: Annotated[str, Field(max_length=500)] | None = None

    @property
    def streamed(self) -> bool:
        """As server-sent events. ``stream`` alone means them too, as in vLLM-Omni."""
        if self.stream_format is None:
            return bool(self.stream)
        return self.stream_format == "sse"

    def audio_format(self) -> Literal["wav", "flac", "pcm"]:
        """How the audio is to be coded.

        Raises:
            FieldRefused: this worker does not offer it.
        """
        wanted = self.response_format or _DEFAULT_FORMAT
        if self.streamed and wanted != "pcm":
            raise FieldRefused(
                "response_format",
                _("A stream of events carries pcm only, not {wanted}.").format(wanted=wanted),
                _("Ask for response_format pcm."),
            )
        if wanted not in ("wav", "flac", "pcm"):
            raise FieldRefused(
                "response_format",
                _("{wanted} is not offered by this worker.").format(wanted=wanted),
                _("It offers {offered}; a missing response_format means {default}.").format(
                    offered=", ".join(OFFERED), default=_DEFAULT_FORMAT
                ),
            )
        return wanted

    def to_request(self, info: BackendInfo) -> SpeechRequest:
        """The request in the studio's own terms.

        Raises:
            FieldRefused: a field asks for what this worker can't do.
        """
        self._check_length()
        clip = self._clip_for(info)
        self._check_model(info)
        if self.sample_rate not in (None, SAMPLE_RATE):
            raise FieldRefused(
                "sample_rate",
                _("{rate} Hz is not offered.").format(rate=self.sample_rate),
                _("Every answer is at {rate} Hz.").format(rate=SAMPLE_RATE),
            )
        voice = self.voice or ""
        return SpeechRequest(
            spoken=Spoken(
                text=self.input,
                language=self._language(),
                voice="" if voice.lower() in OPENAI_VOICES else voice,
                instruct=self.instructions or "",
                speed=1.0 if self.speed is None else self.speed,
            ),
            seed=secrets.randbelow(_RANDOM_SEEDS) if self.seed is None else self.seed,
            max_frames=self.max_new_tokens,
            closing_phrase=self.closing_phrase or "",
            clip=clip,
            sampling=Sampling(self.temperature, self.top_k, self.top_p, self.repetition_penalty),
        )

    def clip(self) -> Clip | None:
        """The recording that came with the request, if one did. Nothing that a request names is
        ever opened: it is in the request, or there is none.

        Raises:
            FieldRefused: it is no data: URI, or comes without its words.
        """
        if self.ref_audio is None:
            if self.ref_text or self.x_vector_only_mode:
                raise FieldRefused("ref_audio", _("There are words of a clip, but no clip."))
            return None
        audio = from_data_uri(self.ref_audio)
        transcript = "" if self.x_vector_only_mode else " ".join((self.ref_text or "").split())
        if not transcript and not self.x_vector_only_mode:
            raise FieldRefused(
                "ref_text",
                _("Cloning a voice needs the words that are said in the clip."),
                _("Send them as ref_text, or x_vector_only_mode to clone from its sound alone."),
            )
        return Clip(audio, transcript)

    def _check_length(self) -> None:
        if len(self.input) > MAX_CHARACTERS:
            raise FieldRefused(
                "input",
                _("The text is too long: {count} characters; at most {limit}.").format(
                    count=len(self.input), limit=MAX_CHARACTERS
                ),
                _("Split the sentence."),
            )

    def _language(self) -> str:
        if not self.language or self.language.lower() == "auto":
            return ""
        try:
            return language_name(self.language)
        except InputError as error:
            raise FieldRefused("language", error.title, error.hint) from error

    def _check_model(self, info: BackendInfo) -> None:
        if self.model and self.model not in OPENAI_MODELS | {info.model, info.name}:
            raise FieldRefused(
                "model",
                _("Unknown model: {model}").format(model=self.model),
                _("This worker speaks with {known}.").format(known=info.model),
            )

    def _clip_for(self, info: BackendInfo) -> Clip | None:
        if info.clones and self.task_type in (None, "Base"):
            return self.clip()
        asked = {
            "ref_audio": bool(self.ref_audio),
            "ref_text": bool(self.ref_text),
            "x_vector_only_mode": bool(self.x_vector_only_mode),
            "task_type": self.task_type in ("Base", "VoiceDesign"),
        }
        for param, is_asked in asked.items():
            if is_asked:
                raise FieldRefused(
                    param,
                    _(
                        "This worker neither clones nor designs voices: {param} can't be used."
                    ).format(param=param),
                )
        return None


def from_data_uri(said: Any) -> bytes:
    """The bytes of a ``data:`` URI in base64 (RFC 2397).

    Raises:
        FieldRefused: it is something else: a path, an address, or damaged.
    """
    head, comma, coded = said.partition(",") if isinstance(said, str) else ("", "", "")
    if not comma or not head.lower().startswith("data:") or not head.lower().endswith(";base64"):
        raise FieldRefused(
            "ref_audio",
            _("The clip must come with the request; no path and no address is opened."),
            _("Send it as data:audio/wav;base64,…"),
        )
    try:
        return base64.b64decode(coded, validate=True)
    except ValueError as error:
        raise FieldRefused(
            "ref_audio", _("The clip is not proper base64."), _("Send it again.")
        ) from error
