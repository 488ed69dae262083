"""Chooses the codes of several sentences at once, for each by its own seed.

By Gumbel-max, with the draws that :mod:`engine.backends.qwen.sampling` makes: a seed means the same
codes to both ways of decoding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from engine.backends.qwen.sampling import Chance, Chances, narrowed, penalized

_FEWEST = 2
# First codes before a sentence may end, as the package has it.

_SPECIAL = 1024
# Codes at the end of the talker's vocabulary that are no sound.


class Noise:
    """A sentence's own chance: for each frame as many variates as there are codes to choose from.
    Those of the last two frames can be had again, for a frame that has to be made again."""

    def __init__(self, seed: int, draws: int, device: torch.device) -> None:
        self._generator = torch.Generator(device=device).manual_seed(seed)
        self._draws, self._device = draws, device
        self._drawn = 0
        self._last: list[torch.Tensor] = []

    def of(self, frame: int) -> torch.Tensor:
        """Shape (draws,)."""
        while self._drawn <= frame:
            drawn = torch.empty(self._draws, device=self._device)
            drawn.exponential_(generator=self._generator)
            # 0 may be drawn, and the infinite noise that it gives would choose the forbidden.
            self._last = [*self._last[-1:], drawn.clamp_(min=1e-30).log_().neg_()]
            self._drawn += 1
        return self._last[frame - self._drawn]


class Chooser:
    """For one model.

    Args:
        config: the talker's.
        others: how freely the code predictor chooses.
    """

    def __init__(self, config: Any, others: Chance, device: torch.device) -> None:
        self.eos: int = config.codec_eos_token_id
        self.first_size: int = config.vocab_size
        self.other_size: int = config.code_predictor_config.vocab_size
        self.draws = self.first_size + (config.num_code_groups - 1) * self.other_size
        self._others = others
        forbidden = torch.zeros(self.first_size, dtype=torch.bool)
        forbidden[-_SPECIAL:] = True
        forbidden[self.eos] = False
        self._forbidden = forbidden.to(device)

    def first(
        self,
        scores: torch.Tensor,
        seen: torch.Tensor,
        frames: Sequence[int],
        noise: torch.Tensor,
        chances: Sequence[Chances],
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The talker's code of each row's next frame, and which rows have no finite values.

        Args:
            scores: shape (rows, codes).
            seen: of the same shape: the codes that a row had in its frames, of which there are
                ``frames``.
            noise: shape (rows, draws).
            chances: of each row.
        """
        scores, broken = _finite(scores)
        scores = penalized(scores, seen, chances).masked_fill(self._forbidden, -torch.inf)
        early = [row for row, made in enumerate(frames) if made < _FEWEST]
        if early:
            scores[early, self.eos] = -torch.inf
        chosen = narrowed(scores, chances) + noise[:, : self.first_size]
        return chosen.argmax(dim=-1), broken

    def other(
        self, scores: torch.Tensor, group: int, noise: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """A code of the code predictor for each row, and which rows have no finite values.

        Args:
            group: which of its codes, from 0.
        """
        scores, broken = _finite(scores)
        start = self.first_size + group * self.other_size
        chosen = self._others.narrowed(scores) + noise[:, start : start + self.other_size]
        return chosen.argmax(dim=-1), broken


def _finite(scores: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Scores in float32 without NaN and +inf, and which rows had some. -inf forbids a code."""
    scores = scores.float()
    broken = (scores.isnan() | scores.isposinf()).any(dim=-1)
    return scores.masked_fill(broken.unsqueeze(-1), 0), broken
