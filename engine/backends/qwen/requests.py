"""From a request to what is said of it: refused early, made plain, held to a length."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.backends.qwen.voices import Line, Voices, knows
from engine.backends.qwen.wording import has_words, plain
from engine.closing import padded
from engine.domain import MAX_FRAMES, SpeechRequest
from engine.errors import SpeechRefused
from engine.i18n import _

_FEWEST_FRAMES, _FRAMES_PER_TOKEN = 192, 12
# The cap where a request names none: generous, since it is to stop nothing but runaways. Source:
# vLLM-Omni.


class Requests:
    """For one model.

    Args:
        tokenizer: the package's.
        most_frames: of the longest answer; None for what the model can.
    """

    def __init__(self, voices: Voices, tokenizer: Any, most_frames: int | None) -> None:
        self._voices = voices
        self._tokenizer = tokenizer
        self._tokens = tuple(tokenizer.get_added_vocab())
        self._most_frames = most_frames or MAX_FRAMES

    def check(self, request: SpeechRequest) -> None:
        """Raises SpeechRefused: the voice is unknown, or there is nothing to say, or to follow."""
        spoken = request.spoken
        if not knows(self._voices, spoken.voice):
            raise SpeechRefused(
                _("Unknown voice: {voice}").format(voice=spoken.voice),
                _("This model speaks as {known}.").format(known=", ".join(self._voices.names)),
            )
        if not has_words(plain(spoken.text, self._tokens)):
            raise SpeechRefused(
                _("There is nothing to say in this text."),
                _("Write how it should be said, or mark the sentence as not spoken."),
            )
        self._voices.check(request)

    def line(self, request: SpeechRequest) -> Line:
        """What the package is asked to say."""
        spoken = request.spoken
        text = plain(spoken.text, self._tokens)
        return Line(
            text=padded(text, plain(request.closing_phrase, self._tokens)),
            language=spoken.language or "Auto",
            spoken=replace(spoken, instruct=plain(spoken.instruct, self._tokens)),
            clip=request.clip,
        )

    def cap(self, request: SpeechRequest, line: Line) -> int:
        """The most frames of its answer."""
        wanted = request.max_frames
        if wanted is None:
            tokens = len(self._tokenizer(line.text)["input_ids"])
            wanted = max(_FEWEST_FRAMES, _FRAMES_PER_TOKEN * tokens)
        return min(wanted, self._most_frames)
