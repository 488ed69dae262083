from __future__ import annotations

import asyncio

import httpx

from engine.backends.espeak import EspeakBackend
from engine.domain import SpeechRequest, Spoken
from engine.worker.app import create_app
from engine.worker.batcher import Batcher
from tests.engine.worker.test_batcher import Gate, serving


def client_of(batcher: Batcher) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(create_app(batcher, "token")),
        base_url="http://worker",
        headers={"Authorization": "Bearer token"},
    )


async def test_an_engine_that_still_loads_says_so() -> None:
    def never(error: BaseException) -> None:
        raise AssertionError from error

    async with client_of(Batcher(EspeakBackend(), on_lost=never)) as client:
        health = await client.get("/health")
        speech = await client.post("/v1/audio/speech", json={"input": "Hello"})

    assert (health.status_code, health.json()) == (503, {"status": "starting"})
    assert speech.status_code == 503
    assert speech.json()["error"]["code"] == "not_ready"


async def test_an_engine_with_too_much_to_do_asks_for_patience() -> None:
    backend = Gate(max_batch=1)
    request = SpeechRequest(Spoken("Hello", "English"), seed=1)
    async with serving(backend, max_waiting=1) as batcher, client_of(batcher) as client:
        batcher.submit(request)
        await asyncio.to_thread(backend.began.acquire)
        batcher.submit(request)
        refused = await client.post(
            "/v1/audio/speech", json={"input": "Hello", "response_format": "pcm"}
        )

    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "1"
    assert refused.json()["error"]["code"] == "queue_full"
