"""Qwen3-TTS on this machine, through the ``qwen-tts`` package."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engine import places
from engine.backends.base import BackendInfo, BackendPoisoned, Job
from engine.backends.qwen import reasons
from engine.backends.qwen.faults import free_memory, is_out_of_memory, is_poisoned
from engine.backends.qwen.memory import peak_memory
from engine.backends.qwen.packages import check_packages, import_packages, prepare_memory
from engine.backends.qwen.placement import Choice, Machine
from engine.backends.qwen.policy import choose, smaller, wider
from engine.domain import PeakMemory, SpeechRequest
from engine.errors import EngineStartError, InputError, SpeechFailed, SpeechRefused, StudioError
from engine.i18n import _
from engine.models.checkpoint import Checkpoint, read_checkpoint
from engine.qwen_options import QwenOptions

logger = logging.getLogger(__name__)

_WAITING_FACTOR = 2
# Requests at hand for each place in a batch: enough to find some of similar length among them.

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
        from engine.backends.qwen.speaker import Speaker
        from engine.backends.qwen.voices import voices_of

        voices = voices_of(checkpoint, options)
        prompts = places.prompts_folder() if options.prompt_cache else None
        try:
            wrapper = load_model(package, checkpoint, choice.placement)
            self._speaker = Speaker(wrapper, voices, options, prompts, self._advice)
            self._speaker.warm_up()
        except Exception as error:
            if is_out_of_memory(error):
                raise EngineStartError(
                    _("The model does not fit into the memory of {device}.").format(
                        device=choice.device.words
                    ),
                    self._advice(),
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
            capacity=_WAITING_FACTOR * size,
            max_batch=size,
            reason=choice.reason,
        )

    def _advice(self) -> str:
        return "" if self._choice is None else smaller(self._machine, self._choice, self._options)

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

    def speak(self, jobs: Sequence[Job]) -> None:
        """See :meth:`engine.backends.base.Backend.speak`."""
        waiting = deque(sorted(jobs, key=lambda job: len(job.request.spoken.text)))
        while waiting:
            size = min(self._info.max_batch, len(waiting))
            batch = [waiting.popleft() for _number in range(size)]
            again = self._speak_batch([job for job in batch if not job.cancelled])
            waiting.extendleft(reversed(again))

    def _speak_batch(self, batch: list[Job]) -> list[Job]:
        """Those that are to be tried again, now that what ailed them is changed."""
        try:
            return self._without_numbers(self._speaker.speak(batch) if batch else [])
        except Exception as error:
            if is_poisoned(error):
                raise BackendPoisoned(str(error)) from error
            logger.exception("a batch of %d failed", len(batch))
            again = is_out_of_memory(error) and len(batch) > 1
            failed = self._failure(error)
        # Out of the except clause, whose traceback holds on to the batch's memory.
        free_memory()
        if again:
            self._halve(len(batch))
            return batch
        for job in batch:
            job.fail(failed)
        return []

    def _halve(self, size: int) -> None:
        # Less at once from now on: what has run out once runs out again.
        assert self._choice is not None
        choice = self._choice.at_once(size // 2)
        if reasons.halved() not in choice.why:
            choice = choice.because(reasons.halved())
        self._settle(choice)
        logger.warning("%s", choice.reason)

    def _without_numbers(self, broken: list[tuple[Job, SpeechFailed]]) -> list[Job]:
        """See to the sentences whose values were not finite."""
        self._not_finite += len(broken)
        if broken and self._not_finite >= _WIDENS_AFTER and self._widen():
            return [job for job, _failed in broken]
        for job, failed in broken:
            job.fail(failed)
        return []

    def _widen(self) -> bool:
        from engine.backends.qwen.machine import free_bytes

        assert self._choice is not None
        free_memory()
        choice = wider(self._choice, free_bytes(self._choice.device))
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

    def _failure(self, error: Exception) -> SpeechFailed:
        if isinstance(error, StudioError):
            return SpeechFailed(error.title, error.hint)
        if is_out_of_memory(error):
            return SpeechFailed(
                _("The memory of {device} does not suffice for this sentence.").format(
                    device=self._info.device
                ),
                f"{_('Split the sentence.')} {self._advice()}",
            )
        return SpeechFailed(
            _("The model failed on this sentence."),
            _("The reason given: {reason}. Its log has more.").format(
                reason=f"{type(error).__name__}: {error}"
            ),
        )
