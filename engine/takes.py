"""From an engine's answer to a take that can be judged: its cut and its complaints."""

from __future__ import annotations

from engine.audio import Samples, from_pcm16
from engine.checks import complaints
from engine.domain import (
    FRAME_SECONDS,
    MAX_FRAMES,
    SAMPLE_RATE,
    Cut,
    EngineInfo,
    SpeechDone,
    SpeechRequest,
    Spoken,
    TakeDraft,
)

CAP_SECONDS = 15.0
CAP_SECONDS_PER_LETTER = 0.6
"""Twice what the slowest readings take, in any of the ten languages; the cap only stops runaways.
A syllable block or a Chinese character takes 0.2-0.3 s, a Latin letter a third of that."""


def frame_cap(spoken: Spoken) -> int:
    """How many codec frames an answer may have before it counts as a runaway."""
    seconds = CAP_SECONDS + CAP_SECONDS_PER_LETTER * len(spoken.text) / min(spoken.speed, 1.0)
    return min(MAX_FRAMES, round(seconds / FRAME_SECONDS))


def draft_take(
    request: SpeechRequest, pcm: bytes, done: SpeechDone, info: EngineInfo
) -> tuple[Samples, TakeDraft]:
    """The samples of an answer, mono float32 at SAMPLE_RATE, and what is known of them."""
    samples = from_pcm16(pcm)
    duration = len(samples) / SAMPLE_RATE
    return samples, TakeDraft(
        asked=request.spoken,
        seed=request.seed,
        engine=info.engine,
        model=info.model,
        finish_reason=done.finish_reason,
        duration=duration,
        cut=Cut(0.0, duration),
        closing_phrase=request.closing_phrase,
        complaints=complaints(
            samples,
            SAMPLE_RATE,
            request.spoken.text,
            done.finish_reason,
            speed=request.spoken.speed,
        ),
    )
