"""The client against servers that misbehave: real sockets that answer with canned bytes."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator

import pytest

from engine.client.openai import SpeechClient, speech_body
from engine.domain import (
    AudioDelta,
    Endpoint,
    Sampling,
    SpeechDone,
    SpeechEvent,
    SpeechProgress,
    SpeechRequest,
    Spoken,
)
from engine.errors import (
    EngineBusy,
    EngineLost,
    EngineStalled,
    EngineStartError,
    EngineUnheard,
    SpeechFailed,
    SpeechRefused,
)

REQUEST = SpeechRequest(Spoken("안녕하세요.", "Korean"), seed=7)
SSE = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def event(**fields: object) -> str:
    return f"event: {fields['type']}\ndata: {json.dumps(fields)}\n\n"


DELTA = event(type="speech.audio.delta", audio=base64.b64encode(b"\x01\x00\x02\x00").decode())
PROGRESS = event(type="speech.audio.progress", frames=40)
DONE = event(type="speech.audio.done", finish_reason="stop", seed=7, sample_rate=24000, frames=1)


def answer(status: str, body: str, *headers: str) -> str:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body.encode())}", *headers, "", body]
    return "\r\n".join(lines)


def refusal(status: str, message: str, *headers: str) -> str:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
    return answer(status, json.dumps({"error": error}), *headers)


def broken(message: str, kind: str) -> str:
    return event(type="speech.audio.error", error={"message": message, "type": kind})


@contextlib.asynccontextmanager
async def canned(
    reply: str, *, hang: bool = False, more: asyncio.Queue[str] | None = None
) -> AsyncIterator[Endpoint]:
    """A server that answers every request with these bytes, then closes or says nothing more.

    Args:
        more: what it says before that, as it is put there; empty for its end.
    """
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        for line in head.decode().split("\r\n"):
            if line.lower().startswith("content-length:"):
                await reader.readexactly(int(line.split(":")[1]))
        writer.write(reply.encode())
        await writer.drain()
        while more is not None and (said := await more.get()):
            writer.write(said.encode())
        if hang:
            await over.wait()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield Endpoint(f"http://127.0.0.1:{port}", "key")
    finally:
        over.set()
        server.close()
        await server.wait_closed()


async def listen(endpoint: Endpoint, *, idle_seconds: float = 30.0) -> list[SpeechEvent]:
    client = SpeechClient(trust_env=False, idle_seconds=idle_seconds)
    try:
        return [event async for event in client.speak(endpoint, REQUEST)]
    finally:
        await client.aclose()


async def test_deltas_and_the_end_arrive_in_order() -> None:
    async with canned(
        SSE + DELTA + ": a comment to keep the line open\n\n" + DELTA + DONE
    ) as endpoint:
        heard = await listen(endpoint)
    delta = AudioDelta(b"\x01\x00\x02\x00")
    assert heard == [delta, delta, SpeechDone("stop", 7, 1)]


async def test_a_stream_that_ends_early_is_a_lost_engine_not_a_short_take() -> None:
    async with canned(SSE + DELTA) as endpoint:
        with pytest.raises(EngineLost, match="broke off"):
            await listen(endpoint)


async def test_a_stream_that_falls_silent_is_stalled() -> None:
    async with canned(SSE + DELTA, hang=True) as endpoint:
        with pytest.raises(EngineStalled):
            await listen(endpoint, idle_seconds=0.05)


async def test_frames_that_are_told_of_keep_an_engine_from_counting_as_stalled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop, said = asyncio.get_running_loop(), asyncio.Queue[str]()
    clock, passed = loop.time, 0.0
    monkeypatch.setattr(loop, "time", lambda: clock() + passed)
    client = SpeechClient(trust_env=False, idle_seconds=120)
    told: list[SpeechEvent] = []
    async with canned(SSE + PROGRESS, more=said) as endpoint:
        async for heard in client.speak(endpoint, REQUEST):
            told.append(heard)
            passed += 100
            said.put_nowait(PROGRESS if len(told) < 5 else DONE)
        said.put_nowait("")
    await client.aclose()
    assert told == [*[SpeechProgress(40)] * 5, SpeechDone("stop", 7, 1)]


@pytest.mark.parametrize("turns", range(8))
async def test_a_cancellation_that_meets_arriving_audio_is_never_swallowed(turns: int) -> None:
    client = SpeechClient(trust_env=False)
    first = asyncio.Event()

    async def listen_on(endpoint: Endpoint) -> None:
        async for _event in client.speak(endpoint, REQUEST):
            first.set()

    async with canned(SSE + DELTA * 50, hang=True) as endpoint:
        listening = asyncio.create_task(listen_on(endpoint))
        await first.wait()
        for _ in range(turns):
            await asyncio.sleep(0)
        listening.cancel()
        await asyncio.wait({listening}, timeout=30)
        assert listening.cancelled()
    await client.aclose()


async def test_a_proxy_of_the_environment_is_not_asked_for_an_engine_on_loopback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with canned(SSE + DONE) as endpoint:
        assert await listen(endpoint) == [SpeechDone("stop", 7, 1)]


async def test_where_nobody_listens_the_request_is_not_to_blame() -> None:
    async with canned("") as endpoint:
        pass
    with pytest.raises(EngineUnheard):
        await listen(endpoint)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (refusal("400 Bad Request", "no voice x"), SpeechRefused),
        (refusal("401 Unauthorized", "wrong key"), EngineStartError),
        (refusal("500 Internal Server Error", "NaN"), SpeechFailed),
        (answer("500 Internal Server Error", "<html>oops</html>"), SpeechFailed),
        (answer("502 Bad Gateway", "<html>oops</html>"), EngineLost),
        (answer("404 Not Found", "[]"), SpeechRefused),
        (answer("200 OK", "hello", "Content-Type: text/html"), EngineLost),
        (SSE + event(type="speech.audio.delta", audio="***"), SpeechFailed),
        (SSE + "data: not json\n\n", SpeechFailed),
        (SSE + "data: [1, 2]\n\n", SpeechFailed),
        (SSE + event(type="speech.audio.done", finish_reason="bored"), SpeechFailed),
        (SSE + event(type="speech.audio.done", sample_rate=16000), SpeechRefused),
        (SSE + broken("NaN", "server_error"), SpeechFailed),
        (SSE + broken("bad", "invalid_request_error"), SpeechRefused),
        (SSE + event(type="speech.audio.error", error="plain words"), SpeechFailed),
    ],
)  # fmt: skip
async def test_every_answer_that_is_no_speech_becomes_the_error_that_says_what_to_do(
    reply: str, expected: type[Exception]
) -> None:
    async with canned(reply) as endpoint:
        with pytest.raises(expected):
            await listen(endpoint)


@pytest.mark.parametrize(("code", "told"), [("invalid_api_key", False), ("suspended", True)])
async def test_how_programs_send_a_key_is_not_told_to_who_has_to_type_it(
    code: str, told: bool
) -> None:
    error = {"message": "Send it as a header.", "type": "authentication_error", "code": code}
    async with canned(answer("401 Unauthorized", json.dumps({"error": error}))) as endpoint:
        with pytest.raises(EngineStartError) as refused:
            await listen(endpoint)
    assert ("Send it as a header." in refused.value.hint) is told
    assert "Check the key" in refused.value.hint


async def test_the_servers_own_words_reach_the_user() -> None:
    reply = refusal("400 Bad Request", "known voices: a, b")
    async with canned(reply) as endpoint:
        with pytest.raises(SpeechRefused, match="known voices: a, b"):
            await listen(endpoint)


async def test_a_busy_server_says_how_long_to_wait() -> None:
    reply = refusal("429 Too Many Requests", "full", "Retry-After: 3")
    async with canned(reply) as endpoint:
        with pytest.raises(EngineBusy) as busy:
            await listen(endpoint)
    assert busy.value.retry_after == 3.0


async def test_a_health_answer_of_another_program_is_no_engine() -> None:
    client = SpeechClient(trust_env=False)
    async with canned(answer("200 OK", '{"status": "fine"}')) as endpoint:
        with pytest.raises(EngineLost, match="not a speech engine"):
            await client.health(endpoint)
    await client.aclose()


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ({}, ((), None, "", "")),
        (
            {"voices": ["Sohee"], "instructs": False, "reason": "No card.", "fingerprint": "f00"},
            (("Sohee",), False, "No card.", "f00"),
        ),
    ],
)
async def test_an_engine_may_tell_its_voices_and_why_it_runs_as_it_does(
    told: dict[str, object], known: tuple[object, ...]
) -> None:
    said = {"engine": "e", "model": "m", "device": "cpu", "dtype": "f", "version": "1"}
    health = json.dumps({**said, "languages": ["Korean"], "capacity": 2, **told})
    client = SpeechClient(trust_env=False)
    async with canned(answer("200 OK", health)) as endpoint:
        info = await client.health(endpoint)
    await client.aclose()
    assert (info.voices, info.instructs, info.reason, info.fingerprint) == known


def test_a_request_carries_only_what_was_set() -> None:
    assert speech_body(REQUEST) == {
        "input": "안녕하세요.",
        "response_format": "pcm",
        "stream_format": "sse",
        "language": "Korean",
        "seed": 7,
    }
    sampling = Sampling(temperature=0.7, top_k=0)
    spoken = Spoken("Hi.", "English", "amy", "softly", 1.5)
    full = SpeechRequest(spoken, 0, 90, "And so on.", sampling=sampling)
    assert speech_body(full) == {
        "input": "Hi.",
        "response_format": "pcm",
        "stream_format": "sse",
        "language": "English",
        "seed": 0,
        "voice": "amy",
        "instructions": "softly",
        "closing_phrase": "And so on.",
        "max_new_tokens": 90,
        "speed": 1.5,
        "temperature": 0.7,
        "top_k": 0,
    }


def test_a_token_is_not_shown_where_an_endpoint_is_printed() -> None:
    assert "secret" not in repr(Endpoint("http://127.0.0.1:1", "secret"))
