from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import numpy as np
import pytest

from engine.backends.base import BackendInfo, Job, More, no_more
from engine.domain import AudioDelta, SpeechRequest, Spoken
from engine.errors import EngineBusy, SpeechFailed
from engine.worker.batcher import Batcher
from engine.worker.job import Event, Finished, Progressed, SpeechJob


class Gate:
    """A backend that speaks a batch when the test opens the gate for it."""

    def __init__(self, max_batch: int = 3) -> None:
        self._max_batch = max_batch
        self.open = threading.Semaphore(0)
        self.began = threading.Semaphore(0)
        self.batches: list[list[str]] = []
        self.threads: set[int] = set()

    @property
    def info(self) -> BackendInfo:
        return BackendInfo("gate", "gate", "cpu", "float32", (), (), 3, self._max_batch)

    def peak_memory(self) -> None:
        return None

    def load(self) -> None:
        self.threads.add(threading.get_ident())

    def check(self, request: SpeechRequest) -> tuple[str, ...]:
        return ()

    def speak(self, jobs: Sequence[Job], more: More = no_more) -> None:
        self.threads.add(threading.get_ident())
        self.batches.append([job.request.spoken.text for job in jobs])
        self.began.release()
        self.open.acquire()
        for job in jobs:
            if job.request.spoken.text == "forgotten":
                continue
            job.emit(np.full(8, 0.5, np.float32))
            job.finish("stop", 1)


class Joined(Gate):
    """One that has room for two, and asks for more at each opening of the gate."""

    def speak(self, jobs: Sequence[Job], more: More = no_more) -> None:
        speaking = list(jobs)
        while speaking:
            self.batches.append([job.request.spoken.text for job in speaking])
            self.began.release()
            self.open.acquire()
            speaking.pop(0).finish("stop", 1)
            speaking += more(2 - len(speaking))


@asynccontextmanager
async def serving(backend: Gate, **options: int) -> AsyncIterator[Batcher]:
    def lost(error: BaseException) -> None:
        raise AssertionError from error

    batcher = Batcher(backend, on_lost=lost, **options)
    await batcher.load()
    try:
        yield batcher
    finally:
        backend.open.release(100)
        await batcher.aclose()


def submit(batcher: Batcher, text: str) -> SpeechJob:
    return batcher.submit(SpeechRequest(Spoken(text, "English"), seed=1))[0]


async def events_of(job: SpeechJob) -> list[Event]:
    return [event async for event in job.events()]


async def test_what_waits_is_spoken_together_up_to_the_batch_size() -> None:
    backend = Gate(max_batch=3)
    async with serving(backend) as batcher:
        first = submit(batcher, "a")
        await asyncio.to_thread(backend.began.acquire)
        others = [submit(batcher, text) for text in "bcdef"]
        backend.open.release(100)
        for job in (first, *others):
            assert await events_of(job) == [AudioDelta(b"\x00\x40" * 8), Finished("stop", 1)]

    assert backend.batches == [["a"], ["b", "c", "d"], ["e", "f"]]


async def test_what_is_asked_together_is_spoken_together_though_it_comes_one_by_one() -> None:
    backend = Gate(max_batch=3)
    backend.open.release(100)
    async with serving(backend) as batcher:
        jobs = [submit(batcher, "a")]
        for text in "bc":
            await asyncio.sleep(0)
            jobs.append(submit(batcher, text))
        for job in jobs:
            await events_of(job)

    assert backend.batches == [["a", "b", "c"]]
    assert [job.batch_size for job in jobs] == [3, 3, 3]


async def test_a_batch_is_the_oldest_and_those_most_like_it_in_length() -> None:
    backend = Gate(max_batch=3)
    texts = ["f" * 30, "a", "b" * 29, "c" * 3, "d" * 40, "e" * 2]
    async with serving(backend) as batcher:
        first = submit(batcher, "first")
        await asyncio.to_thread(backend.began.acquire)
        others = [submit(batcher, text) for text in texts]
        backend.open.release(100)
        for job in (first, *others):
            await events_of(job)

    assert [[len(text) for text in batch] for batch in backend.batches] == [
        [5],
        [30, 29, 40],
        [1, 3, 2],
    ]


async def test_a_slow_listener_is_told_of_the_last_progress_alone() -> None:
    job = SpeechJob(SpeechRequest(Spoken("a", "English"), seed=1))
    for frames in range(1, 8):
        job.progress(frames)
    job.finish("stop", 7)

    assert await events_of(job) == [Progressed(7), Finished("stop", 7)]


