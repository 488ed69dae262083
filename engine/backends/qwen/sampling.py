"""Chooses codes, for each sentence of a batch by its own seed, and ends each at its own frame.

Sampling is by Gumbel-max: noise is added to the scores and the highest wins, so that a sentence
draws the same whoever is in the batch with it, and the generation itself is greedy. An argmax also
survives values that are not numbers, where ``torch.multinomial`` would raise an assert that costs
a CUDA process its life.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from transformers.generation.logits_process import (
    LogitsProcessor,
    LogitsProcessorList,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from engine.domain import FinishReason
from engine.qwen_options import QwenOptions

Listener = Callable[[int], bool]
"""Told how many frames are made; false ends the sentence."""


@dataclass(frozen=True)
class Chance:
    """How freely codes are chosen. A ``top_k`` of 0 and a ``top_p`` of 1 leave all."""

    temperature: float = 0.9
    top_k: int = 50
    top_p: float = 1.0

    def warpers(self) -> LogitsProcessorList:
        """What narrows scores down before noise is added, in the usual order."""
        warpers = LogitsProcessorList([TemperatureLogitsWarper(self.temperature)])
        if self.top_k:
            warpers.append(TopKLogitsWarper(self.top_k))
        if self.top_p < 1:
            warpers.append(TopPLogitsWarper(self.top_p))
        return warpers


@dataclass(frozen=True)
class Chances:
    """Of one model.

    Attributes:
        repetition_penalty: of the talker's codes, from 1.
    """

    talker: Chance
    predictor: Chance
    repetition_penalty: float


def chances_of(defaults: dict[str, Any], options: QwenOptions) -> Chances:
    """For the talker, as the options or else the model's own file say; for the code predictor, as
    the file says.

    Args:
        defaults: the package's ``generate_defaults``.
    """
    usual = _usual(defaults, "")
    talker = Chance(
        usual.temperature if options.temperature is None else options.temperature,
        usual.top_k if options.top_k is None else options.top_k,
        usual.top_p if options.top_p is None else options.top_p,
    )
    penalty = options.repetition_penalty
    if penalty is None:
        penalty = defaults.get("repetition_penalty", _REPETITION_PENALTY)
    return Chances(talker, _usual(defaults, "subtalker_"), penalty)


def _usual(defaults: dict[str, Any], prefix: str) -> Chance:
    given = {
        name: defaults[prefix + name]
        for name in ("temperature", "top_k", "top_p")
        if defaults.get(prefix + name) is not None
    }
    return Chance(**given)


_REPETITION_PENALTY = 1.05
# The package's own.


@dataclass
class Voicing:
    """One sentence while its codes are chosen.

    Attributes:
        cap: the most frames it may have, at least 1.
        frames: made so far.
        reason: how it ended; None while it goes on.
    """

    seed: int
    cap: int
    listener: Listener = field(default=lambda _frames: True)
    frames: int = 0
    reason: FinishReason | None = None


class Sampler:
    """Chooses for one batch. Of each frame the talker chooses the first code, the code predictor
    the others.

    Args:
        voicings: one for each row of the batch.
        eos: the talker's code that ends a sentence.
        groups: codes in a frame.
        sizes: codes to choose from, of the talker and of the code predictor.
    """

    def __init__(
        self,
        voicings: Sequence[Voicing],
        *,
        eos: int,
        groups: int,
        sizes: tuple[int, int],
        chance: Chance,
        predictor_chance: Chance,
        device: torch.device,
    ) -> None:
        self._voicings = tuple(voicings)
        self._eos = eos
        self._talker_size, self._predictor_size = sizes
        self._warpers = chance.warpers()
        self._predictor_warpers = predictor_chance.warpers()
        self._generators = [
            torch.Generator(device=device).manual_seed(voicing.seed) for voicing in voicings
        ]
        draws = self._talker_size + (groups - 1) * self._predictor_size
        self._noise = torch.zeros(len(self._voicings), draws, device=device)
        self._broken = torch.zeros(len(self._voicings), dtype=torch.bool, device=device)
        self.talker = LogitsProcessorList([_Calling(self._choose_first)])
        self.predictor = LogitsProcessorList([_Calling(self._choose_other)])

    def _choose_first(self, chosen: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        scores = self._made_finite(scores)
        self._draw()
        narrowed = self._warpers(chosen, scores)  # pyright: ignore[reportArgumentType]
        scores = narrowed + self._noise[:, : self._talker_size]
        frames = chosen.shape[1]
        told = torch.stack([scores.argmax(dim=-1), self._broken.long()]).tolist()
        for row, (voicing, code, broken) in enumerate(zip(self._voicings, *told, strict=True)):
            if voicing.reason is not None:
                continue
            voicing.frames = frames
            voicing.reason = self._end_of(voicing, code, broken=bool(broken))
            if voicing.reason is not None:
                scores[row] = -torch.inf
                scores[row, self._eos] = 0
        return scores

    def _end_of(self, voicing: Voicing, code: int, *, broken: bool) -> FinishReason | None:
        if voicing.frames == 0:
            return None  # the package can't be without a single frame
        if broken:
            return "error"
        if not voicing.listener(voicing.frames):
            return "cancelled"
        if code == self._eos:
            return "stop"
        return "length" if voicing.frames >= voicing.cap else None

    def _choose_other(self, chosen: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        start = self._talker_size + chosen.shape[1] * self._predictor_size
        scores = self._made_finite(scores)
        narrowed = self._predictor_warpers(chosen, scores)  # pyright: ignore[reportArgumentType]
        return narrowed + self._noise[:, start : start + self._predictor_size]

    def _made_finite(self, scores: torch.Tensor) -> torch.Tensor:
        """Scores in float32 without NaN and +inf; what had some is marked. -inf forbids a code."""
        scores = scores.float()
        broken = (scores.isnan() | scores.isposinf()).any(dim=-1)
        self._broken |= broken
        return scores.masked_fill(broken.unsqueeze(-1), 0)

    def _draw(self) -> None:
        """A frame's noise, for the sentences that go on: -log of exponential variates."""
        for row, (voicing, generator) in enumerate(
            zip(self._voicings, self._generators, strict=True)
        ):
            if voicing.reason is None:
                self._noise[row].exponential_(generator=generator)
                # 0 may be drawn, and the infinite noise that it gives would choose the forbidden.
                self._noise[row].clamp_(min=1e-30).log_().neg_()


class _Calling(LogitsProcessor):
    """A processor of a bound method."""

    def __init__(self, process: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> None:
        self._process = process

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        return self._process(input_ids, scores)
