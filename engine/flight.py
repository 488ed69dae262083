"""One sentence while it is being spoken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field

from engine.client.base import Engine
from engine.domain import (
    FRAME_SECONDS,
    SAMPLE_RATE,
    AudioDelta,
    SpeechDone,
    SpeechProgress,
    SpeechRequest,
    Take,
)
from engine.errors import EngineBusy, SpeechFailed
from engine.i18n import _
from engine.waiting import Job

INSIST_SECONDS = 0.5
"""How long after a cancellation it is repeated, if it was swallowed."""

BYTES_PER_SECOND = 2 * SAMPLE_RATE


@dataclass(eq=False)
class Flight:
    """A job being spoken.

    Attributes:
        seed: of the take that is to come of it.
        alone: no other sentence was in flight during any of it, so a crash is its own doing.
        quarantined: nothing else may be launched meanwhile.
        frames: so many codec frames are known to be made.
        held_back: seconds at the end of what has come that nobody hears live, since they may be
            the closing phrase.
        recording: its audio is complete and on the way to the disk; too late to cancel.
        over: nothing more will be heard of it; ``take`` is what came of it, if anything did.
        cancelled: nobody wants it any more. Kept beside the task's own cancellation, which a
            library on the way may swallow (asyncio.wait_for does before Python 3.12).
    """

    job: Job
    alone: bool
    quarantined: bool
    seed: int = 0
    chunks: list[bytes] = field(default_factory=list)
    received: int = 0
    frames: int = 0
    held_back: float = 0.0
    recording: bool = False
    over: bool = False
    take: Take | None = None
    cancelled: bool = False
    task: asyncio.Task[None] | None = None

    @property
    def pcm(self) -> bytes:
        """The audio so far: 16-bit PCM at SAMPLE_RATE."""
        return b"".join(self.chunks)

    @property
    def seconds(self) -> float:
        """Of audio that are made, whether they have come or not."""
        return max(self.received / BYTES_PER_SECOND, self.frames * FRAME_SECONDS)

    def strike(self) -> int:
        """See :class:`engine.blame.Flown`."""
        self.job.spent.add(self.seed)
        self.job.strikes += 1
        return self.job.strikes

    def cancel(self) -> None:
        """End it, unless it is too late or it is the one that asks."""
        if self.task and not self.recording and self.task is not asyncio.current_task():
            self.cancelled = True
            self._insist(self.task)

    def _insist(self, task: asyncio.Task[None]) -> None:
        if not task.done():
            task.cancel()
            asyncio.get_running_loop().call_later(INSIST_SECONDS, self._insist, task)

    def check_wanted(self) -> None:
        """Raises asyncio.CancelledError where nobody wants it any more."""
        if self.cancelled:
            raise asyncio.CancelledError

    def hear(self, event: AudioDelta | SpeechProgress) -> None:
        """Take the next piece of audio, or the news that there is one.

        Raises:
            asyncio.CancelledError: nobody wants it any more.
        """
        self.check_wanted()
        if isinstance(event, SpeechProgress):
            self.frames = event.frames
            return
        self.chunks.append(event.pcm)
        self.received += len(event.pcm)


class LiveAudio:
    """Follows a sentence that is being spoken, at its reader's own pace."""

    def __init__(self, flight: Flight) -> None:
        self._flight = flight
        self._chunk = 0
        self._rest = b""

    def read(self) -> bytes:
        """What has come since it was asked last: whole samples of 16-bit PCM at SAMPLE_RATE. What
        is held back is never heard: the take has the sentence whole."""
        chunks = self._flight.chunks
        pcm = self._rest + b"".join(chunks[self._chunk :])
        self._chunk = len(chunks)
        held_back = round(self._flight.held_back * BYTES_PER_SECOND)
        whole = max(0, len(pcm) - held_back) // 2 * 2
        self._rest = pcm[whole:]
        return pcm[:whole]

    @property
    def over(self) -> bool:
        """Nothing more will come than can be read now."""
        return self._flight.over

    @property
    def take(self) -> Take | None:
        """What it became, once it is recorded; None for ever if nothing did."""
        return self._flight.take


async def listen(
    engine: Engine, request: SpeechRequest, heard: Callable[[AudioDelta | SpeechProgress], None]
) -> SpeechDone:
    """Have one request spoken, waiting as long as the engine says that it is busy.

    Raises:
        EngineError: as :meth:`engine.client.base.Engine.speak` says.
    """
    while True:
        try:
            async with aclosing(engine.speak(request)) as events:
                async for event in events:
                    if isinstance(event, SpeechDone):
                        return event
                    heard(event)
        except EngineBusy as busy:
            await asyncio.sleep(busy.retry_after)
            continue
        raise SpeechFailed(_("The engine broke off in the middle of a sentence."))
