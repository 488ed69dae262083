"""The places where the package's own generation is entered.

Its ``generate_*`` methods drop what they do not name, so that neither a processor nor a seed gets
through them. What they call are attributes of module instances, and those can be replaced: the
prompt is still the package's, and the codes come out before its decoding, which would take a whole
padded batch at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from engine.backends.qwen.sampling import Sampler, Voicing
from engine.domain import SAMPLE_RATE

Codes = torch.Tensor
"""Shape (frames, 16): those of a clip that is continued come first."""


class Hooks:
    """Made once for a model that is loaded; one generation at a time.

    Args:
        wrapper: the package's ``Qwen3TTSModel``.
    """

    def __init__(self, wrapper: Any) -> None:
        model = wrapper.model
        self._talker = model.talker
        self._sampler: Sampler | None = None
        self._codes: list[Codes] = []
        self._generate_frames = model.talker.generate
        self._generate_codes = model.talker.code_predictor.generate
        self._decode = model.speech_tokenizer.decode
        model.talker.generate = self._frames
        model.talker.code_predictor.generate = self._others
        model.speech_tokenizer.decode = self._keep

    def run(self, voicings: Sequence[Voicing], generate: Callable[[], object]) -> list[Codes]:
        """The codes of each sentence of a batch that ``generate`` has the package speak."""
        config = self._talker.config
        self._voicings = tuple(voicings)
        self._sampler = Sampler(
            voicings,
            eos=config.codec_eos_token_id,
            groups=config.num_code_groups,
            sizes=(config.vocab_size, config.code_predictor_config.vocab_size),
            device=self._talker.device,
        )
        try:
            generate()
            return self._codes
        finally:
            # The cache of keys and values goes with the frames that hold it.
            self._sampler, self._codes = None, []

    def decode(self, codes: Codes) -> np.ndarray:
        """The sound of the codes, float32 of shape (n,) at SAMPLE_RATE."""
        with torch.inference_mode():
            [samples], _rate = self._decode([{"audio_codes": codes}])
        return samples

    def _frames(self, **asked: Any) -> Any:
        sampler = self._require()
        eos = asked["eos_token_id"]
        # One for the end itself, and one because the package gives a frame less than it is asked.
        most = max(voicing.cap for voicing in self._voicings) + 2
        return self._generate_frames(
            **{
                **{name: value for name, value in asked.items() if name not in _CHANCE},
                "do_sample": False,
                "repetition_penalty": 1.0,
                "max_new_tokens": most,
                "pad_token_id": eos,
                "logits_processor": sampler.talker,
            }
        )

    def _others(self, **asked: Any) -> Any:
        sampler = self._require()
        return self._generate_codes(
            inputs_embeds=asked["inputs_embeds"],
            max_new_tokens=asked["max_new_tokens"],
            do_sample=False,
            return_dict_in_generate=True,
            logits_processor=sampler.predictor,
        )

    def _keep(self, encoded: list[dict[str, Codes]]) -> tuple[list[np.ndarray], int]:
        self._codes = [one["audio_codes"] for one in encoded]
        return [np.zeros(0, np.float32) for _one in encoded], SAMPLE_RATE

    def _require(self) -> Sampler:
        if self._sampler is None:
            raise RuntimeError("generation outside of run")
        return self._sampler


_CHANCE = frozenset({"top_k", "top_p", "temperature"})
# Ours to apply, as the penalty is; to a greedy generation transformers warns of them.
