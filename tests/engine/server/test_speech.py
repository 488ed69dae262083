from __future__ import annotations

import base64
import io
import json

import httpx
import numpy as np
import pytest
import soundfile
from httpx_sse import connect_sse

from engine.domain import SAMPLE_RATE
from tests.engine.server.serving import (
    SPEECH,
    RunningServer,
    asking,
    error_of,
    samples_of,
)

TEXT = "Good morning, everyone."


def pcm_of(client: httpx.Client, text: str = TEXT, **fields: object) -> bytes:
    answer = client.post(SPEECH, json=asking(text, **fields))
    assert answer.status_code == 200, answer.text
    return answer.content


def events_of(client: httpx.Client, text: str = TEXT, **fields: object) -> list[dict[str, object]]:
    body = asking(text, stream_format="sse", **fields)
    with connect_sse(client, "POST", SPEECH, json=body) as source:
        return [json.loads(event.data) for event in source.iter_sse()]


@pytest.mark.parametrize(
    ("wanted", "media_type", "container"),
    [
        ("wav", "audio/wav", "WAV"),
        ("flac", "audio/flac", "FLAC"),
        ("mp3", "audio/mpeg", "MP3"),
        ("opus", "audio/ogg", "OGG"),
    ],
)
def test_each_format_holds_the_speech(
    client: httpx.Client, wanted: str, media_type: str, container: str
) -> None:
    answer = client.post(SPEECH, json=asking(TEXT, response_format=wanted))
    plain = np.frombuffer(pcm_of(client), "<i2") / 32768

    assert answer.headers["Content-Type"] == media_type
    assert soundfile.info(io.BytesIO(answer.content)).format == container
    samples, rate = soundfile.read(io.BytesIO(answer.content))
    assert len(samples) / rate == pytest.approx(len(plain) / SAMPLE_RATE, abs=0.15)
    assert np.sqrt((samples**2).mean()) == pytest.approx(np.sqrt((plain**2).mean()), rel=0.15)


def test_a_missing_format_is_mp3_and_aac_is_refused_with_those_there_are(
    client: httpx.Client,
) -> None:
    answer = client.post(SPEECH, json={"input": TEXT})
    assert answer.headers["Content-Type"] == "audio/mpeg"

    error = error_of(client.post(SPEECH, json={"input": TEXT, "response_format": "aac"}), 400)
    assert error["param"] == "response_format"
    assert "wav, flac, pcm, mp3, opus" in error["message"]


def test_raw_audio_is_sent_as_it_is_made(client: httpx.Client) -> None:
    body = asking(f"{TEXT} And a good night.", stream_format="audio")
    with client.stream("POST", SPEECH, json=body) as answer:
        pieces = list(answer.iter_raw())

    assert "content-length" not in answer.headers
    assert len(pieces) > 3
    assert b"".join(pieces) == pcm_of(client, f"{TEXT} And a good night.")


def test_a_streamed_wav_has_a_head_and_the_same_samples(client: httpx.Client) -> None:
    answer = client.post(SPEECH, json=asking(TEXT, response_format="wav", stream_format="audio"))

    assert answer.content[:4] == b"RIFF"
    assert answer.content[44:] == pcm_of(client)
    assert len(samples_of(answer.content)) == len(pcm_of(client)) // 2


def test_events_carry_the_same_samples_and_end_with_what_is_to_be_known(
    client: httpx.Client,
) -> None:
    *deltas, done = events_of(client)

    pieces = [base64.b64decode(str(delta["audio"])) for delta in deltas]
    assert b"".join(pieces) == pcm_of(client)
    assert done["type"] == "speech.audio.done"
    assert (done["finish_reason"], done["seed"], done["warnings"]) == ("stop", 5, [])
    assert isinstance(done["usage"], dict)


def test_how_freely_to_choose_reaches_the_worker(client: httpx.Client) -> None:
    *_deltas, done = events_of(client, temperature=0.5)

    assert "chance" in str(done["warnings"])


def test_names_of_openai_mean_the_default(client: httpx.Client) -> None:
    for model, voice in (("tts-1", "alloy"), ("gpt-4o-mini-tts", "coral"), (None, None)):
        assert pcm_of(client, model=model, voice=voice) == pcm_of(client, voice="preview")


@pytest.mark.parametrize(
    ("fields", "param", "known"),
    [({"model": "tts-9"}, "model", "espeak-ng"), ({"voice": "Sohee"}, "voice", "preview")],
)
def test_any_other_unknown_name_is_refused_with_the_known_ones(
    client: httpx.Client, fields: dict[str, str], param: str, known: str
) -> None:
    error = error_of(client.post(SPEECH, json=asking(TEXT, **fields)), 400)

    assert (error["type"], error["param"]) == ("invalid_request_error", param)
    assert known in error["message"]


def test_a_text_without_words_is_refused_however_it_is_asked_for(client: httpx.Client) -> None:
    for fields in ({}, {"response_format": "mp3"}, {"stream_format": "audio"}):
        error = error_of(client.post(SPEECH, json=asking("…", **fields)), 400)
        assert "nothing to say" in error["message"]
    (event,) = events_of(client, "…")
    assert event["type"] == "speech.audio.error"


def test_the_model_and_its_voices_are_told(client: httpx.Client) -> None:
    assert [one["id"] for one in client.get("/v1/models").json()["data"]] == ["espeak-ng"]
    assert client.get("/v1/audio/voices").json()["voices"] == ["preview"]


def test_health_tells_strangers_the_status_and_holders_of_the_key_the_rest(
    server: RunningServer, client: httpx.Client
) -> None:
    with server.client(key="") as stranger:
        assert stranger.get("/health").json() == {"status": "ready"}
    health = client.get("/health").json()

    assert (health["server"], health["engine"], health["sample_rate"]) == (
        "tts-studio",
        "espeak",
        SAMPLE_RATE,
    )
    assert {"model", "device", "dtype", "languages", "capacity", "version"} <= set(health)


def test_headers_are_ascii_whatever_is_said(client: httpx.Client) -> None:
    answer = client.post("/tts/clone", json={"text": "안녕하세요, 여러분."})

    for name, value in answer.headers.raw:
        assert name.isascii()
        assert value.isascii()


def test_a_text_whose_speech_finds_no_end_is_no_fault_that_clients_try_again(
    client: httpx.Client,
) -> None:
    # Mathematical letters, each of which is read by its long name.
    offset = ord("\N{MATHEMATICAL BOLD FRAKTUR SMALL A}") - ord("a")
    text = "".join(
        letter if letter == " " else chr(ord(letter) + offset)
        for letter in "the quick brown fox jumps over the lazy dog"
    )

    answer = client.post("/tts/clone", json={"text": text, "speed": 0.5, "seed": 1})

    assert error_of(answer, 422)["code"] == "no_end"
