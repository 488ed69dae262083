"""The official client, as it is."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import numpy as np
import openai
import pytest

from tests.engine.server.serving import RunningServer, samples_of

TEXT = "Good morning, everyone."


@pytest.fixture
def official(server: RunningServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key=server.key, max_retries=0) as client:
        yield client


def test_plain_speech(official: openai.OpenAI) -> None:
    answer = official.audio.speech.create(
        model="tts-1", voice="alloy", input=TEXT, response_format="wav"
    )

    assert np.abs(samples_of(answer.content)).max() > 0.1


def test_speech_in_pieces(official: openai.OpenAI) -> None:
    asked = {"model": "tts-1", "voice": "alloy", "input": TEXT, "extra_body": {"seed": 5}}
    whole = official.audio.speech.create(response_format="pcm", **asked).content
    with official.audio.speech.with_streaming_response.create(
        response_format="pcm", stream_format="audio", **asked
    ) as answer:
        pieces = list(answer.iter_bytes())

    assert b"".join(pieces) == whole


def test_speech_in_events(official: openai.OpenAI) -> None:
    with official.audio.speech.with_streaming_response.create(
        model="gpt-4o-mini-tts",
        voice="alloy",
        input=TEXT,
        response_format="pcm",
        stream_format="sse",
    ) as answer:
        lines = [line for line in answer.iter_lines() if line.startswith("data: ")]

    assert len(lines) > 3
    assert '"speech.audio.done"' in lines[-1]
    assert base64.b64decode(lines[0].split('"audio": "')[1].rstrip('"}'))


def test_models(official: openai.OpenAI) -> None:
    assert [model.id for model in official.models.list()] == ["espeak-ng"]


def test_errors_are_the_clients_own(official: openai.OpenAI, server: RunningServer) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        official.audio.speech.create(model="tts-1", voice="nobody", input=TEXT)
    assert refused.value.param == "voice"
    assert "preview" in refused.value.message

    with (
        openai.OpenAI(base_url=f"{server.url}/v1", api_key="another key") as stranger,
        pytest.raises(openai.AuthenticationError),
    ):
        stranger.audio.speech.create(model="tts-1", voice="alloy", input=TEXT)


def test_a_server_that_is_not_there_is_a_connection_error() -> None:
    with (
        openai.OpenAI(base_url="http://127.0.0.1:9/v1", api_key="any", max_retries=0) as client,
        pytest.raises(openai.APIConnectionError),
    ):
        client.models.list()
