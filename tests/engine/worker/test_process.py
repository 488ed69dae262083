from __future__ import annotations

import os
import signal
import subprocess
import sys

import httpx
import pytest

from engine.version import __version__
from engine.worker.protocol import EXIT_LOST, EXIT_NOT_STARTED, TOKEN_VARIABLE, Ready
from tests.engine.worker.running import ESPEAK, PATIENCE, RunningWorker, odd


def test_a_worker_says_its_port_and_version_once_it_can_speak() -> None:
    with RunningWorker() as worker, worker.client() as client:
        assert isinstance(worker.said, Ready)
        assert worker.said.version == __version__
        assert client.get("/health").json()["status"] == "ready"


def test_standard_output_carries_nothing_but_the_ready_line() -> None:
    with RunningWorker(odd("chatty")) as worker:
        assert isinstance(worker.said, Ready)
        worker.await_line("a banner through Python")
        assert worker.process.stdin is not None
        assert worker.process.stdout is not None
        worker.process.stdin.close()
        assert worker.process.stdout.read() == b""

    assert any("a banner past Python" in line for line in worker.errors)


def test_a_worker_leaves_when_its_standard_input_closes() -> None:
    with RunningWorker() as worker:
        assert worker.process.stdin is not None
        worker.process.stdin.close()
        assert worker.process.wait(PATIENCE) == 0


def test_a_worker_leaves_in_the_middle_of_a_sentence_too() -> None:
    forever = bid("forever", stream=True)
    with (
        RunningWorker(odd("")) as worker,
        worker.client() as client,
        client.stream("POST", "/v1/audio/speech", json=forever) as answer,
    ):
        worker.await_line("speaking")
        assert worker.process.stdin is not None
        worker.process.stdin.close()
        assert worker.process.wait(PATIENCE) == 0
        with pytest.raises(httpx.TransportError):
            answer.read()


def test_a_start_that_fails_says_why_in_the_words_of_the_backend() -> None:
    with RunningWorker(odd("refuses")) as worker:
        assert worker.refusal.title == "The model is missing."
        assert worker.refusal.hint == "Download 모델 first."
        assert worker.process.wait(PATIENCE) == EXIT_NOT_STARTED


def test_a_start_that_breaks_says_what_broke_and_logs_the_rest() -> None:
    with RunningWorker(odd("breaks")) as worker:
        assert "no_such_library" in worker.refusal.hint
        assert worker.process.wait(PATIENCE) == EXIT_NOT_STARTED

    assert any("Traceback" in line for line in worker.errors)


def test_a_worker_does_not_start_without_a_token() -> None:
    with RunningWorker(token="") as worker:
        assert TOKEN_VARIABLE in worker.refusal.hint
        assert worker.process.wait(PATIENCE) == EXIT_NOT_STARTED


def test_a_lost_process_ends_itself_with_a_code_of_its_own() -> None:
    with RunningWorker(odd("")) as worker, worker.client() as client:
        with pytest.raises(httpx.TransportError):
            client.post("/v1/audio/speech", json=bid("poison"))
        assert worker.process.wait(PATIENCE) == EXIT_LOST

    assert any("a device-side assert" in line for line in worker.errors)


@pytest.mark.skipif(sys.platform == "win32", reason="a signal of POSIX terminals")
def test_ctrl_c_in_the_terminal_does_not_end_a_worker() -> None:
    with RunningWorker() as worker, worker.client() as client:
        os.kill(worker.process.pid, signal.SIGINT)
        answer = client.post("/v1/audio/speech", json=bid("Still here."))
        assert answer.status_code == 200
        assert worker.process.poll() is None


def test_an_unknown_backend_is_a_usage_error_that_names_the_known_ones() -> None:
    ended = subprocess.run(
        [*ESPEAK[:-1], "festival"], stdin=subprocess.DEVNULL, capture_output=True, text=True
    )

    assert ended.returncode == 2
    assert "espeak" in ended.stderr
    assert ended.stdout == ""


def bid(text: str, **fields: object) -> dict[str, object]:
    return {"input": text, "language": "English", "response_format": "pcm", **fields}
