"""Speech that a server answers as one file, once all of it is spoken."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from typing import Any, get_args

import httpx

from engine.audio import Samples, decode, finite, from_pcm16, resample, to_pcm16
from engine.client.answers import authorization, lost, refusal, told
from engine.domain import (
    FRAME_SECONDS,
    SAMPLE_RATE,
    AudioDelta,
    Endpoint,
    FinishReason,
    SpeechDone,
    SpeechEvent,
)
from engine.errors import AudioError, SpeechFailed
from engine.i18n import _

SECONDS = 600.0
"""Longest wait for the first byte. Nothing is heard of a file that is being made, and a slow card
with others in its queue takes minutes."""

_LONGEST = 900.0
# Seconds of a sentence; nearly three times what a model can say in one go.

_BYTES_PER_FRAME = round(2 * SAMPLE_RATE * FRAME_SECONDS)
_BARE = re.compile(r"audio/(pcm|l16|x-raw)")
_RATE = re.compile(r"rate=(\d{4,6})")


async def speak_whole(
    http: httpx.AsyncClient,
    endpoint: Endpoint,
    route: str,
    body: Mapping[str, Any],
    *,
    seed: int,
) -> AsyncGenerator[SpeechEvent, None]:
    """Have one request spoken. Closing the generator closes the connection.

    Raises:
        EngineError: one of its children.
    """
    timeout = httpx.Timeout(SECONDS, connect=10.0, pool=None)
    try:
        async with http.stream(
            "POST",
            f"{endpoint.url}{route}",
            headers=authorization(endpoint),
            json=dict(body),
            timeout=timeout,
        ) as answer:
            content = bytearray()
            async for piece in answer.aiter_bytes():
                content += piece
    except httpx.RequestError as error:
        raise lost(error) from error
    if not answer.is_success:
        raise refusal(answer.status_code, answer.headers, bytes(content), endpoint)
    kind = answer.headers.get("Content-Type", "")
    pcm = await asyncio.to_thread(_samples, bytes(content), kind)
    if pcm is None:
        raise _unreadable(told(bytes(content), endpoint) or _("It holds no sound."))
    yield AudioDelta(pcm)
    reason = answer.headers.get("X-Finish-Reason", "")
    yield SpeechDone(_known(reason), seed, len(pcm) // _BYTES_PER_FRAME)


def _samples(content: bytes, kind: str) -> bytes | None:
    """The sound of an answer as 16-bit PCM at SAMPLE_RATE; None where there is none in it.

    Raises:
        SpeechFailed: it holds what is no number.
    """
    bare = _BARE.match(kind.lower()) and not content.startswith(b"RIFF")
    found = _bare(content, kind) if bare else decode(content, longest=_LONGEST)
    if found is None or not len(found[0]):
        return None
    samples, rate = found
    try:
        return to_pcm16(resample(finite(samples), rate, SAMPLE_RATE))
    except AudioError as error:
        raise SpeechFailed(error.title, error.hint) from error


def _bare(content: bytes, kind: str) -> tuple[Samples, int]:
    """Samples without a header; the sample rate may stand in the media type."""
    rate = _RATE.search(kind.lower())
    whole = content[: len(content) // 2 * 2]
    return from_pcm16(whole), int(rate[1]) if rate else SAMPLE_RATE


def _known(reason: str) -> FinishReason:
    return reason if reason in get_args(FinishReason) else "unknown"  # pyright: ignore[reportReturnType]


def _unreadable(why: str) -> SpeechFailed:
    return SpeechFailed(_("The engine's answer cannot be read."), why)
