"""From an engine's answer to a take that can be judged: its cut and its complaints."""

from __future__ import annotations

from dataclasses import replace

from engine.audio import Samples, from_pcm16
from engine.checks import complaints
from engine.closing import padded
from engine.complaints import TOO_SHORT
from engine.cuts import DEFAULT_MARGINS, cut_candidates, find_cut
from engine.domain import (
    FRAME_SECONDS,
    MAX_FRAMES,
    SAMPLE_RATE,
    Cut,
    EngineInfo,
    Margins,
    SpeechDone,
    SpeechRequest,
    Spoken,
    TakeDraft,
)

CAP_SECONDS = 15.0
CAP_SECONDS_PER_LETTER = 0.6
"""Twice what the slowest readings take, in any of the ten languages; the cap only stops runaways.
A syllable block or a Chinese character takes 0.2-0.3 s, a Latin letter a third of that."""


def frame_cap(spoken: Spoken, closing_phrase: str = "") -> int:
    """How many codec frames an answer may have before it counts as a runaway."""
    letters = len(padded(spoken.text, closing_phrase))
    seconds = CAP_SECONDS + CAP_SECONDS_PER_LETTER * letters / min(spoken.speed, 1.0)
    return min(MAX_FRAMES, round(seconds / FRAME_SECONDS))


def draft_take(
    request: SpeechRequest,
    pcm: bytes,
    done: SpeechDone,
    info: EngineInfo,
    closing_take: Samples | None = None,
) -> tuple[Samples, TakeDraft]:
    """The samples of an answer, mono float32 at SAMPLE_RATE, and what is known of them.

    Args:
        closing_take: the closing phrase of the request, alone and in the same voice.
    """
    samples = from_pcm16(pcm)
    draft = TakeDraft(
        asked=request.spoken,
        seed=request.seed,
        engine=info.engine,
        model=info.model,
        finish_reason=done.finish_reason,
        duration=len(samples) / SAMPLE_RATE,
        cut=Cut(0.0, len(samples) / SAMPLE_RATE),
        closing_phrase=request.closing_phrase,
        voice=info.voice_of(request.spoken),
    )
    return samples, cut_draft(draft, samples, closing_take)


def cut_draft(
    draft: TakeDraft,
    samples: Samples,
    closing_take: Samples | None,
    margins: Margins = DEFAULT_MARGINS,
) -> TakeDraft:
    """The draft of a take with the cut that is found, and with what is wrong with what it keeps."""
    asked = draft.asked
    cut = find_cut(
        samples,
        SAMPLE_RATE,
        text=asked.text,
        closing=draft.closing_phrase,
        language=asked.language,
        closing_take=closing_take,
        margins=margins,
    )
    found = replace(draft, cut=cut, found=None)
    return replace(found, complaints=complaints_of(found, samples))


def complaints_of(draft: TakeDraft, samples: Samples) -> tuple[str, ...]:
    """What is wrong with what the cut of a take keeps."""
    return complaints(
        samples,
        SAMPLE_RATE,
        draft.asked.text,
        draft.finish_reason,
        cut=draft.cut,
        closing_phrase=draft.closing_phrase,
        speed=draft.asked.speed,
    )


def candidates_of(
    draft: TakeDraft, samples: Samples, closing_take: Samples | None
) -> tuple[float, ...]:
    """Where else the sentence of a take may end, in seconds, the likeliest first."""
    return cut_candidates(
        samples,
        SAMPLE_RATE,
        text=draft.asked.text,
        closing=draft.closing_phrase,
        language=draft.asked.language,
        closing_take=closing_take,
    )


def is_cut_short(draft: TakeDraft) -> bool:
    """Whether words seem to be missing although the engine came to what it took for the end."""
    return TOO_SHORT in draft.complaints
