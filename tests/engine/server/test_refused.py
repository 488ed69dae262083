"""Attempts that must fail, each with a word of why."""

from __future__ import annotations

import base64
import http.server
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.engine.server.serving import (
    KEY,
    PATIENCE,
    SPEECH,
    VOICES,
    RunningServer,
    asking,
    error_of,
)

HELLO = asking("Hello.")


@pytest.fixture
def client(strict: RunningServer) -> Iterator[httpx.Client]:
    with strict.client() as client:
        yield client


@pytest.mark.parametrize("path", [SPEECH, "/tts/clone", "/v1/models", VOICES, "/nowhere"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer another key, long enough"},
        {"Authorization": f"Basic {KEY}"},
        {"Authorization": f"Bearer {KEY}x"},
        {"Authorization": KEY},
        {"X-API-Key": KEY},
    ],
    ids=["none", "wrong", "basic", "longer", "bare", "elsewhere"],
)
def test_without_the_key_there_is_nothing(
    strict: RunningServer, path: str, headers: dict[str, str]
) -> None:
    with strict.client(key="") as stranger:
        answer = stranger.post(path, json=HELLO, headers=headers)

    assert error_of(answer, 401)["code"] == "invalid_api_key"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("name", ["key", "api_key", "token", "access_token", "Authorization"])
def test_a_key_in_the_address_is_refused_even_beside_a_right_one(
    strict: RunningServer, client: httpx.Client, name: str
) -> None:
    with strict.client(key="") as stranger:
        for asker in (stranger, client):
            answer = asker.post(SPEECH, json=HELLO, params={name: KEY})
            assert error_of(answer, 401)["code"] == "key_in_address"


def test_health_is_not_told_to_who_has_a_wrong_key(strict: RunningServer) -> None:
    with strict.client(key="another key, long enough") as stranger:
        error_of(stranger.get("/health"), 401)


