"""One request between the backend's thread, which emits, and the event loop, which listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from engine.audio import to_pcm16
from engine.backends.base import Samples
from engine.domain import AudioDelta, FinishReason, SpeechRequest
from engine.errors import AudioError, EngineError, SpeechFailed
from engine.i18n import _


@dataclass(frozen=True)
class Finished:
    """The end of a job's speech, after ``frames`` codec frames."""

    reason: FinishReason
    frames: int


@dataclass(frozen=True)
class Progressed:
    """So many codec frames are made, of which the audio may be still to come."""

    frames: int


Event = AudioDelta | Progressed | Finished


class SpeechJob:
    """A :class:`~engine.backends.base.Job`, and the async iterator of what comes of it.

    Attributes:
        batch_size: jobs that are handed to the backend together with this one, itself among them;
            0 while it waits.
    """

    def __init__(self, request: SpeechRequest) -> None:
        self.batch_size = 0
        self._request = request
        self._loop = asyncio.get_running_loop()
        self._events: asyncio.Queue[Event | EngineError] = asyncio.Queue()
        self._frames = 0
        self._frames_told = True
        self._cancelled = False
        self._ended = False

    @property
    def request(self) -> SpeechRequest:
        return self._request

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    @property
    def ended(self) -> bool:
        """It was finished or failed."""
        return self._ended

    def cancel(self) -> None:
        """Nobody listens any more."""
        self._cancelled = True

    def emit(self, samples: Samples) -> None:
        """See :meth:`engine.backends.base.Job.emit`."""
        if self._cancelled or self._ended:
            return
        try:
            pcm = to_pcm16(samples)
        except AudioError as error:
            self.fail(SpeechFailed(error.title, error.hint))
            self.cancel()
        else:
            self._post(AudioDelta(pcm))

    def progress(self, frames: int) -> None:
        """See :meth:`engine.backends.base.Job.progress`. A slow listener hears the last."""
        self._frames = frames
        if self._frames_told and not self._ended:
            self._frames_told = False
            self._post(Progressed(frames))

    def finish(self, reason: FinishReason, frames: int) -> None:
        """See :meth:`engine.backends.base.Job.finish`."""
        self._end(Finished(reason, frames))

    def fail(self, error: EngineError) -> None:
        """See :meth:`engine.backends.base.Job.fail`."""
        self._end(error)

    async def events(self) -> AsyncIterator[Event]:
        """Each piece as it is made, then how it ended.

        Raises:
            SpeechRefused, SpeechFailed: as the backend says.
        """
        while True:
            event = await self._events.get()
            if isinstance(event, EngineError):
                raise event
            if isinstance(event, Progressed):
                self._frames_told = True
                event = Progressed(self._frames)
            yield event
            if isinstance(event, Finished):
                return

    def _end(self, event: Finished | EngineError) -> None:
        if not self._ended:
            self._ended = True
            self._post(event)

    def _post(self, event: Event | EngineError) -> None:
        try:
            self._loop.call_soon_threadsafe(self._events.put_nowait, event)
        except RuntimeError:
            # The loop is closed: the process is on its way out and nobody listens.
            self.cancel()


def unfinished() -> SpeechFailed:
    """Why a job that its backend left without an end has failed."""
    return SpeechFailed(
        _("The engine broke off without a reason."),
        _("The log of the engine has more. Speak the sentence again."),
    )
