from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.engine.worker.asking import SPEECH, pcm_of, refusal_of, streamed
from tests.engine.worker.running import RunningWorker, odd


@pytest.mark.parametrize(
    ("fields", "param", "words"),
    [
        ({"language": "Klingon"}, "language", "Korean"),
        ({"model": "tts-9"}, "model", "espeak-ng"),
        ({"voice": "Sohee"}, None, "preview"),
        ({"response_format": None}, "response_format", "wav, flac, pcm"),
        ({"response_format": "mp3"}, "response_format", "wav, flac, pcm"),
        ({"response_format": "opus"}, "response_format", "wav, flac, pcm"),
        ({"response_format": "aac"}, "response_format", "wav, flac, pcm"),
        ({"response_format": "ogg"}, "response_format", "pcm"),
        ({"response_format": "wav", "stream": True}, "response_format", "pcm"),
        ({"speed": 0.2}, "speed", "0.25"),
        ({"speed": 4.1}, "speed", "4"),
        ({"input": ""}, "input", "1 character"),
        ({"input": "a" * 10_001}, "input", "10001 characters; at most 10000. Split the sentence."),
        ({"input": "…"}, None, "nothing to say"),
        ({"seed": -1}, "seed", "0"),
        ({"max_new_tokens": 0}, "max_new_tokens", "1"),
        ({"temperature": 0}, "temperature", "0.05"),
        ({"top_k": -1}, "top_k", "0"),
        ({"top_p": 1.5}, "top_p", "1"),
        ({"repetition_penalty": 0.9}, "repetition_penalty", "1"),
        ({"sample_rate": 48000}, "sample_rate", "24000"),
        ({"instructions": "a" * 501}, "instructions", "500"),
        ({"ref_audio": "data:audio/wav;base64,AAAA"}, "ref_audio", "clones"),
        ({"ref_text": "안녕"}, "ref_text", "clones"),
        ({"task_type": "Base"}, "task_type", "clones"),
        ({"closing_phase": "a slip of the pen"}, "closing_phase", "not permitted"),
    ],
)
def test_what_cannot_be_honoured_is_refused_with_the_reason(
    client: httpx.Client, fields: dict[str, Any], param: str | None, words: str
) -> None:
    error = refusal_of(client, **fields)

    assert error["type"] == "invalid_request_error"
    assert error["param"] == param
    assert words in error["message"]


def test_a_stream_that_fails_after_it_began_says_so_in_an_event(client: httpx.Client) -> None:
    (event,) = streamed(client, input="…")

    assert event["type"] == "speech.audio.error"
    assert event["error"]["type"] == "invalid_request_error"
    assert event["error"]["code"] == "speech_refused"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[]", b'{"input": "\\ud800"}', b"null"])
def test_a_body_that_is_no_request_is_refused(client: httpx.Client, body: bytes) -> None:
    answer = client.post(SPEECH, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("token", ["", "wrong"])
def test_nobody_speaks_without_the_token(worker: RunningWorker, token: str) -> None:
    with worker.client(token) as stranger:
        error = refusal_of(stranger, status=401)

    assert error["code"] == "invalid_api_key"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/docs", 404),
        ("GET", "/openapi.json", 404),
        ("GET", "/nothing/here", 404),
        ("GET", SPEECH, 405),
        ("POST", "/health", 405),
    ],
)
def test_what_is_not_there_is_an_error_in_the_same_shape(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)

    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}


def test_an_engine_that_fails_is_told_from_a_request_that_is_wrong(
    odd_worker: RunningWorker,
) -> None:
    with odd_worker.client() as client:
        asked = {"language": "English"}
        for text, words in (
            ("fail", "As it was told."),
            ("raise", "broke off"),
            ("nan", "numbers"),
        ):
            error = refusal_of(client, status=500, input=text, **asked)
            assert error["code"] == "speech_failed"
            assert words in error["message"]
            assert streamed(client, input=text, **asked)[-1]["error"] == error
        assert len(pcm_of(client, input="and goes on", **asked)) == 480


def test_a_text_never_reaches_the_log() -> None:
    secret = "Rosebud 비밀"
    with RunningWorker() as worker, worker.client() as client:
        pcm_of(client, input=secret)
        refusal_of(client, input=secret, speed=9)
        client.post(SPEECH, content=json.dumps({"input": [secret]}))
    with RunningWorker(odd("")) as broken, broken.client() as client:
        refusal_of(client, input=secret, language="Korean", ref_text=secret)
        refusal_of(client, status=500, input="raise", closing_phrase=secret, language="English")

    log = "".join(worker.errors + broken.errors)
    assert "ZeroDivisionError" in log
    assert "Rosebud" not in log
    assert "비밀" not in log
