"""Groups the requests that wait and has the backend speak them, in the one thread that owns it; a
backend that has room for more meanwhile takes them from here."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from engine.backends.base import Backend, BackendInfo, BackendPoisoned
from engine.domain import PeakMemory, SpeechRequest
from engine.errors import EngineBusy
from engine.i18n import _
from engine.worker.job import SpeechJob, unfinished

logger = logging.getLogger(__name__)

MAX_WAITING = 64
"""Requests that may wait. A studio never sends more than the capacity; whoever does is told early
rather than late."""


GATHER_SECONDS = 0.03
"""How long an idle backend that could speak more at once waits for requests that are sent together:
they come one by one, and the first would be spoken alone. Small beside a sentence of any model that
speaks batches."""


class Batcher:
    """Lives on one event loop.

    Args:
        on_lost: told when the process is beyond use; it should not return.
    """

    def __init__(
        self,
        backend: Backend,
        *,
        on_lost: Callable[[BaseException], None],
        max_waiting: int = MAX_WAITING,
    ) -> None:
        self._backend = backend
        self._on_lost = on_lost
        self._max_waiting = max_waiting
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="backend")
        # Both are the loop's and the backend's thread's, under the lock.
        self._lock = threading.Lock()
        self._waiting: deque[SpeechJob] = deque()
        self._speaking: list[SpeechJob] = []
        self._arrived = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None

    @property
    def info(self) -> BackendInfo:
        return self._backend.info

    @property
    def ready(self) -> bool:
        return self._serving is not None

    def peak_memory(self) -> PeakMemory | None:
        """See :meth:`engine.backends.base.Backend.peak_memory`."""
        return self._backend.peak_memory()

    async def load(self) -> None:
        """Load the backend and begin to serve.

        Raises:
            EngineStartError: as :meth:`engine.backends.base.Backend.load` says.
        """
        await asyncio.get_running_loop().run_in_executor(self._thread, self._backend.load)
        self._serving = asyncio.create_task(self._serve())

    def submit(self, request: SpeechRequest) -> tuple[SpeechJob, tuple[str, ...]]:
        """A job for the request, waiting its turn, and what of the request is not honoured.

        Raises:
            EngineBusy: too many wait already.
            SpeechRefused: the backend can't speak this request.
        """
        warnings = self._backend.check(request)
        job = SpeechJob(request)
        with self._lock:
            waiting = len(self._waiting)
            if waiting < self._max_waiting:
                self._waiting.append(job)
        if waiting >= self._max_waiting:
            raise EngineBusy(
                _("The engine has too much to do."),
                _("{count} requests are waiting already. Try again in a moment.").format(
                    count=waiting
                ),
                retry_after=1.0,
            )
        self._arrived.set()
        return job, warnings

    def cancel(self, job: SpeechJob) -> None:
        """Nobody listens to the job any more; safe at any time."""
        job.cancel()
        with self._lock:
            if job in self._waiting:
                self._waiting.remove(job)

    async def aclose(self) -> None:
        """Cancel everything and let the backend's thread end."""
        with self._lock:
            for job in (*self._waiting, *self._speaking):
                job.cancel()
            self._waiting.clear()
        if self._serving is not None:
            self._serving.cancel()
            await asyncio.wait({self._serving})
        self._thread.shutdown(wait=False)

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._arrived.wait()
            if len(self._waiting) < self._backend.info.max_batch:
                await asyncio.sleep(GATHER_SECONDS)
            batch = self._next_batch()
            if not batch:
                continue  # who waited has hung up
            await loop.run_in_executor(self._thread, self._speak, batch)

    def _next_batch(self) -> tuple[SpeechJob, ...]:
        """Who has waited longest, and those most like it in length: a batch takes as long as the
        longest in it."""
        # Before it is looked at: what comes afterwards sets it again.
        self._arrived.clear()
        with self._lock:
            size = min(len(self._waiting), self._backend.info.max_batch)
            if not size:
                return ()
            first = _length(self._waiting[0])
            alike = sorted(self._waiting, key=lambda job: abs(_length(job) - first))[:size]
            chosen = set(map(id, alike))
            batch = tuple(job for job in self._waiting if id(job) in chosen)
            self._waiting = deque(job for job in self._waiting if id(job) not in chosen)
            if self._waiting:
                self._arrived.set()
            self._speaking = list(batch)
        for job in batch:
            job.batch_size = len(batch)
        return batch

    def _more(self, room: int) -> Sequence[SpeechJob]:
        """Who has waited longest, for a backend that has room while it speaks."""
        with self._lock:
            # Whose end is told: a long evening's would be kept otherwise.
            self._speaking = [job for job in self._speaking if not job.ended]
            joining = [self._waiting.popleft() for _job in range(min(room, len(self._waiting)))]
            self._speaking += joining
            together = len(self._speaking)
        for job in joining:
            job.batch_size = together
        return joining

    def _speak(self, jobs: tuple[SpeechJob, ...]) -> None:
        try:
            self._backend.speak(jobs, self._more)
        except BackendPoisoned as error:
            self._on_lost(error)
        except Exception:
            # One sentence's fault must not cost the others the process.
            logger.exception("the backend raised")
        with self._lock:
            speaking, self._speaking = self._speaking, []
        for job in speaking:
            if not job.ended:
                job.fail(unfinished())


def _length(job: SpeechJob) -> int:
    """Letters to be said; a measure of how long it takes."""
    return len(job.request.spoken.text) + len(job.request.closing_phrase)
