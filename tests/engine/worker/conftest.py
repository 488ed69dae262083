from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.engine.worker.running import RunningWorker, odd


@pytest.fixture(scope="module")
def worker() -> Iterator[RunningWorker]:
    with RunningWorker() as worker:
        yield worker


@pytest.fixture
def client(worker: RunningWorker) -> Iterator[httpx.Client]:
    with worker.client() as client:
        yield client


@pytest.fixture
def odd_worker() -> Iterator[RunningWorker]:
    with RunningWorker(odd("")) as worker:
        yield worker
