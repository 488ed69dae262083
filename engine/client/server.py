"""What the studio has found at an address: one kind of server, ready to speak."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Literal, Protocol

from engine.domain import EngineInfo, SpeechEvent, SpeechRequest

Kind = Literal["studio", "vllm-omni", "openai", "tts-clone"]
"""Our own; vLLM-Omni; any other with OpenAI's ``/v1/audio/speech``; a guide's ``/tts/clone``."""

QWEN = "qwen"
"""The engine of a server that speaks with Qwen3-TTS, whoever wrote it: what its last syllables need
is a matter of the model."""

STRANGER = "server"
"""The engine of a server whose model is of no kind that the studio knows."""


class Server(Protocol):
    """One of the kinds."""

    info: EngineInfo

    def speak(self, request: SpeechRequest) -> AsyncGenerator[SpeechEvent, None]:
        """See :meth:`engine.client.base.Engine.speak`."""
        ...


def engine_of(model: str) -> str:
    """Which engine speaks, by the name of the model."""
    letters = "".join(filter(str.isalnum, model.casefold()))
    return QWEN if "qwen3tts" in letters else STRANGER
