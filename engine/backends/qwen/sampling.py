"""Chooses codes, for each sentence of a batch by its own seed, and ends each at its own frame.

Sampling is by Gumbel-max: noise is added to the scores and the highest wins, so that a sentence
draws the same whoever is in the batch with it, and the generation itself is greedy. An argmax also
survives values that are not numbers, where ``torch.multinomial`` would raise an assert that costs
a CUDA process its life.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from typing import Any

import torch
from transformers.generation.logits_process import (
    LogitsProcessor,
    LogitsProcessorList,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from engine.domain import FinishReason, Sampling
from engine.qwen_options import QwenOptions

Listener = Callable[[int], bool]
"""Told how many frames are made; false ends the sentence."""


@dataclass(frozen=True)
class Chance:
    """How freely codes are chosen. A ``top_k`` of 0 and a ``top_p`` of 1 leave all."""

    temperature: float = 0.9
    top_k: int = 50
    top_p: float = 1.0

    def narrowed(self, scores: torch.Tensor) -> torch.Tensor:
        """Scores of shape (rows, codes), before noise is added."""
        narrowed: Any = _warpers(self)(None, scores)  # pyright: ignore[reportArgumentType]
        return narrowed


@cache
def _warpers(chance: Chance) -> LogitsProcessorList:
    """In the usual order."""
    warpers = LogitsProcessorList([TemperatureLogitsWarper(chance.temperature)])
    if chance.top_k:
        warpers.append(TopKLogitsWarper(chance.top_k))
    if chance.top_p < 1:
        warpers.append(TopPLogitsWarper(chance.top_p))
    return warpers


@dataclass(frozen=True)
class Chances:
    """Of one sentence, or of a model where a sentence says nothing else.

    Attributes:
        repetition_penalty: how much less likely a code of the talker's is that was chosen before,
            from 1.
    """

    talker: Chance
    predictor: Chance
    repetition_penalty: float

    def but(self, sampling: Sampling) -> Chances:
        """With what is asked of the talker. The code predictor's are the model's own."""
        asked = {name: value for name, value in asdict(sampling).items() if value is not None}
        penalty = asked.pop("repetition_penalty", self.repetition_penalty)
        return Chances(replace(self.talker, **asked), self.predictor, penalty)


def penalized(scores: torch.Tensor, seen: torch.Tensor, every: Sequence[Chances]) -> torch.Tensor:
    """With what each row, a sentence, has said already made less likely.

    Args:
        scores: shape (rows, codes).
        seen: of the same shape.
    """
    penalties = [one.repetition_penalty for one in every]
    penalty: Any = penalties[0]
    if len(set(penalties)) > 1:
        penalty = torch.tensor(penalties, device=scores.device).unsqueeze(1)
    less = torch.where(scores < 0, scores * penalty, scores / penalty)
    return torch.where(seen, less, scores)


def narrowed(scores: torch.Tensor, every: Sequence[Chances]) -> torch.Tensor:
    """The talker's, of shape (rows, codes), each row by its own chance."""
    rows_of: dict[Chance, list[int]] = {}
    for row, one in enumerate(every):
        rows_of.setdefault(one.talker, []).append(row)
    if len(rows_of) == 1:
        return every[0].talker.narrowed(scores)
    scores = scores.clone()
    for chance, rows in rows_of.items():
        scores[rows] = chance.narrowed(scores[rows])
    return scores


def chances_of(defaults: dict[str, Any], options: QwenOptions) -> Chances:
    """For the talker, as the options or else the model's own file say; for the code predictor, as
    the file says.

    Args:
        defaults: the package's ``generate_defaults``.
    """
    penalty = defaults.get("repetition_penalty", _REPETITION_PENALTY)
    usual = Chances(_usual(defaults, ""), _usual(defaults, "subtalker_"), penalty)
    return usual.but(
        Sampling(options.temperature, options.top_k, options.top_p, options.repetition_penalty)
    )


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
    chances: Chances
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
        device: torch.device,
    ) -> None:
        self._voicings = tuple(voicings)
        self._eos = eos
        self._talker_size, self._predictor_size = sizes
        self._chances = [voicing.chances for voicing in voicings]
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
        seen = torch.zeros_like(scores, dtype=torch.bool).scatter_(1, chosen, value=True)
        scores = narrowed(penalized(scores, seen, self._chances), self._chances)
        scores = scores + self._noise[:, : self._talker_size]
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
        scores = self._chances[0].predictor.narrowed(scores)
        return scores + self._noise[:, start : start + self._predictor_size]

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
