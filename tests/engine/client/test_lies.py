"""What a server may say to the studio without ending it, filling its memory, or getting a key."""

from __future__ import annotations

import contextlib
import gzip
import io
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.client.remote import RemoteEngine
from engine.client.wishes import Wishes
from engine.domain import Endpoint, SpeechEvent, SpeechRequest, Spoken
from engine.errors import EngineError, EngineLost, EngineStartError, SpeechFailed
from tests.engine.client.imitations.lying import (
    SPEECH,
    Unending,
    answer,
    events,
    health,
    lying,
)

REQUEST = SpeechRequest(Spoken("안녕하세요, 여러분.", "Korean"), seed=7, max_frames=400)
PEM = Path(__file__).parents[1] / "server" / "localhost.pem"
DELTA = '{"type": "speech.audio.delta", "audio": "AAAAAAAAAAAA"}'
DEEP = "[" * 100_000


@contextlib.asynccontextmanager
async def engine_at(url: str, key: str = "") -> AsyncIterator[RemoteEngine]:
    engine = RemoteEngine(Endpoint(url, key), Wishes(), waits=(0.02,))
    try:
        yield engine
    finally:
        await engine.aclose()


async def heard(url: str, key: str = "") -> list[SpeechEvent]:
    async with engine_at(url, key) as engine:
        return [event async for event in engine.speak(REQUEST)]


@pytest.mark.parametrize(
    "lies",
    [
        {"capacity": "1e999"},
        {"capacity": "NaN"},
        {"capacity": '"many"'},
        {"max_batch": "-1"},
        {"languages": "null"},
        {"peak_memory": '{"of": "process", "bytes": 1e999}'},
        pytest.param({"model": DEEP}, id="deep"),
    ],
)
async def test_a_server_that_describes_itself_in_nonsense_is_none(lies: dict[str, str]) -> None:
    async with lying({"/health": health(**lies)}) as url, engine_at(url) as engine:
        with pytest.raises(EngineError):
            await engine.find()


async def test_what_it_boasts_of_is_believed_within_reason() -> None:
    voices = '["\\ud800", "\\u001b[2J", "Sohee"]'
    boasts = health(capacity="1000000000", model='"\\ud800 m"', voices=voices)
    async with lying({"/health": boasts}) as url, engine_at(url) as engine:
        info = (await engine.find()).info
    assert info.capacity <= 256
    assert (info.model, info.voices) == ("m", ("Sohee",))


@pytest.mark.parametrize(
    "said",
    [
        '{"type": "speech.audio.done", "seed": 1e999}',
        '{"type": "speech.audio.done", "seed": NaN}',
        f'{{"type": "speech.audio.done", "seed": {2**63}}}',
        '{"type": "speech.audio.done", "frames": -1}',
        '{"type": "speech.audio.done", "batch_size": 1e999}',
        '{"type": "speech.audio.done", "sample_rate": 1e999}',
        '{"type": "speech.audio.done", "finish_reason": []}',
        '{"type": "speech.audio.progress", "frames": 1e999}',
        '{"type": "speech.audio.delta", "audio": "@@@@"}',
        '{"type": "speech.audio.delta", "audio": 5}',
        "[]",
        pytest.param(DEEP, id="deep"),
    ],
)
async def test_an_event_without_sense_fails_its_sentence_alone(said: str) -> None:
    async with lying({"/health": health(), SPEECH: events(DELTA, said)}) as url:
        with pytest.raises(SpeechFailed, match="cannot be read"):
            await heard(url)


@pytest.mark.parametrize(
    "unending", [b"x" * 65_536, f"data: {DELTA}\n\n".encode() * 1_000], ids=["line", "speech"]
)
async def test_neither_a_line_nor_speech_without_an_end_is_taken_in(
    unending: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.client.bounded.LARGEST", 1_000_000)
    stream = Unending(answer(b"", "text/event-stream"), unending)
    async with lying({"/health": health(), SPEECH: stream}) as url:
        with pytest.raises(SpeechFailed, match="does not end"):
            await heard(url)


async def test_what_is_compressed_is_not_unfolded() -> None:
    bomb = gzip.compress(b"\0" * 1_000_000)
    for status in ("200 OK", "400 Bad Request"):
        packed = answer(bomb, "text/event-stream", "Content-Encoding: gzip", status=status)
        async with lying({"/health": health(), SPEECH: packed}) as url:
            with pytest.raises(EngineStartError, match="compresses"):
                await heard(url)


@pytest.mark.parametrize(("rate", "channels"), [(655_350, 1), (48_000, 8)])
async def test_a_file_that_would_unfold_to_gigabytes_is_no_speech(rate: int, channels: int) -> None:
    file = io.BytesIO()
    soundfile.write(file, np.zeros((rate, channels), np.int16), rate, format="FLAC")
    async with lying({SPEECH: answer(file.getvalue(), "audio/flac")}) as url:
        with pytest.raises(SpeechFailed, match="cannot be read"):
            await heard(url)


@pytest.mark.parametrize("key", ["a secret\n", "a secret\r\nX: y", "a \x00secret"])
async def test_a_key_that_no_header_can_carry_is_told_of_and_not_repeated(key: str) -> None:
    async with lying({"/health": health()}) as url, engine_at(url, key) as engine:
        with pytest.raises(EngineStartError, match="control characters") as failed:
            await engine.ready()
    assert "secret" not in f"{failed.value} {failed.value.__cause__!r}"


def test_a_proxy_that_cannot_be_used_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALL_PROXY", "gopher://me:secret@192.0.2.1")
    with pytest.raises(EngineStartError, match="NO_PROXY") as failed:
        RemoteEngine(Endpoint("http://192.0.2.2:7860", ""), Wishes())
    assert "secret" not in str(failed.value)


async def test_a_certificate_of_ones_own_is_trusted_where_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(PEM)
    async with lying({"/health": health()}, tls=context) as url:
        async with engine_at(url) as engine:
            with pytest.raises(EngineStartError, match="SSL_CERT_FILE"):
                await engine.find()
        monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
        async with engine_at(url) as engine:
            assert (await engine.find()).info.server == "studio"


async def test_what_is_not_there_is_lost_and_not_the_end() -> None:
    """Whatever can be typed as an address."""
    for host in ("a..b", f"{'a' * 70}.x", "*", "a%00b"):
        async with engine_at(f"http://{host}:9") as engine:
            with pytest.raises(EngineLost):
                await engine.find()
