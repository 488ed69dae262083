"""The code predictor: the other fifteen codes of a frame, one after another."""

from __future__ import annotations

from typing import Any

import torch

from engine.backends.qwen.decode.caches import Scratch
from engine.backends.qwen.decode.choosing import Chooser
from engine.backends.qwen.decode.layers import Stack


class PredictorStack(Stack):
    """Named, to be told apart."""


class Predictor:
    """In a dtype of its own, which may be wider than the talker's.

    Args:
        talker: the package's, which has it.
    """

    def __init__(self, talker: Any, chooser: Chooser) -> None:
        predictor = talker.code_predictor
        self._stack = PredictorStack(predictor.model)
        self._predictor = predictor
        self._chooser = chooser
        self._first_table = talker.model.codec_embedding
        self._groups = talker.config.num_code_groups - 1

    def complete(
        self, hidden: torch.Tensor, first: torch.Tensor, noise: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Whole frames of shape (rows, 16), and which rows have no finite values.

        Args:
            hidden: the talker's, from which the first codes were chosen.
            noise: of the frame, shape (rows, draws).
        """
        codes = [first]
        broken = torch.zeros(len(first), dtype=torch.bool, device=first.device)
        heard = self._scratch(len(first))
        inputs = torch.stack((hidden, self._first_table(first)), dim=1)
        for group in range(self._groups):
            states = self._step(inputs, heard)
            scores = self._predictor.lm_head[group](states)
            chosen, bad = self._chooser.other(scores, group, noise)
            codes.append(chosen)
            broken |= bad
            inputs = self._predictor.model.codec_embedding[group](chosen).unsqueeze(1)
        return torch.stack(codes, dim=1), broken

    def _step(self, inputs: torch.Tensor, heard: Scratch) -> torch.Tensor:
        hidden = self._predictor.small_to_mtp_projection(inputs.to(self._dtype))
        new = hidden.shape[1]
        numbers = torch.arange(heard.at, heard.at + new, device=hidden.device)
        rotation = self._predictor.model.rotary_emb(hidden, numbers.unsqueeze(0))
        states = self._stack(hidden, rotation, heard)[0]
        heard.at += new
        return states

    @property
    def _dtype(self) -> torch.dtype:
        # Not of the whole: its tables of embeddings have the talker's.
        return self._predictor.lm_head[0].weight.dtype

    def _scratch(self, rows: int) -> Scratch:
        config = self._predictor.config
        shape = config.num_hidden_layers, config.num_key_value_heads, config.head_dim
        device = self._predictor.lm_head[0].weight.device
        return Scratch(rows, self._groups + 1, shape, self._dtype, device)
