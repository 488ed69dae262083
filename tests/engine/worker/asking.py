"""Asking a worker over HTTP, in the three ways that it answers."""

from __future__ import annotations

import json
from typing import Any

import httpx
from httpx_sse import connect_sse

from tests.engine.sentences import SENTENCES

SPEECH = "/v1/audio/speech"
KOREAN = {"input": SENTENCES["Korean"], "language": "Korean", "seed": 5}


def pcm_of(client: httpx.Client, **fields: object) -> bytes:
    answer = client.post(SPEECH, json={**KOREAN, "response_format": "pcm", **fields})
    assert answer.status_code == 200, answer.text
    return answer.content


def streamed(client: httpx.Client, **fields: object) -> list[dict[str, Any]]:
    body = {**KOREAN, "response_format": "pcm", "stream_format": "sse", **fields}
    with connect_sse(client, "POST", SPEECH, json=body) as source:
        return [json.loads(event.data) for event in source.iter_sse()]


def refusal_of(client: httpx.Client, status: int = 400, **fields: Any) -> dict[str, Any]:
    answer = client.post(SPEECH, json={**KOREAN, "response_format": "pcm", **fields})
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    return error
