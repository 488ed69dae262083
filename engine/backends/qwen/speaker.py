"""One loaded model and its voices: requests in, sound out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from engine.backends.base import Job
from engine.backends.qwen.faults import free_memory, is_out_of_memory, is_poisoned
from engine.backends.qwen.hooks import Codes, Hooks
from engine.backends.qwen.loading import widen_model
from engine.backends.qwen.placement import Placement
from engine.backends.qwen.prompts import PromptCache
from engine.backends.qwen.sampling import Chance, Voicing
from engine.backends.qwen.voices import Line, Voices, knows
from engine.backends.qwen.wording import has_words, plain
from engine.closing import padded
from engine.domain import FRAME_SECONDS, MAX_FRAMES, SAMPLE_RATE, SpeechRequest, Spoken
from engine.errors import SpeechFailed, SpeechRefused
from engine.i18n import _
from engine.qwen_options import QwenOptions

logger = logging.getLogger(__name__)

_FEWEST_FRAMES, _FRAMES_PER_TOKEN = 192, 12
# The cap where a request names none: generous, since it is to stop nothing but runaways. Source:
# vLLM-Omni.

_PIECE = SAMPLE_RATE
# Samples handed over at once.

_FRAME = round(FRAME_SECONDS * SAMPLE_RATE)

_WARM_UP = Spoken("Hi.", "")


@dataclass(frozen=True)
class _Begun:
    """A job of a batch. ``lead_in``: frames of a clip before its own."""

    job: Job
    line: Line
    voicing: Voicing
    lead_in: int


class Speaker:
    """Lives in the thread that loaded the model.

    Args:
        wrapper: the package's ``Qwen3TTSModel``.
        prompts: where voice prompts are kept; None keeps them nowhere.
        advice: what to choose where memory does not suffice, in the user's words.
    """

    def __init__(
        self,
        wrapper: Any,
        voices: Voices,
        options: QwenOptions,
        prompts: Path | None,
        advice: Callable[[], str],
    ) -> None:
        self._wrapper = wrapper
        self._voices = voices
        self._advice = advice
        self._most_frames = options.max_new_tokens or MAX_FRAMES
        self._tokenizer = wrapper.processor.tokenizer
        self._tokens = tuple(self._tokenizer.get_added_vocab())
        self._prompts = PromptCache(wrapper, prompts)
        chance, predictor_chance = _chances(wrapper.generate_defaults, options)
        if options.repetition_penalty is not None:
            wrapper.generate_defaults["repetition_penalty"] = options.repetition_penalty
        self._hooks = Hooks(wrapper, chance, predictor_chance)

    def warm_up(self) -> None:
        """Prepare the voice and say one frame: the first of everything takes seconds."""
        self._voices.prepare(self._prompts)
        if not self._voices.names:
            return
        lines = [Line(_WARM_UP.text, "Auto", _WARM_UP)]
        [codes] = self._hooks.run(
            [Voicing(seed=0, cap=1)], partial(self._voices.generate, self._wrapper, lines)
        )
        self._hooks.decode(codes)

    def widen(self, placement: Placement) -> None:
        """Speak on in a wider dtype."""
        widen_model(self._wrapper, placement)

    def check(self, request: SpeechRequest) -> None:
        """Raises SpeechRefused: the voice is unknown, or there is nothing to say, or to follow."""
        spoken = request.spoken
        if not knows(self._voices, spoken.voice):
            raise SpeechRefused(
                _("Unknown voice: {voice}").format(voice=spoken.voice),
                _("This model speaks as {known}.").format(known=", ".join(self._voices.names)),
            )
        if not has_words(plain(spoken.text, self._tokens)):
            raise SpeechRefused(
                _("There is nothing to say in this text."),
                _("Write how it should be said, or mark the sentence as not spoken."),
            )
        self._voices.check(request)

    def speak(self, jobs: Sequence[Job]) -> list[tuple[Job, SpeechFailed]]:
        """Speak them as one batch, and hand the sound of each over as soon as it is decoded.
        Returned are those whose values were not finite, which are told nothing yet.

        Raises whatever the model's libraries do while none of the jobs has been ended.
        """
        begun = [one for job in jobs if (one := self._begin(job)) is not None]
        if not begun:
            return []
        lines = [one.line for one in begun]
        voicings = [one.voicing for one in begun]
        every = self._hooks.run(voicings, partial(self._voices.generate, self._wrapper, lines))
        broken: list[tuple[Job, SpeechFailed]] = []
        for one, codes in zip(begun, every, strict=True):
            if one.voicing.reason == "error":
                broken.append((one.job, self._not_finite(one.voicing.frames)))
            else:
                self._end(one, codes)
        return broken

    def _begin(self, job: Job) -> _Begun | None:
        """None for a job that fails alone, since no voice can be cloned from its clip."""
        line = self._line(job.request)
        try:
            lead_in = self._voices.lead_in(line)
        except Exception as error:
            if line.clip is None or is_poisoned(error):
                raise
            logger.exception("a clip was not heard")
            job.fail(_not_heard(error))
            return None
        cap = self._cap(job.request, line.text)
        return _Begun(job, line, Voicing(job.request.seed, cap, partial(_follow, job)), lead_in)

    def _line(self, request: SpeechRequest) -> Line:
        spoken = request.spoken
        text = plain(spoken.text, self._tokens)
        return Line(
            text=padded(text, plain(request.closing_phrase, self._tokens)),
            language=spoken.language or "Auto",
            spoken=replace(spoken, instruct=plain(spoken.instruct, self._tokens)),
            clip=request.clip,
        )

    def _cap(self, request: SpeechRequest, text: str) -> int:
        wanted = request.max_frames
        if wanted is None:
            tokens = len(self._tokenizer(text)["input_ids"])
            wanted = max(_FEWEST_FRAMES, _FRAMES_PER_TOKEN * tokens)
        return min(wanted, self._most_frames)

    def _end(self, begun: _Begun, codes: Codes) -> None:
        job, voicing = begun.job, begun.voicing
        reason = voicing.reason or "length"
        if reason != "cancelled":
            try:
                samples = self._decoded(codes, begun.lead_in * _FRAME)
            except Exception as error:
                if is_poisoned(error):
                    raise
                logger.exception("a sentence of %d frames was not decoded", voicing.frames)
                job.fail(self._not_decoded(error))
                return
            for start in range(0, len(samples), _PIECE):
                job.emit(samples[start : start + _PIECE])
        job.finish(reason, voicing.frames)

    def _decoded(self, codes: Codes, lead_in: int) -> np.ndarray:
        """With the clip that it goes on from, whose so many samples are then taken away."""
        try:
            return self._hooks.decode(codes)[lead_in:]
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        # Out of the except clause, whose traceback holds on to memory.
        free_memory()
        return self._hooks.decode(codes)[lead_in:]

    def _not_finite(self, frame: int) -> SpeechFailed:
        dtype = str(self._wrapper.model.talker.dtype).removeprefix("torch.")
        seconds = frame * FRAME_SECONDS
        hint = _("Speak it again: another seed may get through.")
        if dtype != "float32":
            hint += " " + _("If it happens often, choose --dtype float32, which needs more memory.")
        return SpeechFailed(
            _("After {seconds:.1f} s the model computed what are no numbers ({dtype}).").format(
                seconds=seconds, dtype=dtype
            ),
            hint,
        )

    def _not_decoded(self, error: Exception) -> SpeechFailed:
        if is_out_of_memory(error):
            return SpeechFailed(
                _("The memory does not suffice to make sound of this sentence."),
                f"{_('Split the sentence.')} {self._advice()}",
            )
        return SpeechFailed(
            _("The codes of this sentence could not be made sound."),
            _("The reason given: {reason}. Its log has more.").format(
                reason=f"{type(error).__name__}: {error}"
            ),
        )


def _follow(job: Job, frames: int) -> bool:
    job.progress(frames)
    return not job.cancelled


def _chances(defaults: dict[str, Any], options: QwenOptions) -> tuple[Chance, Chance]:
    """For the talker, as the options or else the model's own file say; for the code predictor, as
    the file says."""

    def usual(prefix: str) -> Chance:
        given = {
            name: defaults[prefix + name]
            for name in ("temperature", "top_k", "top_p")
            if defaults.get(prefix + name) is not None
        }
        return Chance(**given)

    chance = usual("")
    return (
        Chance(
            chance.temperature if options.temperature is None else options.temperature,
            chance.top_k if options.top_k is None else options.top_k,
            chance.top_p if options.top_p is None else options.top_p,
        ),
        usual("subtalker_"),
    )


def _not_heard(error: Exception) -> SpeechFailed:
    return SpeechFailed(
        _("No voice could be cloned from this clip."),
        _("The reason given: {reason}. Its log has more.").format(
            reason=f"{type(error).__name__}: {error}"
        ),
    )
