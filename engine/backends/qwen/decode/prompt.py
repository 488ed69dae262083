"""What the talker hears before it speaks: built by the package, taken before it is spoken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch


@dataclass(frozen=True)
class Prompt:
    """Of one sentence.

    Attributes:
        heard: shape (positions, width).
        text: what is added to each frame as long as there is some, shape (n, width).
        silence: what is added afterwards, shape (width,).
    """

    heard: torch.Tensor
    text: torch.Tensor
    silence: torch.Tensor

    def beside(self, frame: int) -> torch.Tensor:
        """What is heard together with a frame, shape (width,)."""
        return self.text[frame] if frame < len(self.text) else self.silence


class Prompter:
    """In the place of the package's generation, which it never lets begin.

    Args:
        talker: the package's, one instance of which is changed.
    """

    def __init__(self, talker: Any) -> None:
        talker.generate = self._take

    def prompt(self, ask: Callable[[], object]) -> Prompt:
        """The prompt of the one sentence that ``ask`` has the package speak."""
        try:
            ask()
        except _Taken as taken:
            return taken.prompt
        raise RuntimeError("the package has spoken without a prompt")

    def _take(self, **asked: Any) -> None:
        raise _Taken(
            Prompt(
                asked["inputs_embeds"][0],
                asked["trailing_text_hidden"][0],
                asked["tts_pad_embed"].reshape(-1),
            )
        )


class _Taken(BaseException):
    # Not an Exception: the package's methods may catch those one day.

    def __init__(self, prompt: Prompt) -> None:
        super().__init__("a prompt")
        self.prompt = prompt
