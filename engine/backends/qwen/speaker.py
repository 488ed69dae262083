"""The package's own way of speaking: batches, each of which ends with its longest sentence."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from engine.backends.base import BackendPoisoned, Job, More
from engine.backends.qwen.failures import not_decoded, not_finite, not_heard
from engine.backends.qwen.faults import free_memory, is_out_of_memory, is_poisoned
from engine.backends.qwen.hooks import Codes, Hooks
from engine.backends.qwen.loading import widen_model
from engine.backends.qwen.placement import Placement
from engine.backends.qwen.prompts import PromptCache
from engine.backends.qwen.requests import Requests
from engine.backends.qwen.sampling import Chances, Voicing
from engine.backends.qwen.speaking import Steward
from engine.backends.qwen.voices import WARM_UP, Line, Voices
from engine.domain import FRAME_SECONDS, SAMPLE_RATE, SpeechRequest
from engine.errors import SpeechFailed

logger = logging.getLogger(__name__)

_PIECE = SAMPLE_RATE
# Samples handed over at once.

_FRAME = round(FRAME_SECONDS * SAMPLE_RATE)


@dataclass(frozen=True)
class _Begun:
    """A job of a batch. ``lead_in``: frames of a clip before its own."""

    job: Job
    line: Line
    voicing: Voicing
    lead_in: int


class PackageSpeaker:
    """See :class:`engine.backends.qwen.speaking.Speaker`.

    Args:
        wrapper: the package's ``Qwen3TTSModel``.
    """

    def __init__(
        self,
        wrapper: Any,
        voices: Voices,
        requests: Requests,
        prompts: PromptCache,
        chances: Chances,
        steward: Steward,
    ) -> None:
        self._wrapper = wrapper
        self._voices = voices
        self._requests = requests
        self._prompts = prompts
        self._steward = steward
        self._chances = chances
        self._hooks = Hooks(wrapper)

    def warm_up(self) -> None:
        self._voices.prepare(self._prompts)
        if not self._voices.names:
            return
        [codes] = self._hooks.run(
            [Voicing(seed=0, cap=1, chances=self._chances)],
            partial(self._voices.generate, self._wrapper, [WARM_UP]),
        )
        self._hooks.decode(codes)

    def widen(self, placement: Placement) -> None:
        widen_model(self._wrapper, placement)

    def check(self, request: SpeechRequest) -> None:
        self._requests.check(request)

    def speak(self, jobs: Sequence[Job], more: More) -> None:
        """Batches of these alone: who comes while one is spoken waits for its end."""
        del more
        waiting = deque(sorted(jobs, key=lambda job: len(job.request.spoken.text)))
        while waiting:
            size = min(self._steward.most, len(waiting))
            batch = [waiting.popleft() for _number in range(size)]
            begun = [one for job in batch if (one := self._begin(job)) is not None]
            again = self._speak_batch(begun) if begun else []
            waiting.extendleft(reversed(again))

    def _speak_batch(self, batch: Sequence[_Begun]) -> list[Job]:
        """Those that are to be tried again, now that what ailed them is changed."""
        jobs = [one.job for one in batch]
        try:
            return self._without_numbers(self._spoken(batch))
        except Exception as error:
            if is_poisoned(error):
                raise BackendPoisoned(str(error)) from error
            logger.exception("a batch of %d failed", len(batch))
            again = is_out_of_memory(error) and len(batch) > 1
            failed = self._steward.failure(error)
        # Out of the except clause, whose traceback holds on to the batch's memory.
        free_memory()
        if again:
            self._steward.halve(len(batch))
            return jobs
        for job in jobs:
            job.fail(failed)
        return []

    def _without_numbers(self, broken: list[tuple[Job, SpeechFailed]]) -> list[Job]:
        """See to the sentences whose values were not finite."""
        if broken and self._steward.overflowed(len(broken)):
            return [job for job, _failed in broken]
        for job, failed in broken:
            job.fail(failed)
        return []

    def _spoken(self, batch: Sequence[_Begun]) -> list[tuple[Job, SpeechFailed]]:
        """Speak them as one batch, and hand the sound of each over as soon as it is decoded.
        Returned are those whose values were not finite, which are told nothing yet.

        Raises whatever the model's libraries do while none of the jobs has been ended.
        """
        lines = [one.line for one in batch]
        voicings = [one.voicing for one in batch]
        every = self._hooks.run(voicings, partial(self._voices.generate, self._wrapper, lines))
        broken: list[tuple[Job, SpeechFailed]] = []
        dtype = str(self._wrapper.model.talker.dtype).removeprefix("torch.")
        for one, codes in zip(batch, every, strict=True):
            if one.voicing.reason == "error":
                broken.append((one.job, not_finite(one.voicing.frames, dtype)))
            else:
                self._end(one, codes)
        return broken

    def _begin(self, job: Job) -> _Begun | None:
        """None for a job that ends alone: it was given up, or its voice cannot be had."""
        if job.cancelled:
            job.finish("cancelled", 0)
            return None
        line = self._requests.line(job.request)
        try:
            lead_in = self._voices.lead_in(line)
        except Exception as error:
            if is_poisoned(error):
                raise BackendPoisoned(str(error)) from error
            logger.exception("a voice was not heard")
            unfit = line.clip is not None and not is_out_of_memory(error)
            failed = not_heard(error) if unfit else self._steward.failure(error)
        else:
            cap = self._requests.cap(job.request, line)
            chances = self._chances.but(job.request.sampling)
            voicing = Voicing(job.request.seed, cap, chances, partial(_follow, job))
            return _Begun(job, line, voicing, 0 if lead_in is None else len(lead_in))
        # Out of the except clause, whose traceback holds on to memory.
        free_memory()
        job.fail(failed)
        return None

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
                job.fail(not_decoded(error, self._steward.advice))
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


def _follow(job: Job, frames: int) -> bool:
    job.progress(frames)
    return not job.cancelled
