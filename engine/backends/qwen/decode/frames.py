"""Makes frames: of every sentence in flight the next one, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from engine.backends.qwen.decode.choosing import Chooser, Noise
from engine.backends.qwen.decode.predictor import Predictor
from engine.backends.qwen.decode.prompt import Prompt
from engine.backends.qwen.decode.talker import Talker
from engine.backends.qwen.sampling import Chances


@dataclass(eq=False)
class Track:
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
    chances: Chances
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

    def track(self, prompt: Prompt, seed: int, chances: Chances) -> Track:
        """One that begins."""
        return Track(prompt, Noise(seed, self._chooser.draws, self.talker.device), chances)

    def ended(self, track: Track) -> bool:
        """Whether the next frame would be the end itself."""
        return track.first == self._chooser.eos

    def hear(self, track: Track, place: int) -> bool:
        """Have the talker hear a sentence up to where it is; false where values are not finite."""
        heard, talker = track.prompt.heard, self.talker
        seen = torch.zeros(self._chooser.first_size, dtype=torch.bool, device=talker.device)
        if track.codes:
            codes = torch.stack(track.codes)
            seen[codes[:, 0]] = True
            beside = torch.stack([track.prompt.beside(frame) for frame in range(track.frames)])
            made = talker.embedded(codes) + beside.to(talker.dtype)
            heard = torch.cat((heard.to(talker.dtype), made))
        track.seen = seen
        return not self._choose([track], talker.hear(heard, place), [track.frames])

    def step(self, tracks: Sequence[Track]) -> list[Track]:
        """A frame for each of them, whose places are the first. Returned are those that have none,
        because values were not finite; they are as they were."""
        first = torch.tensor([track.first for track in tracks], device=self.talker.device)
        hidden = torch.stack([track.hidden for track in tracks])
        noise = torch.stack([track.noise.of(track.frames) for track in tracks])
        codes, broken = self._predictor.complete(hidden, first, noise)
        beside = torch.stack([track.prompt.beside(track.frames) for track in tracks])
        inputs = self.talker.embedded(codes) + beside.to(self.talker.dtype)
        made = self.talker.step(inputs, [track.positions for track in tracks])
        following = [track.frames + 1 for track in tracks]
        failed = self._choose(tracks, made, following, broken)
        for track, frame in zip(tracks, codes, strict=True):
            if track not in failed:
                track.codes.append(frame)
        return failed

    def _choose(
        self,
        tracks: Sequence[Track],
        hidden: torch.Tensor,
        frames: Sequence[int],
        broken: torch.Tensor | None = None,
    ) -> list[Track]:
        """Give each its next first code. Returned are those that get none."""
        noise = torch.stack(
            [track.noise.of(frame) for track, frame in zip(tracks, frames, strict=True)]
        )
        seen = torch.stack([track.seen for track in tracks])
        scores = self.talker.scores(hidden)
        chances = [track.chances for track in tracks]
        chosen, bad = self._chooser.first(scores, seen, frames, noise, chances)
        if broken is not None:
            bad = bad | broken
        # Both at once: on a card each look at a value waits for all that was asked before.
        told = torch.stack((chosen, bad.long())).tolist()
        failed = []
        for track, code, is_bad, made in zip(tracks, *told, hidden, strict=True):
            if is_bad:
                failed.append(track)
                continue
            track.first, track.hidden = code, made
            track.seen[code] = True
        return failed