@pytest.fixture
def visits() -> Iterator[tuple[str, list[str]]]:
    """The address of a web server, and what was asked of it."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def test_no_address_of_a_clients_is_visited(
    client: httpx.Client, visits: tuple[str, list[str]]
) -> None:
    address, asked = visits
    for fields in ({"ref_audio": f"{address}/a.wav", "ref_text": "Hi."}, {"voice": address}):
        error_of(client.post(SPEECH, json={**HELLO, **fields}), 400)
        error_of(client.post("/tts/clone", json={"text": "Hello.", **fields}), 400)

    assert asked == []


def test_no_path_of_a_clients_is_opened(client: httpx.Client, tmp_path: Path) -> None:
    clip = tmp_path / "clip.wav"
    clip.write_bytes(b"secret")
    for name in (clip.as_uri(), str(clip), f"../../../..{clip.as_posix()}", "file:///etc/passwd"):
        for fields in ({"ref_audio": name, "ref_text": "Hi."}, {"voice": name}):
            answer = client.post(SPEECH, json={**HELLO, **fields})
            error_of(answer, 400)
            assert "secret" not in answer.text
        assert client.delete(f"{VOICES}/{name}").status_code in (404, 405)
    assert clip.read_bytes() == b"secret"


def test_a_body_that_is_too_large_is_refused_before_it_has_come(strict: RunningServer) -> None:
    """By what it says of itself, and by what comes."""
    for length in ("Content-Length: 999999999", "Transfer-Encoding: chunked"):
        with connected(strict, length) as connection:
            piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
            for _piece in range(4 if "chunked" in length else 0):
                connection.sendall(piece)
            assert status_of(connection) == 413


def test_a_body_that_drips_in_is_not_waited_for(strict: RunningServer) -> None:
    for length in ("Content-Length: 1000", "Transfer-Encoding: chunked"):
        with connected(strict, length) as connection:
            stop = threading.Event()

            def drip(connection: socket.socket = connection, stop: threading.Event = stop) -> None:
                try:
                    while not stop.wait(0.05):
                        connection.sendall(b"1\r\n \r\n")
                except OSError:
                    pass  # it was let go of

            dripping = threading.Thread(target=drip)
            dripping.start()
            try:
                assert status_of(connection) == 408
            finally:
                stop.set()
                dripping.join()


def test_a_body_that_never_comes_is_not_waited_for_either(strict: RunningServer) -> None:
    with connected(strict, "Content-Length: 1000") as connection:
        assert status_of(connection) == 408


def test_a_text_of_three_hours_is_refused_with_the_limit(client: httpx.Client) -> None:
    three_hours = "A sentence of some five seconds, as people speak. " * 2_160
    for path, body in (
        (SPEECH, asking(three_hours)),
        ("/tts/clone", {"text": three_hours}),
    ):
        error = error_of(client.post(path, json=body), 400)
        assert f"{len(three_hours)} characters; at most 2000" in error["message"]


def test_a_clip_that_is_too_large_is_refused_with_the_limit(client: httpx.Client) -> None:
    answer = client.post(
        VOICES, files={"audio_sample": b"x" * 100_001}, data={"consent": "true", "ref_text": "Hi."}
    )

    assert "100001 bytes; at most 100000" in error_of(answer, 413)["message"]


OF_ANOTHERS_CLIP = "ab" * 32
# A name that another voice could come to have by what is in its clip.

NAMES = [
    *("a\x00b", "a\nb", "\x1b[31mred", "../up", "..", "a\u202eb", "a\u2028b", "x" * 65),
    OF_ANOTHERS_CLIP,
]


@pytest.mark.parametrize("name", NAMES)
def test_names_that_are_more_than_letters_are_refused(client: httpx.Client, name: str) -> None:
    answer = client.post(
        VOICES, files={"audio_sample": b"x"}, data={"consent": "true", "name": name}
    )
    assert error_of(answer, 400)["code"] == "invalid_name"
    assert client.post(SPEECH, json={**HELLO, "voice": name}).status_code == 400


def test_a_voice_without_consent_is_refused(client: httpx.Client) -> None:
    for consent in ({}, {"consent": ""}, {"consent": "false"}, {"consent": "No"}):
        answer = client.post(VOICES, files={"audio_sample": b"x"}, data=consent)
        assert error_of(answer, 400)["code"] == "consent_required"


@pytest.mark.parametrize("method", ["OPTIONS", "POST", "GET"])
def test_a_strangers_page_gets_nothing_and_may_read_nothing(
    client: httpx.Client, method: str
) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = client.request(method, SPEECH, json=HELLO, headers=headers)

    assert error_of(answer, 403)["code"] == "foreign_origin"
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_without_a_key_a_name_that_leads_here_is_a_strangers_too(tmp_path: Path) -> None:
    with RunningServer(tmp_path, key="") as server, server.client() as client:
        assert client.post(SPEECH, json=HELLO).status_code == 200
        for headers in (
            {"Host": "evil.example"},
            {"Host": "127.0.0.1.evil.example:7860"},
            {"Origin": "http://evil.example", "Content-Type": "text/plain"},
            {"Origin": "null"},
        ):
            answer = client.post(SPEECH, content=json.dumps(HELLO), headers=headers)
            assert error_of(answer, 403)["code"] == "foreign_origin"


def test_what_is_refused_is_not_repeated_in_the_log_or_the_answer(
    strict: RunningServer, client: httpx.Client
) -> None:
    secret = "an unspeakable secret"
    for body in (
        {"input": secret, "voice": "nobody"},
        {"input": secret, "seed": secret},
        {"text": secret, "speed": -1},
    ):
        path = "/tts/clone" if "text" in body else SPEECH
        answer = client.post(path, json=body)
        assert answer.status_code == 400
        assert secret not in answer.text
    assert secret not in "".join(strict.lines)


def test_a_clip_that_is_no_sound_is_refused(client: httpx.Client) -> None:
    coded = base64.b64encode(b"not a sound").decode()
    body = {**HELLO, "ref_audio": f"data:audio/wav;base64,{coded}", "ref_text": "Hi."}
    error_of(client.post(SPEECH, json=body), 400)
    answer = client.post(
        VOICES, files={"audio_sample": b"not a sound"}, data={"consent": "true", "ref_text": "Hi."}
    )
    assert error_of(answer, 400)["code"] == "unfit_clip"


LONELY = '"\\ud800"'
# In JSON: half of a letter, which no text may hold.


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        (SPEECH, "input", LONELY),
        (SPEECH, "voice", LONELY),
        (SPEECH, "model", LONELY),
        (SPEECH, "language", LONELY),
        (SPEECH, "ref_text", LONELY),
        (SPEECH, "seed", "1e999"),
        (SPEECH, "seed", "1" * 5_000),
        (SPEECH, "ref_audio", "[" * 60_000),
        (SPEECH, "voice", f'"{"x" * 100_000}"'),
        (SPEECH, "ref_text", f'"{"x " * 50_000}"'),
        ("/tts/clone", "voice", LONELY),
        ("/tts/clone", "language", LONELY),
    ],
)
def test_what_is_no_text_or_number_of_use_is_refused_in_few_words(
    client: httpx.Client, path: str, field: str, value: str
) -> None:
    text = {SPEECH: "input", "/tts/clone": "text"}[path]
    body = f'{{"{text}": "Hello.", "{field}": {value}}}'
    answer = client.post(path, content=body, headers={"Content-Type": "application/json"})

    error_of(answer, 400)
    assert len(answer.content) < 1_000


@pytest.mark.parametrize("field", ["consent", "ref_text", "name"])
def test_a_form_in_strange_letters_is_refused(client: httpx.Client, field: str) -> None:
    parts = {"audio_sample": b"x", "consent": b"true", field: b"words \\ud800"}
    body = b"".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"'.encode()
        + (b'; filename="c"' if name == "audio_sample" else b"")
        + b"\r\n\r\n" + content + b"\r\n"
        for name, content in parts.items()
    )  # fmt: skip
    kind = "multipart/form-data; boundary=b; charset=unicode_escape"
    answer = client.post(VOICES, content=body + b"--b--\r\n", headers={"Content-Type": kind})

    assert error_of(answer, 400)["param"] == field


def connected(server: RunningServer, length: str) -> socket.socket:
    """A connection on which the body of a request is still to come."""
    connection = socket.create_connection(("127.0.0.1", httpx.URL(server.url).port or 0), PATIENCE)
    head = (
        f"POST {SPEECH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {server.key}\r\n{length}\r\n\r\n"
    )
    connection.sendall(head.encode())
    return connection


def status_of(connection: socket.socket) -> int:
    """Of the answer, which is all that comes."""
    answer = b""
    while piece := connection.recv(65536):
        answer += piece
    return int(answer.split(b" ")[1])
