"""The talker, a step at a time: the first code of each frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from engine.backends.qwen.decode.caches import Cache, Prompted, Stepped
from engine.backends.qwen.decode.layers import Rotation, Stack


class TalkerStack(Stack):
    """Named, to be told apart."""


class Talker:
    """Hears prompts and makes steps, for sentences that each have a place in its cache: the first
    of them are those that step.

    Args:
        talker: the package's, in whatever dtype.
    """

    def __init__(self, talker: Any) -> None:
        self._talker = talker
        self._stack = TalkerStack(talker.model)
        self.forget()

    @property
    def dtype(self) -> torch.dtype:
        return self._talker.dtype

    @property
    def device(self) -> torch.device:
        return self._talker.device

    def forget(self) -> None:
        """Give back the memory of all sentences."""
        config = self._talker.config
        shape = config.num_hidden_layers, config.num_key_value_heads, config.head_dim
        self.cache = Cache(shape, self.dtype, self.device)

    def hear(self, prompt: torch.Tensor, place: int) -> torch.Tensor:
        """What is made of a prompt that is heard from its beginning, shape (1, width).

        Args:
            prompt: shape (positions, width).
        """
        positions = len(prompt)
        self.cache.reserve(place + 1, positions + 1)
        hidden = prompt.to(self.dtype).unsqueeze(0)
        heard = Prompted(self.cache, place)
        return self._stack(hidden, self._rotation(range(positions), hidden), heard)[0]

    def step(self, inputs: torch.Tensor, positions: Sequence[int]) -> torch.Tensor:
        """What is made of a further position of each sentence, shape (rows, width).

        Args:
            inputs: shape (rows, width).
        """
        self.cache.reserve(len(positions), max(positions) + 1)
        hidden = inputs.unsqueeze(1)
        cos, sin = self._rotation(positions, hidden)
        rotation = cos.transpose(0, 1), sin.transpose(0, 1)
        heard = Stepped(self.cache, positions, self.device)
        return self._stack(hidden, rotation, heard)[0]

    def scores(self, hidden: torch.Tensor) -> torch.Tensor:
        """Of the first codes, shape (rows, codes)."""
        return self._talker.codec_head(hidden)

    def embedded(self, codes: torch.Tensor) -> torch.Tensor:
        """Whole frames, without the text: shape (frames, 16) to (frames, width)."""
        tables = (
            self._talker.model.codec_embedding,
            *self._talker.code_predictor.model.codec_embedding,
        )
        parts = [table(codes[:, group]) for group, table in enumerate(tables)]
        # Summed as the package does, whose rounding depends on it.
        return torch.stack(parts, dim=1).sum(1)

    def _rotation(self, positions: Sequence[int], like: torch.Tensor) -> Rotation:
        """Of one row. The three positions of the multimodal rotation are the same in speech."""
        numbers = torch.tensor(positions, device=self.device)
        cos, sin = self._talker.model.rotary_emb(like, numbers.expand(3, 1, -1))
        return cos[0], sin[0]
