"""A stand-in for an engine, for what a real one cannot be made to do at a chosen moment: wait, run
into its cap, break off, be busy, be gone for good."""

from __future__ import annotations

import asyncio
import math
from array import array
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

from engine.client.base import EngineChanged
from engine.domain import (
    SAMPLE_RATE,
    AudioDelta,
    EngineInfo,
    SpeechDone,
    SpeechEvent,
    SpeechProgress,
    SpeechRequest,
)
from engine.errors import EngineStartError

Outcome = Exception | SpeechDone | SpeechProgress | asyncio.Event
"""Raised, answered, told, or waited for before the next outcome."""


def tone(seconds: float) -> bytes:
    """A sine of 220 Hz at half of full scale: 16-bit PCM at SAMPLE_RATE."""
    step = 2 * math.pi * 220 / SAMPLE_RATE
    return array(
        "h", (round(16000 * math.sin(step * n)) for n in range(int(seconds * SAMPLE_RATE)))
    ).tobytes()


class ScriptedEngine:
    """Answers each text with what was planned for it, then with a second of tone.

    Attributes:
        sound: 16-bit PCM at SAMPLE_RATE, in place of that second.
        sounds: the same by the text, where it differs.
    """

    name = "scripted"
    loads = ""

    def __init__(self, capacity: int = 1) -> None:
        self.on_state: Callable[[EngineChanged], None] | None = None
        self.log_file: Path | None = None
        self.plans: dict[str, deque[Outcome]] = defaultdict(deque)
        self.asked: list[SpeechRequest] = []
        self.in_flight: list[str] = []
        self.company: list[tuple[str, ...]] = []
        self.finished = 0
        self.sound = tone(1.0)
        self.sounds: dict[str, bytes] = {}
        self.start_error: EngineStartError | None = None
        self.info = EngineInfo("scripted", "tone", "cpu", "int16", ("English",), capacity, "1")

    def plan(self, text: str, *outcomes: Outcome) -> None:
        self.plans[text].extend(outcomes)

    async def ready(self) -> EngineInfo:
        if self.start_error is not None:
            raise self.start_error
        return self.info

    async def describe(self) -> EngineInfo:
        return await self.ready()

    async def speak(self, request: SpeechRequest) -> AsyncGenerator[SpeechEvent, None]:
        text = request.spoken.text
        self.asked.append(request)
        self.in_flight.append(text)
        self.company.append(tuple(self.in_flight))
        try:
            told = False  # such an engine is heard only at its end
            done = SpeechDone("stop", request.seed, 13)
            while self.plans[text]:
                outcome = self.plans[text].popleft()
                if isinstance(outcome, asyncio.Event):
                    if not told:
                        yield AudioDelta(tone(0.5))
                    await outcome.wait()
                elif isinstance(outcome, SpeechProgress):
                    told = True
                    yield outcome
                elif isinstance(outcome, SpeechDone):
                    done = outcome
                    break
                else:
                    raise outcome
            yield AudioDelta(self.sounds.get(text, self.sound))
            yield done
        finally:
            self.in_flight.remove(text)

    def sentence_finished(self) -> None:
        self.finished += 1

    async def aclose(self) -> None:
        return
