"""Who a request may ask for, by what the model was trained to do, and how that is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from engine.backends.qwen.prompts import PromptCache, Reference
from engine.backends.qwen.reference import check_transcript, read_reference, reference_of
from engine.domain import Clip, SpeechRequest, Spoken
from engine.errors import AudioError, EngineStartError, SpeechRefused
from engine.i18n import _
from engine.models.checkpoint import Checkpoint
from engine.qwen_options import QwenOptions

if TYPE_CHECKING:
    import torch

DESIGNED = "designed"
"""The name of the one voice of a VoiceDesign model."""


@dataclass(frozen=True)
class Line:
    """What is said of one request: plain text, its language's full name or Auto, and the clip whose
    voice it is to be said in, where one came with it."""

    text: str
    language: str
    spoken: Spoken
    clip: Clip | None = None


WARM_UP = Line("Hi.", "Auto", Spoken("Hi.", ""))
"""What is said first, so that nobody waits for what the libraries do then."""


class Voices(Protocol):
    """The voices of one model. Nothing here touches it but :meth:`generate`."""

    @property
    def names(self) -> tuple[str, ...]:
        """What a request may ask for; the first is meant where it asks for none."""
        ...

    @property
    def fingerprint(self) -> str:
        """Of what they are made of and their names do not say; empty for nothing."""
        ...

    def check(self, request: SpeechRequest) -> None:
        """Raises SpeechRefused: for an instruction that would have no effect or is missing, or a
        clip that is of no use."""
        ...

    def prepare(self, prompts: PromptCache) -> None:
        """Compute what is needed once."""
        ...

    def lead_in(self, line: Line) -> torch.Tensor | None:
        """The codes of a clip that is continued, shape (frames, 16). Computes what that takes."""
        ...

    def generate(self, wrapper: Any, lines: Sequence[Line]) -> object:
        """Have the package speak them as one batch."""
        ...


def voices_of(checkpoint: Checkpoint, options: QwenOptions) -> Voices:
    """The voices that a model has with these options.

    Raises:
        EngineStartError: it can't do what they ask, or can't speak without what they lack.
    """
    if options.instruct and not checkpoint.instructs:
        raise EngineStartError(
            _("This model takes no instructions."),
            _("Leave --instruct out, or choose the model 1.7B-CustomVoice or 1.7B-VoiceDesign."),
        )
    if checkpoint.role == "base":
        return Cloned(None if options.clips_by_request and not options.ref_audio else options)
    if checkpoint.role == "custom_voice":
        return Preset(checkpoint, options)
    return Designed(options)


class Cloned:
    """The voice of a clip, named for its file; and of the clips that come with requests, which may
    be of one batch.

    Args:
        options: None where there are no other clips.
    """

    def __init__(self, options: QwenOptions | None) -> None:
        self.names = (Path(options.ref_audio).stem,) if options else ()
        self._reference = _own_reference(options) if options else None
        self.fingerprint = _fingerprint(self._reference) if self._reference else ""
        self._prompts: PromptCache | None = None

    def check(self, request: SpeechRequest) -> None:
        if request.spoken.instruct:
            raise _takes_no_instruction()
        if request.clip is not None:
            try:
                reference_of(request.clip)
            except AudioError as error:
                raise SpeechRefused(error.title, error.hint) from error
        elif self._reference is None:
            raise SpeechRefused(
                _("This model clones a voice, and there is no clip to clone it from."),
                _("Choose a voice that has been registered, or register one."),
            )

    def prepare(self, prompts: PromptCache) -> None:
        self._prompts = prompts
        if self._reference is not None:
            prompts.get(self._reference)

    def lead_in(self, line: Line) -> torch.Tensor | None:
        return self._prompt(line).ref_code

    def generate(self, wrapper: Any, lines: Sequence[Line]) -> object:
        return wrapper.generate_voice_clone(
            text=[line.text for line in lines],
            language=[line.language for line in lines],
            voice_clone_prompt=[self._prompt(line) for line in lines],
        )

    def _prompt(self, line: Line) -> Any:
        reference = self._reference
        if line.clip is not None:
            reference = Reference(reference_of(line.clip), line.clip.transcript)
        if self._prompts is None or reference is None:
            raise RuntimeError("generation before prepare, or without a clip")
        # Whose clip comes with a request has not asked for it to be kept.
        return self._prompts.get(reference, keep=line.clip is None)


def _fingerprint(reference: Reference) -> str:
    return _digest(reference.samples.tobytes(), reference.transcript.encode())


def _own_reference(options: QwenOptions) -> Reference:
    if not options.ref_audio:
        raise EngineStartError(
            _("This model clones a voice, and there is no clip to clone it from."),
            _("Name one with --ref-audio FILE and its words with --ref-text TEXT."),
        )
    transcript = "" if options.x_vector_only else " ".join(options.ref_text.split())
    if not transcript and not options.x_vector_only:
        raise EngineStartError(
            _("Cloning a voice needs the words that are said in the clip."),
            _("Add --ref-text TEXT, or --x-vector-only to clone from its sound alone."),
        )
    try:
        samples = read_reference(Path(options.ref_audio))
        if transcript:
            check_transcript(samples, transcript)
    except AudioError as error:
        raise EngineStartError(error.title, error.hint) from error
    return Reference(samples, transcript)


class Preset:
    """Speakers that the model was trained on."""

    def __init__(self, checkpoint: Checkpoint, options: QwenOptions) -> None:
        self._by_name = {_folded(name): name for name in checkpoint.speakers}
        self._instructs = checkpoint.instructs
        self._instruct = options.instruct
        self.fingerprint = _digest(options.instruct.encode()) if options.instruct else ""
        first = self._by_name.get(_folded(options.speaker)) if options.speaker else None
        if options.speaker and first is None:
            raise EngineStartError(
                _("Unknown speaker: {speaker}").format(speaker=options.speaker),
                _("This model has {known}.").format(known=", ".join(checkpoint.speakers)),
            )
        others = [name for name in checkpoint.speakers if name != first]
        self.names = (first, *others) if first else tuple(others)

    def check(self, request: SpeechRequest) -> None:
        if request.spoken.instruct and not self._instructs:
            raise _takes_no_instruction()

    def prepare(self, prompts: PromptCache) -> None:
        pass

    def lead_in(self, line: Line) -> None:
        return None

    def generate(self, wrapper: Any, lines: Sequence[Line]) -> object:
        return wrapper.generate_custom_voice(
            text=[line.text for line in lines],
            language=[line.language for line in lines],
            speaker=[
                self._by_name[_folded(line.spoken.voice)] if line.spoken.voice else self.names[0]
                for line in lines
            ],
            instruct=[line.spoken.instruct or self._instruct for line in lines],
        )


class Designed:
    """A voice made up from a description, and a row's instruction after it."""

    def __init__(self, options: QwenOptions) -> None:
        self.names = (DESIGNED,)
        self._description = options.describe
        self._instruct = options.instruct
        made_of = (options.describe.encode(), options.instruct.encode())
        self.fingerprint = _digest(*made_of) if any(made_of) else ""

    def check(self, request: SpeechRequest) -> None:
        if not self._whole(request.spoken):
            raise SpeechRefused(
                _("This model makes a voice up from a description, and there is none."),
                _("Describe it with --describe, or in the row's instruction."),
            )

    def prepare(self, prompts: PromptCache) -> None:
        pass

    def lead_in(self, line: Line) -> None:
        return None

    def generate(self, wrapper: Any, lines: Sequence[Line]) -> object:
        return wrapper.generate_voice_design(
            text=[line.text for line in lines],
            language=[line.language for line in lines],
            instruct=[self._whole(line.spoken) for line in lines],
        )

    def _whole(self, spoken: Spoken) -> str:
        return f"{self._description} {spoken.instruct or self._instruct}".strip()


def _digest(*pieces: bytes) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(hashlib.sha256(piece).digest())
    return digest.hexdigest()


def _folded(name: str) -> str:
    return name.strip().casefold().replace(" ", "_")


def knows(voices: Voices, name: str) -> bool:
    """Whether a request may ask for a voice by this name."""
    return not name or _folded(name) in map(_folded, voices.names)


def _takes_no_instruction() -> SpeechRefused:
    return SpeechRefused(
        _("This model takes no instructions."),
        _("Clear the row's instruction, or choose the model 1.7B-CustomVoice or 1.7B-VoiceDesign."),
    )
