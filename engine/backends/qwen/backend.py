"""Qwen3-TTS on this machine, through the ``qwen-tts`` package."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine import places
from engine.backends.base import BackendInfo, BackendPoisoned, Job, More, no_more
from engine.backends.qwen import reasons
from engine.backends.qwen.failures import not_spoken
from engine.backends.qwen.faults import free_memory, is_out_of_memory
from engine.backends.qwen.memory import peak_memory
from engine.backends.qwen.packages import check_packages, import_packages, prepare_memory
from engine.backends.qwen.placement import Choice, Machine
from engine.backends.qwen.policy import choose, smaller, wider
from engine.backends.qwen.speaking import Speaker
from engine.domain import PeakMemory, SpeechRequest
from engine.errors import EngineStartError, InputError, SpeechFailed, SpeechRefused, StudioError
from engine.i18n import _
from engine.models.checkpoint import Checkpoint, read_checkpoint
from engine.qwen_options import QwenOptions

if TYPE_CHECKING:
    from engine.backends.qwen.voices import Voices

logger = logging.getLogger(__name__)

_WAITING_FACTOR = 2
# Requests at hand for each place in a batch of the package's: enough to find some of similar length
# among them.

_NEXT = 2
# Requests at hand for the loop that anybody joins between two frames: no more, since whoever is
# asked for first of all waits behind them.

_WIDENS_AFTER = 2
# Sentences without finite values: one may be chance, which a new seed mends.


class QwenBackend:
    """Speaks with one model, in batches that shrink where memory runs out and in wider numbers
    where narrow ones overflow."""

    def __init__(self, options: QwenOptions) -> None:
        self._options = options
        self._speaker: Any = None
        self._machine = Machine((), ())
        self._choice: Choice | None = None
        self._not_finite = 0
        self._info = BackendInfo("qwen", options.model, "", "", (), (), 1, 1)

    @property
    def info(self) -> BackendInfo:
        return self._info

    def peak_memory(self) -> PeakMemory | None:
        """See :meth:`engine.backends.base.Backend.peak_memory`."""
        return peak_memory(self._info.device)

    def load(self) -> None:
        """See :meth:`engine.backends.base.Backend.load`."""
        options = self._options
        prepare_memory()
        check_packages(options.device)
        choice, checkpoint = self._choose()
        logger.info("%s", choice.reason)
        package = import_packages()

        from engine.backends.qwen.loading import load_model
        from engine.backends.qwen.voices import voices_of

        voices = voices_of(checkpoint, options)
        try:
            wrapper = load_model(package, checkpoint, choice.placement)
            self._speaker = self._speaker_of(wrapper, voices)
            self._speaker.warm_up()
        except Exception as error:
            if is_out_of_memory(error):
                raise EngineStartError(
                    _("The model does not fit into the memory of {device}.").format(
                        device=choice.device.words
                    ),
                    self.advice,
                ) from error
            raise
        self._info = BackendInfo(
            name="qwen",
            model=options.model or choice.local.model.name,
            device=choice.device.name,
            dtype="",
            languages=checkpoint.languages,
            voices=voices.names,
            capacity=1,
            max_batch=1,
            instructs=checkpoint.instructs,
            clones=checkpoint.role == "base",
            fingerprint=voices.fingerprint,
        )
        self._settle(choice)

    def _speaker_of(self, wrapper: Any, voices: Voices) -> Speaker:
        from engine.backends.qwen.decode.speaker import FrameSpeaker
        from engine.backends.qwen.prompts import PromptCache
        from engine.backends.qwen.requests import Requests
        from engine.backends.qwen.sampling import chances_of
        from engine.backends.qwen.speaker import PackageSpeaker

        options = self._options
        folder = places.prompts_folder() if options.prompt_cache else None
        make = PackageSpeaker if options.decode == "package" else FrameSpeaker
        return make(
            wrapper,
            voices,
            Requests(voices, wrapper.processor.tokenizer, options.max_new_tokens),
            PromptCache(wrapper, folder),
            chances_of(wrapper.generate_defaults, options),
            self,
        )

    def _choose(self) -> tuple[Choice, Checkpoint]:
        from engine.backends.qwen.machine import look

        try:
            self._machine = look(self._options)
            choice = choose(self._machine, self._options)
            checkpoint = read_checkpoint(choice.local.folder)
        except InputError as error:
            raise EngineStartError(error.title, error.hint) from error
        self._choice = choice
        return choice, checkpoint

    def _settle(self, choice: Choice) -> None:
        """Go by a choice from now on, and tell so."""
        size = choice.placement.batch_size
        self._choice = choice
        self._info = replace(
            self._info,
            dtype=choice.placement.talker,
            capacity=_WAITING_FACTOR * size if self._options.decode == "package" else size + _NEXT,
            max_batch=size,
            reason=choice.reason,
        )

    def check(self, request: SpeechRequest) -> tuple[str, ...]:
        """See :meth:`engine.backends.base.Backend.check`."""
        spoken = request.spoken
        if spoken.language and spoken.language not in self._info.languages:
            raise SpeechRefused(
                _("This model does not speak {language}.").format(language=spoken.language),
                _("It speaks {known}.").format(known=", ".join(self._info.languages)),
            )
        self._speaker.check(request)
        if spoken.speed != 1.0:
            return (_("This model speaks at its own pace; the speed was left aside."),)
        return ()

    def speak(self, jobs: Sequence[Job], more: More = no_more) -> None:
        """See :meth:`engine.backends.base.Backend.speak`."""
        self._speaker.speak(jobs, more)

    @property
    def most(self) -> int:
        """See :class:`engine.backends.qwen.speaking.Steward`, as for what follows."""
        return self._info.max_batch

    @property
    def free(self) -> int:
        from engine.backends.qwen.machine import free_bytes

        assert self._choice is not None
        return free_bytes(self._choice.device)

    @property
    def advice(self) -> str:
        return "" if self._choice is None else smaller(self._machine, self._choice, self._options)

    def halve(self, sentences: int) -> None:
        # Less at once from now on: what has run out once runs out again.
        assert self._choice is not None
        choice = self._choice.at_once(sentences // 2)
        if reasons.halved() not in choice.why:
            choice = choice.because(reasons.halved())
        self._settle(choice)
        self._info = replace(self._info, out_of_memory=self._info.out_of_memory + 1)
        logger.warning("%s", choice.reason)

    def overflowed(self, sentences: int) -> bool:
        self._not_finite += sentences
        return self._not_finite >= _WIDENS_AFTER and self._widen()

    def _widen(self) -> bool:
        assert self._choice is not None
        free_memory()
        choice = wider(self._choice, self.free)
        if choice is None:
            return False
        try:
            self._speaker.widen(choice.placement)
        except Exception as error:
            # Half of it may be wide by now: nothing can be said of what it would compute.
            raise BackendPoisoned(str(error)) from error
        self._settle(choice)
        logger.warning("%s", choice.reason)
        return True

    def failure(self, error: Exception) -> SpeechFailed:
        if isinstance(error, StudioError):
            return SpeechFailed(error.title, error.hint)
        if is_out_of_memory(error):
            return SpeechFailed(
                _("The memory of {device} does not suffice for this sentence.").format(
                    device=self._info.device
                ),
                f"{_('Split the sentence.')} {self.advice}",
            )
        return not_spoken(error)
