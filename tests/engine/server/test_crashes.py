"""A worker that dies, hangs or is killed, and clients that hang up."""

from __future__ import annotations

import base64
import json
import re
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

import httpx
import pytest
from httpx_sse import connect_sse

from tests.engine.server.serving import SPEECH, VOICES, RunningServer, asking, error_of, until
from tests.engine.server.test_voices import WORDS, clip
from tests.engine.test_local_engine import FRAGILE

HERE = Path(__file__).parent
ODD = HERE.parent / "worker" / "odd_worker.py"
KILLS = 4


def odd_server(
    home: Path, worker: str, *, port: int = 0, ready: bool = True, **settings: str
) -> RunningServer:
    command = (sys.executable, str(HERE / "odd_server.py"), worker)
    return RunningServer(home, command=command, port=port, settings=settings, ready=ready)


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Its worker dies of the word CRASH."""
    with odd_server(tmp_path_factory.mktemp("fragile"), str(FRAGILE)) as server:
        yield server


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Its worker speaks as it is bid: ``forever``, for one."""
    home = tmp_path_factory.mktemp("endless")
    with odd_server(home, f"{ODD},", request_seconds="5", max_waiting="1") as server:
        yield server


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """As the one before, and nothing ends by itself there."""
    with odd_server(tmp_path_factory.mktemp("patient"), f"{ODD},") as server:
        yield server


def speak(client: httpx.Client, text: str) -> httpx.Response:
    return client.post(SPEECH, json=asking(text))


def test_kills_of_the_worker_cost_no_sentence(fragile: RunningServer) -> None:
    texts = ["Short.", "This one is long, and it goes on and on. " * 8, "This is another one."]
    killed: list[int] = []
    with ThreadPoolExecutor(len(texts)) as pool, fragile.client() as client:
        expected = [speak(client, text).content for text in texts]
        answers: list[Future[httpx.Response]] = []
        for _kill in range(KILLS):
            asked = [pool.submit(speak, client, text) for text in texts]
            answers += asked
            wait(asked, return_when=FIRST_COMPLETED)
            worker = fragile.worker(*killed)
            worker.kill()
            killed.append(worker.pid)
        spoken = [answer.result() for answer in answers]

    assert len(set(killed)) == KILLS
    assert [answer.status_code for answer in spoken] == [200] * len(texts) * KILLS
    assert [answer.content for answer in spoken] == expected * KILLS


def test_a_text_that_kills_the_worker_fails_and_those_beside_it_are_spoken(
    fragile: RunningServer,
) -> None:
    texts = ["The first.", "Now CRASH please.", "The third.", "The fourth."]
    with ThreadPoolExecutor(4) as pool, fragile.client() as client:
        answers = list(pool.map(lambda text: speak(client, text), texts))

    error = error_of(answers[1], 500)
    assert error["type"] == "server_error"
    assert "ended in the middle" in error["message"]
    assert [answer.status_code for answer in answers] == [200, 500, 200, 200]


def test_texts_that_kill_it_again_and_again_do_not_end_the_service(fragile: RunningServer) -> None:
    with fragile.client() as client:
        for number in range(2):
            error_of(speak(client, f"CRASH number {number}."), 500)
        assert speak(client, "Still here.").status_code == 200
        assert client.get("/health").status_code == 200


def test_a_stream_that_has_sent_audio_ends_with_an_error_when_the_worker_dies(
    endless: RunningServer,
) -> None:
    body = asking("forever", stream_format="sse")
    with endless.client() as client, connect_sse(client, "POST", SPEECH, json=body) as source:
        events = source.iter_sse()
        first = json.loads(next(events).data)
        endless.worker().kill()
        *_others, last = [json.loads(event.data) for event in events]

    assert len(base64.b64decode(first["audio"])) > 0
    assert last["type"] == "speech.audio.error"
    assert last["error"]["type"] == "server_error"
    assert "ended in the middle" in last["error"]["message"]