async def test_a_quick_listener_is_told_of_each_progress() -> None:
    job = SpeechJob(SpeechRequest(Spoken("a", "English"), seed=1))
    events = job.events()
    for frames in (1, 2):
        job.progress(frames)
        assert await anext(events) == Progressed(frames)


async def test_one_thread_owns_the_backend() -> None:
    backend = Gate(max_batch=1)
    backend.open.release(100)
    async with serving(backend) as batcher:
        for text in "abc":
            await events_of(submit(batcher, text))

    assert len(backend.threads) == 1
    assert threading.get_ident() not in backend.threads


async def test_one_too_many_is_told_to_come_back() -> None:
    backend = Gate(max_batch=1)
    async with serving(backend, max_waiting=2) as batcher:
        submit(batcher, "spoken")
        await asyncio.to_thread(backend.began.acquire)
        submit(batcher, "waits")
        submit(batcher, "waits too")
        with pytest.raises(EngineBusy) as busy:
            submit(batcher, "one too many")

    assert busy.value.retry_after > 0


async def test_a_listener_that_leaves_the_queue_makes_room_and_is_not_spoken() -> None:
    backend = Gate(max_batch=1)
    async with serving(backend, max_waiting=1) as batcher:
        submit(batcher, "spoken")
        await asyncio.to_thread(backend.began.acquire)
        batcher.cancel(submit(batcher, "given up"))
        last = submit(batcher, "in its place")
        backend.open.release(100)
        await events_of(last)

    assert backend.batches == [["spoken"], ["in its place"]]


async def test_a_job_that_the_backend_forgets_fails_rather_than_hangs() -> None:
    backend = Gate()
    backend.open.release(100)
    async with serving(backend) as batcher:
        with pytest.raises(SpeechFailed):
            await events_of(submit(batcher, "forgotten"))


async def test_a_backend_that_breaks_off_fails_its_jobs_and_speaks_the_next() -> None:
    class Breaking(Gate):
        def speak(self, jobs: Sequence[Job], more: More = no_more) -> None:
            if jobs[0].request.spoken.text == "odd":
                raise LookupError("nobody foresaw it")
            super().speak(jobs, more)

    backend = Breaking(max_batch=1)
    backend.open.release(100)
    async with serving(backend) as batcher:
        with pytest.raises(SpeechFailed):
            await events_of(submit(batcher, "odd"))
        assert (await events_of(submit(batcher, "even")))[-1] == Finished("stop", 1)


async def test_a_piece_that_is_no_sound_fails_the_job_and_tells_the_backend_to_stop() -> None:
    job = SpeechJob(SpeechRequest(Spoken("a", "English"), seed=1))
    job.emit(np.full(8, np.inf, np.float32))

    assert job.cancelled
    with pytest.raises(SpeechFailed):
        await events_of(job)


async def test_closing_cancels_what_is_being_spoken() -> None:
    backend = Gate(max_batch=1)
    async with serving(backend) as batcher:
        speaking, waiting = submit(batcher, "a"), submit(batcher, "b")
        await asyncio.to_thread(backend.began.acquire)

    assert speaking.cancelled
    assert waiting.cancelled


async def test_who_comes_while_others_are_spoken_joins_where_the_backend_has_room() -> None:
    backend = Joined(max_batch=2)
    async with serving(backend) as batcher:
        jobs = [submit(batcher, "a"), submit(batcher, "b")]
        await asyncio.to_thread(backend.began.acquire)
        # By age, however long: in a loop that anybody joins, nobody is held up by a long one.
        jobs += [submit(batcher, text) for text in ("ccc", "d", "ee")]
        backend.open.release(100)
        for job in jobs:
            assert await events_of(job) == [Finished("stop", 1)]

    assert backend.batches == [["a", "b"], ["b", "ccc"], ["ccc", "d"], ["d", "ee"], ["ee"]]
    assert [job.batch_size for job in jobs] == [2] * 5


async def test_closing_cancels_who_has_joined_and_who_hung_up_is_let_go() -> None:
    backend = Joined(max_batch=2)
    async with serving(backend) as batcher:
        submit(batcher, "a")
        await asyncio.to_thread(backend.began.acquire)
        batcher.cancel(submit(batcher, "given up"))
        joined = submit(batcher, "b")
        backend.open.release()
        await asyncio.to_thread(backend.began.acquire)

    assert backend.batches == [["a"], ["b"]]
    assert joined.cancelled
