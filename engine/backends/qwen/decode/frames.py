"""Makes frames: of every sentence in flight the next one, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from engine.backends.qwen.decode.choosing import Chooser, Noise
from engine.backends.qwen.decode.predictor import Predictor
from engine.backends.qwen.decode.prompt import Prompt
from engine.backends.qwen.decode.talker import Talker


@dataclass(eq=False)
class Line:
    """A sentence while its frames are made. With what it holds it can be heard again and goes on
    where it was: nothing of it is in the talker's cache alone.

    Attributes:
        codes: of each of its frames, shape (16,).
        first: the first code of the next.
        hidden: from which that was chosen.
        seen: which first codes it had, among them that one.
    """

    prompt: Prompt
    noise: Noise
    codes: list[torch.Tensor] = field(default_factory=list)
    first: int = 0
    hidden: torch.Tensor = field(default_factory=lambda: torch.empty(0))
    seen: torch.Tensor = field(default_factory=lambda: torch.empty(0))

    @property
    def frames(self) -> int:
        return len(self.codes)

    @property
    def positions(self) -> int:
        """Of the talker's that it takes."""
        return len(self.prompt.heard) + len(self.codes)


class Frames:
    """For one model, in whatever dtypes it has."""

    def __init__(self, talker: Talker, predictor: Predictor, chooser: Chooser) -> None:
        self.talker = talker
        self._predictor = predictor
        self._chooser = chooser

    def line(self, prompt: Prompt, seed: int) -> Line:
        """One that begins."""
        return Line(prompt, Noise(seed, self._chooser.draws, self.talker.device))

    def ended(self, line: Line) -> bool:
        """Whether the next frame would be the end itself."""
        return line.first == self._chooser.eos

    def hear(self, line: Line, place: int) -> bool:
        """Have the talker hear a sentence up to where it is; false where values are not finite."""
        heard, talker = line.prompt.heard, self.talker
        seen = torch.zeros(self._chooser.first_size, dtype=torch.bool, device=talker.device)
        if line.codes:
            codes = torch.stack(line.codes)
            seen[codes[:, 0]] = True
            beside = torch.stack([line.prompt.beside(frame) for frame in range(line.frames)])
            made = talker.embedded(codes) + beside.to(talker.dtype)
            heard = torch.cat((heard.to(talker.dtype), made))
        line.seen = seen
        return not self._choose([line], talker.hear(heard, place), [line.frames])

    def step(self, lines: Sequence[Line]) -> list[Line]:
        """A frame for each of them, whose places are the first. Returned are those that have none,
        because values were not finite; they are as they were."""
        first = torch.tensor([line.first for line in lines], device=self.talker.device)
        hidden = torch.stack([line.hidden for line in lines])
        noise = torch.stack([line.noise.of(line.frames) for line in lines])
        codes, broken = self._predictor.complete(hidden, first, noise)
        beside = torch.stack([line.prompt.beside(line.frames) for line in lines])
        inputs = self.talker.embedded(codes) + beside.to(self.talker.dtype)
        made = self.talker.step(inputs, [line.positions for line in lines])
        following = [line.frames + 1 for line in lines]
        failed = self._choose(lines, made, following, broken)
        for line, frame in zip(lines, codes, strict=True):
            if line not in failed:
                line.codes.append(frame)
        return failed

    def _choose(
        self,
        lines: Sequence[Line],
        hidden: torch.Tensor,
        frames: Sequence[int],
        broken: torch.Tensor | None = None,
    ) -> list[Line]:
        """Give each its next first code. Returned are those that get none."""
        noise = torch.stack(
            [line.noise.of(frame) for line, frame in zip(lines, frames, strict=True)]
        )
        seen = torch.stack([line.seen for line in lines])
        scores = self.talker.scores(hidden)
        chosen, bad = self._chooser.first(scores, seen, frames, noise)
        if broken is not None:
            bad = bad | broken
        # Both at once: on a card each look at a value waits for all that was asked before.
        told = torch.stack((chosen, bad.long())).tolist()
        failed = []
        for line, code, is_bad, made in zip(lines, *told, hidden, strict=True):
            if is_bad:
                failed.append(line)
                continue
            line.first, line.hidden = code, made
            line.seen[code] = True
        return failed