def test_raw_audio_is_broken_off_when_the_worker_dies(endless: RunningServer) -> None:
    body = asking("forever", stream_format="audio")
    with endless.client() as client, client.stream("POST", SPEECH, json=body) as answer:
        pieces = answer.iter_raw()
        next(pieces)
        endless.worker().kill()
        with pytest.raises(httpx.RemoteProtocolError):
            list(pieces)


@pytest.mark.parametrize(
    "fields", [{}, {"stream_format": "audio"}, {"stream_format": "sse"}], ids=str
)
def test_a_client_that_hangs_up_stops_the_speech(
    patient: RunningServer, fields: dict[str, str]
) -> None:
    with patient.client() as client:
        await_busy(client, speaking=0)
        with patient.client() as other:
            asked = threading.Thread(target=give_up, args=(other, fields))
            asked.start()
            await_busy(client, speaking=1)
        asked.join()
        await_busy(client, speaking=0)


def test_a_client_that_hangs_up_while_it_waits_is_not_waited_for(patient: RunningServer) -> None:
    with patient.client() as client, ThreadPoolExecutor() as pool:
        await_busy(client, speaking=0)
        for seconds in (4.0, 4.0, 1.5):
            pool.submit(give_up, client, {}, seconds)
        await_busy(client, speaking=2, waiting=1)
        await_busy(client, speaking=2, waiting=0)


def test_a_request_that_takes_too_long_is_told_so_and_stopped(endless: RunningServer) -> None:
    """Whole or streamed."""
    body = asking("forever", stream_format="sse")
    with endless.client() as client, ThreadPoolExecutor() as pool:
        await_busy(client, speaking=0)
        whole = pool.submit(speak, client, "forever")
        await_busy(client, speaking=1)
        with connect_sse(client, "POST", SPEECH, json=body) as source:
            *_audio, last = [json.loads(event.data) for event in source.iter_sse()]
        assert last["error"]["code"] == error_of(whole.result(), 504)["code"] == "timeout"
        await_busy(client, speaking=0)


def test_one_too_many_is_told_when_to_come_back(endless: RunningServer) -> None:
    with endless.client() as client, ThreadPoolExecutor(3) as pool:
        await_busy(client, speaking=0)
        asked = [pool.submit(speak, client, "forever")]
        await_busy(client, speaking=1)
        asked.append(pool.submit(speak, client, "forever"))
        await_busy(client, speaking=2)
        asked.append(pool.submit(speak, client, "forever"))
        await_busy(client, speaking=2, waiting=1)
        refused = speak(client, "One more.")
        assert [one.result().status_code for one in asked] == [504] * 3

    assert error_of(refused, 429)["code"] == "queue_full"
    assert int(refused.headers["Retry-After"]) > 0


def give_up(client: httpx.Client, fields: dict[str, str], seconds: float = 1.0) -> None:
    """Ask for what never ends, until somebody closes the client or it has waited for a moment."""
    with pytest.raises(httpx.HTTPError):
        client.post(SPEECH, json=asking("forever", **fields), timeout=seconds)


def await_busy(client: httpx.Client, **counts: int) -> None:
    until(lambda: counts.items() <= client.get("/health").json().items())


def test_before_it_is_ready_it_has_spoken_in_each_voice_that_is_registered(tmp_path: Path) -> None:
    with odd_server(tmp_path, f"{ODD},clones") as server, server.client() as client:
        for seed in range(2):
            answer = client.post(
                VOICES,
                files={"audio_sample": clip(tmp_path / "clip.wav", seed=seed)},
                data={"consent": "true", "ref_text": WORDS},
            )
            assert answer.status_code == 200
        assert not cloned(tmp_path)
    with odd_server(tmp_path, f"{ODD},clones"):
        # Its log is written by another thread than answers.
        until(lambda: len(cloned(tmp_path)) == 2)


def cloned(home: Path) -> set[str]:
    """The clips that the worker was given, by its log."""
    logs = home.rglob("*odd-server*")
    return {one for log in logs for one in re.findall("odd: cloning (.+)", log.read_text("utf-8"))}
