"""Qwen3-TTS on this machine, through the ``qwen-tts`` package."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine import places
from engine.backends.base import BackendInfo, BackendPoisoned, Job
from engine.backends.qwen.checkpoint import Checkpoint, read_checkpoint
from engine.backends.qwen.faults import free_memory, is_out_of_memory, is_poisoned
from engine.backends.qwen.memory import peak_memory
from engine.backends.qwen.packages import check_packages, import_packages
from engine.domain import PeakMemory, SpeechRequest
from engine.errors import EngineStartError, SpeechFailed, SpeechRefused, StudioError
from engine.i18n import _
from engine.models.store import model_of, present
from engine.qwen_options import QwenOptions

logger = logging.getLogger(__name__)

_WAITING_FACTOR = 2
# Requests at hand for each place in a batch: enough to find some of similar length among them.


class QwenBackend:
    """Speaks with one model, in batches that shrink where memory runs out."""

    def __init__(self, options: QwenOptions) -> None:
        self._options = options
        self._speaker: Any = None
        self._checkpoint: Checkpoint | None = None
        self._batch_size = options.batch_size or 1
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
        check_packages(options.device, options.attn)
        model, folder = _model_of(options)
        checkpoint = read_checkpoint(folder)
        package = import_packages()

        from engine.backends.qwen.loading import does_not_fit, load_model
        from engine.backends.qwen.placement import choose_placement
        from engine.backends.qwen.speaker import Speaker
        from engine.backends.qwen.voices import voices_of

        placement = choose_placement(options)
        voices = voices_of(checkpoint, options)
        wrapper = load_model(package, checkpoint, placement)
        prompts = places.prompts_folder() if options.prompt_cache else None
        self._speaker = Speaker(wrapper, voices, options, prompts)
        self._checkpoint = checkpoint
        self._batch_size = placement.batch_size
        self._info = BackendInfo(
            name="qwen",
            model=model,
            device=placement.device,
            dtype=placement.talker,
            languages=checkpoint.languages,
            voices=voices.names,
            capacity=_WAITING_FACTOR * placement.batch_size,
            max_batch=placement.batch_size,
            instructs=checkpoint.instructs,
            reason=placement.reason,
            fingerprint=voices.fingerprint,
        )
        try:
            self._speaker.warm_up()
        except Exception as error:
            if is_out_of_memory(error):
                raise does_not_fit(placement.device) from error
            raise

    def check(self, request: SpeechRequest) -> tuple[str, ...]:
        """See :meth:`engine.backends.base.Backend.check`."""
        spoken = request.spoken
        if spoken.language and spoken.language not in self._info.languages:
            raise SpeechRefused(
                _("This model does not speak {language}.").format(language=spoken.language),
                _("It speaks {known}.").format(known=", ".join(self._info.languages)),
            )
        self._speaker.check(spoken)
        if spoken.speed != 1.0:
            return (_("This model speaks at its own pace; the speed was left aside."),)
        return ()

    def speak(self, jobs: Sequence[Job]) -> None:
        """See :meth:`engine.backends.base.Backend.speak`."""
        waiting = deque(sorted(jobs, key=lambda job: len(job.request.spoken.text)))
        while waiting:
            size = min(self._batch_size, len(waiting))
            batch = [waiting.popleft() for _number in range(size)]
            if not self._speak_batch([job for job in batch if not job.cancelled]):
                # Less at once from now on: what has run out once runs out again.
                self._batch_size = max(1, size // 2)
                self._info = replace(self._info, max_batch=self._batch_size)
                waiting.extendleft(reversed(batch))

    def _speak_batch(self, batch: list[Job]) -> bool:
        """False if it is to be tried again in smaller pieces, for want of memory."""
        try:
            if batch:
                self._speaker.speak(batch)
        except Exception as error:
            if is_poisoned(error):
                raise BackendPoisoned(str(error)) from error
            logger.exception("a batch of %d failed", len(batch))
            again = is_out_of_memory(error) and len(batch) > 1
            failed = self._failure(error)
        else:
            return True
        # Out of the except clause, whose traceback holds on to the batch's memory.
        free_memory()
        if not again:
            for job in batch:
                job.fail(failed)
        return not again

    def _failure(self, error: Exception) -> SpeechFailed:
        if isinstance(error, StudioError):
            return SpeechFailed(error.title, error.hint)
        if is_out_of_memory(error):
            from engine.backends.qwen.loading import smaller_choice

            return SpeechFailed(
                _("The memory of {device} does not suffice for this sentence.").format(
                    device=self._info.device
                ),
                _("Split the sentence.") + " " + smaller_choice(self._info.device),
            )
        return SpeechFailed(
            _("The model failed on this sentence."),
            _("The reason given: {reason}. Its log has more.").format(
                reason=f"{type(error).__name__}: {error}"
            ),
        )


def _model_of(options: QwenOptions) -> tuple[str, Path]:
    """The model's name, or its folder's where it has none, and where its files lie.

    Raises:
        EngineStartError: none is here.
    """
    if options.model:
        if Path(options.model).is_absolute():
            return options.model, Path(options.model)
        names = [options.model]
    else:
        names = [model.name for model in present() if options.kind in (None, model.kind)]
    for name in names:
        _model, folder = model_of(name)
        if folder is not None:
            return name, folder
    raise EngineStartError(
        _("The model {name} is not on this machine.").format(name=options.model or "Qwen3-TTS"),
        _("Download it: tts-studio models download NAME"),
    )
