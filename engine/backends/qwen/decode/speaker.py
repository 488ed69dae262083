"""Our own way of speaking: a frame of every sentence at a time, and its sound as it is made."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from engine.backends.base import BackendPoisoned, Job, More
from engine.backends.qwen.decode.choosing import Chooser
from engine.backends.qwen.decode.codec import Memory, StreamingDecoder
from engine.backends.qwen.decode.flight import Flight, Utterance
from engine.backends.qwen.decode.frames import Frames, Track
from engine.backends.qwen.decode.predictor import Predictor
from engine.backends.qwen.decode.prompt import Prompter
from engine.backends.qwen.decode.talker import Talker
from engine.backends.qwen.failures import not_decoded, not_heard
from engine.backends.qwen.faults import free_memory, is_out_of_memory, is_poisoned
from engine.backends.qwen.loading import widen_model
from engine.backends.qwen.placement import Placement
from engine.backends.qwen.prompts import PromptCache
from engine.backends.qwen.requests import Requests
from engine.backends.qwen.sampling import Chances
from engine.backends.qwen.speaking import Steward
from engine.backends.qwen.voices import WARM_UP, Line, Voices
from engine.domain import SpeechRequest

logger = logging.getLogger(__name__)

_MOST_PRIMED = 16
# Clips that the codec remembers the end of, at some five megabytes each.


class FrameSpeaker:
    """See :class:`engine.backends.qwen.speaking.Speaker`.

    Args:
        wrapper: the package's ``Qwen3TTSModel``, whose generation is not used.
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
        self._chances = chances
        self._steward = steward
        self._prompter = Prompter(wrapper.model.talker)
        self._codec = StreamingDecoder(wrapper.model.speech_tokenizer.model.decoder)
        self._primed: OrderedDict[int, tuple[torch.Tensor, Memory]] = OrderedDict()
        self._flight = Flight(self._frames(), self, steward)

    @torch.inference_mode()
    def warm_up(self) -> None:
        self._voices.prepare(self._prompts)
        if not self._voices.names:
            return
        frames = self._flight.frames
        track = self._begun(WARM_UP, 0, self._chances)
        frames.hear(track, 0)
        frames.step([track])
        if track.codes:
            self._codec(torch.stack(track.codes), self._remembered(WARM_UP))
        frames.talker.forget()

    def widen(self, placement: Placement) -> None:
        def widened() -> Frames:
            widen_model(self._wrapper, placement)
            return self._frames()

        self._flight.change(widened)

    def check(self, request: SpeechRequest) -> None:
        self._requests.check(request)

    @torch.inference_mode()
    def speak(self, jobs: Sequence[Job], more: More) -> None:
        self._flight.speak(jobs, more)

    def begin(self, job: Job) -> Utterance | None:
        """See :meth:`engine.backends.qwen.decode.flight.Crew.begin`."""
        line = self._requests.line(job.request)
        try:
            memory = self._remembered(line)
        except Exception as error:
            if line.clip is None or is_poisoned(error) or is_out_of_memory(error):
                raise
            logger.exception("a clip was not heard")
            job.fail(not_heard(error))
            return None
        cap = self._requests.cap(job.request, line)
        chances = self._chances.but(job.request.sampling)
        return Utterance(job, self._begun(line, job.request.seed, chances), cap, memory)

    def sound(self, utterance: Utterance) -> bool:
        """See :meth:`engine.backends.qwen.decode.flight.Crew.sound`."""
        try:
            samples = self._decoded(utterance)
        except Exception as error:
            if is_poisoned(error):
                raise BackendPoisoned(str(error)) from error
            logger.exception("a sentence of %d frames was not decoded", utterance.track.frames)
            utterance.job.fail(not_decoded(error, self._steward.advice))
            return False
        utterance.job.emit(samples)
        return True

    def _decoded(self, utterance: Utterance) -> np.ndarray:
        codes = torch.stack(utterance.track.codes[utterance.sounded :])
        try:
            return self._sounded(utterance, codes)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        # Out of the except clause, whose traceback holds on to memory.
        free_memory()
        return self._sounded(utterance, codes)

    def _sounded(self, utterance: Utterance, codes: torch.Tensor) -> np.ndarray:
        # A copy, which counts once the piece is whole.
        memory = utterance.memory.copy()
        samples = self._codec(codes, memory).float().cpu().numpy()
        utterance.memory = memory
        utterance.sounded += len(codes)
        return samples

    def _begun(self, line: Line, seed: int, chances: Chances) -> Track:
        prompt = self._prompter.prompt(lambda: self._voices.generate(self._wrapper, [line]))
        return self._flight.frames.track(prompt, seed, chances)

    def _remembered(self, line: Line) -> Memory:
        """The codec's, after the clip that is continued. It is never changed, only replaced."""
        lead_in = self._voices.lead_in(line)
        if lead_in is None:
            return Memory()
        # The prompts of voices are kept: the same clip has the same tensor.
        if id(lead_in) not in self._primed:
            self._primed[id(lead_in)] = lead_in, self._codec.prime(lead_in)
        self._primed.move_to_end(id(lead_in))
        while len(self._primed) > _MOST_PRIMED:
            self._primed.popitem(last=False)
        return self._primed[id(lead_in)][1].copy()

    def _frames(self) -> Frames:
        talker = self._wrapper.model.talker
        chooser = Chooser(talker.config, self._chances.predictor, talker.device)
        return Frames(Talker(talker), Predictor(talker, chooser), chooser)
