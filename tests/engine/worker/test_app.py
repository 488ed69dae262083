from __future__ import annotations

import base64
import io
import json
import socket

import httpx
import numpy as np
import pytest
import soundfile

from engine.domain import SAMPLE_RATE
from tests.engine.sentences import SENTENCES
from tests.engine.worker.asking import KOREAN, SPEECH, pcm_of, streamed
from tests.engine.worker.running import PATIENCE, RunningWorker


@pytest.mark.parametrize("language", SENTENCES)
def test_each_language_is_answered_at_24_khz(client: httpx.Client, language: str) -> None:
    answer = client.post(
        SPEECH,
        json={"input": SENTENCES[language], "language": language, "response_format": "wav"},
    )

    samples, rate = soundfile.read(io.BytesIO(answer.content))
    assert rate == SAMPLE_RATE
    assert samples.ndim == 1
    assert 1 < len(samples) / rate < 6
    assert 0.2 < np.abs(samples).max() < 1


@pytest.mark.parametrize("audio_format", ["wav", "flac"])
def test_the_formats_carry_the_same_samples(client: httpx.Client, audio_format: str) -> None:
    answer = client.post(SPEECH, json={**KOREAN, "response_format": audio_format})

    samples, _rate = soundfile.read(io.BytesIO(answer.content), dtype="int16")
    assert answer.headers["Content-Type"] == f"audio/{audio_format}"
    assert samples.astype("<i2").tobytes() == pcm_of(client)


def test_the_pieces_of_a_stream_make_up_the_whole(client: httpx.Client) -> None:
    events = streamed(client)
    pieces = [base64.b64decode(event["audio"]) for event in events[:-1]]

    assert {event["type"] for event in events[:-1]} == {"speech.audio.delta"}
    assert len(pieces) > 5
    assert b"".join(pieces) == pcm_of(client)


def test_a_stream_ends_with_what_is_to_be_known_of_it(client: httpx.Client) -> None:
    done = streamed(client, closing_phrase="그렇습니다.")[-1]

    assert done["type"] == "speech.audio.done"
    assert done["finish_reason"] == "stop"
    assert done["seed"] == 5
    assert done["sample_rate"] == SAMPLE_RATE
    assert done["frames"] > 10
    assert done["batch_size"] == 1
    assert done["warnings"] == []
    assert done["usage"] == {
        "input_tokens": len(SENTENCES["Korean"]) + len("그렇습니다."),
        "output_tokens": done["frames"],
        "total_tokens": done["usage"]["input_tokens"] + done["frames"],
    }


def test_stream_alone_means_events(client: httpx.Client) -> None:
    assert streamed(client, stream_format=None, stream=True)[-1]["type"] == "speech.audio.done"


def test_a_seed_is_obeyed_and_without_one_another_is_picked_and_told(client: httpx.Client) -> None:
    assert pcm_of(client, seed=1) == pcm_of(client, seed=1) != pcm_of(client, seed=2)

    picked = [streamed(client, seed=None)[-1]["seed"] for _number in range(2)]
    assert picked[0] != picked[1]
    assert pcm_of(client, seed=picked[0]) != pcm_of(client, seed=picked[1])


def test_the_cap_on_frames_is_obeyed_and_told(client: httpx.Client) -> None:
    assert streamed(client, max_new_tokens=5)[-1]["finish_reason"] == "length"

    answer = client.post(SPEECH, json={**KOREAN, "response_format": "pcm", "max_new_tokens": 5})
    assert len(answer.content) == 5 * 1920 * 2
    assert answer.headers["X-Finish-Reason"] == "length"


def test_instructions_are_left_aside_with_a_warning(client: httpx.Client) -> None:
    done = streamed(client, instructions="whisper")[-1]

    assert "instructions" in done["warnings"][0]


def test_how_freely_to_choose_is_left_aside_with_a_warning(client: httpx.Client) -> None:
    done = streamed(client, temperature=0.5)[-1]

    assert "chance" in done["warnings"][0]


def test_names_of_openai_mean_the_default(client: httpx.Client) -> None:
    assert pcm_of(client, model="tts-1", voice="alloy") == pcm_of(client, voice="preview")


def test_fields_that_are_null_are_missing_ones(client: httpx.Client) -> None:
    nothing = dict.fromkeys(
        ("voice", "model", "instructions", "speed", "stream", "ref_audio", "closing_phrase")
    )

    assert pcm_of(client, **nothing) == pcm_of(client)


def test_a_language_may_be_named_by_its_code(client: httpx.Client) -> None:
    assert pcm_of(client, language="ko") == pcm_of(client, language="Korean")


def test_health_without_a_token_tells_nothing_but_the_status(worker: RunningWorker) -> None:
    with worker.client("") as stranger:
        assert stranger.get("/health").json() == {"status": "ready"}
    with worker.client("wrong") as stranger:
        assert stranger.get("/health").status_code == 401


def test_health_with_the_token_describes_the_engine(client: httpx.Client) -> None:
    health = client.get("/health").json()

    assert health["engine"] == "espeak"
    assert health["sample_rate"] == SAMPLE_RATE
    assert set(health["languages"]) == set(SENTENCES)
    assert health["capacity"] >= 1
    assert health["voices"]
    assert health["instructs"] is False
    assert health["max_batch"] == 1
    assert health["peak_memory"]["of"] == "process"
    assert health["peak_memory"]["bytes"] > 10_000_000
    assert {"model", "device", "dtype", "version", "reason", "fingerprint"} <= set(health)


def test_a_client_that_hangs_up_on_a_stream_stops_the_speech(odd_worker: RunningWorker) -> None:
    body = {"input": "forever", "response_format": "pcm", "stream": True}
    with odd_worker.client() as client, client.stream("POST", SPEECH, json=body) as answer:
        next(answer.iter_bytes())

    odd_worker.await_line("cancelled")


def test_a_client_that_hangs_up_on_a_whole_answer_stops_the_speech(
    odd_worker: RunningWorker,
) -> None:
    body = json.dumps({"input": "forever", "response_format": "pcm"}).encode()
    head = (
        f"POST {SPEECH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {odd_worker.token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(
        ("127.0.0.1", httpx.URL(odd_worker.url).port or 0), PATIENCE
    ) as connection:
        connection.sendall(head.encode() + body)
        odd_worker.await_line("speaking")

    odd_worker.await_line("cancelled")
