"""The command itself: what it asks for before it serves, what it says, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from engine.cli import main
from engine.errors import InputError
from engine.server_dotenv import write_dotenv
from engine.server_settings import load_server_settings
from tests.engine.server.serving import PATIENCE, SERVE, SPEECH, RunningServer, asking, environment
from tests.engine.server.test_crashes import ODD, odd_server

LOCALHOST = Path(__file__).with_name("localhost.pem")
"""A certificate for localhost and 127.0.0.1, and its key. Of no use anywhere else."""

LONG_KEY = "k" * 32


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_init_writes_every_setting_and_a_fresh_key_for_its_owner_alone(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--init"]) == 0
    path = work / ".env"
    key = load_server_settings().api_key

    assert len(key) >= 32
    assert key not in capsys.readouterr().err
    if os.name != "nt":
        assert path.stat().st_mode & 0o077 == 0
    unset = load_server_settings().model_dump()
    path.write_text(path.read_text("utf-8").replace("\n#TTS_STUDIO_", "\nTTS_STUDIO_"), "utf-8")
    assert load_server_settings().model_dump() == unset
    path.unlink()
    write_dotenv(work)
    assert load_server_settings().api_key != key


def test_init_overwrites_nothing(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (work / ".env").write_text("mine")

    assert main(["serve", "--init"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert (work / ".env").read_text() == "mine"


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--host", "0.0.0.0"], "Without a key"),
        (["--host", "::"], "Without a key"),
        (["--host", "192.0.2.1"], "Without a key"),
        (["--port", "70000"], "65535 or less"),
        (["--port", "http"], "whole number"),
        (["--tls-cert", "cert.pem"], "two files"),
        (["--tls-cert", "cert.pem", "--tls-key", "key.pem"], "is not there: cert.pem"),
        (["--engine", "festival"], "Known engines: espeak, qwen"),
        (["--engine", "http://192.0.2.1:7860"], "Known engines: espeak, qwen"),
    ],
)
def test_what_is_unsafe_or_makes_no_sense_is_refused_before_anything_is_loaded(
    capsys: pytest.CaptureFixture[str], flags: list[str], words: str
) -> None:
    assert main(["serve", *flags]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("key", ["brief", "열쇠" * 20, "a key with a\x07bell"])
def test_a_key_that_is_of_no_use_is_refused_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("TTS_STUDIO_API_KEY", key)

    with pytest.raises(InputError) as refused:
        load_server_settings()
    assert key not in str(refused.value)


def test_a_flag_comes_before_the_environment_and_that_before_the_file(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (work / ".env").write_text("TTS_STUDIO_PORT=1\nTTS_STUDIO_MAX_WAITING=7\n")
    assert load_server_settings().port == 1
    monkeypatch.setenv("TTS_STUDIO_PORT", "2")
    assert load_server_settings().port == 2
    assert load_server_settings({"port": "3"}).port == 3
    assert load_server_settings().max_waiting == 7


def test_a_bad_value_is_told_with_the_place_where_it_stands(work: Path) -> None:
    (work / ".env").write_text("TTS_STUDIO_MAX_WAITING=many\n")

    with pytest.raises(InputError, match="whole number") as refused:
        load_server_settings()
    assert str(work / ".env") in refused.value.hint


def test_a_port_that_is_taken_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["serve", "--engine", "espeak", "--port", port]) == 2

    assert f"port {port}" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="a signal of POSIX terminals")
def test_it_says_what_it_is_and_ctrl_c_ends_it_in_order(tmp_path: Path) -> None:
    with RunningServer(tmp_path, key="", settings={"log_text": "true"}) as server:
        worker = server.worker()
        with server.client() as client:
            client.post(SPEECH, json=asking("What is spoken\nis logged here.\x9b2J"))
        code = server.interrupt()
        server.await_line("has ended")

    said = "".join(server.lines)
    assert code == 130
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE
    assert "serves speech by espeak" in said
    assert "Key: none" in said
    assert "Only this machine" in said
    # In one line, which no text can end, and without what would move the cursor.
    assert r"What is spoken\nis logged here.\x9b2J" in said
    assert "Traceback" not in said


@pytest.mark.skipif(sys.platform == "win32", reason="a signal of service managers")
def test_a_service_manager_ends_it_in_order_and_its_worker_with_it(tmp_path: Path) -> None:
    with RunningServer(tmp_path) as server:
        worker = server.worker()
        with server.client() as client:
            client.post(SPEECH, json=asking("A secret."))
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(PATIENCE) == 0

    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE
    said = "".join(server.lines)
    assert server.key not in said
    assert "A secret." not in said


def test_its_log_is_json_for_programs_a_line_for_each_request_and_no_text_or_key_in_it(
    tmp_path: Path,
) -> None:
    with RunningServer(tmp_path, "--log-json") as server:
        with server.client() as client:
            spoken = client.post(SPEECH, json=asking("A secret."))
        with server.client(key="another key, long enough") as stranger:
            stranger.post(f"{SPEECH}?voice=a%0Ab", json=asking("A secret."))
            stranger.get(f"/%E2%80%AE{'a' * 300}")
        server.worker().kill()
        server.await_line("SIGKILL" if sys.platform != "win32" else "exit code")

    lines = [json.loads(line) for line in server.lines]
    requests = [line for line in lines if line["message"] == "request"]
    assert all(line["time"].endswith("+00:00") and line["level"] for line in lines)
    assert [(one["method"], one["path"], one["status"]) for one in requests] == [
        ("POST", SPEECH, 200),
        ("POST", SPEECH, 401),
        ("GET", f"/\u202e{'a' * 198}", 401),
    ]
    assert requests[0]["bytes"] == len(spoken.content)
    assert requests[0]["client"] == "127.0.0.1"
    assert requests[0]["seconds"] > 0
    said = "".join(server.lines)
    secrets = ("A secret", server.key, "another key", "voice=", "\u202e")
    assert not [words for words in secrets if words in said]
    assert "The server has ended." in lines[-1]["message"]


def test_with_tls_files_it_is_reached_by_https(tmp_path: Path) -> None:
    tls = ("--tls-cert", str(LOCALHOST), "--tls-key", str(LOCALHOST))
    with RunningServer(tmp_path, *tls) as server:
        trusted = ssl.create_default_context(cafile=str(LOCALHOST))
        answer = httpx.get(f"{server.url}/health", verify=trusted, trust_env=False)

        well = container_health(server, tls=True)
    unwell = container_health(server, tls=True)

    assert server.url.startswith("https://")
    assert answer.json() == {"status": "ready"}
    assert (well.returncode, well.stderr) == (0, "")
    assert unwell.returncode == 1
    assert "Traceback" not in unwell.stderr


def test_a_container_whose_model_is_not_loaded_is_unwell(tmp_path: Path) -> None:
    with odd_server(tmp_path, f"{ODD},loads", ready=False) as server:
        unwell = container_health(server, tls=False)

    assert unwell.returncode == 1
    assert json.loads(unwell.stderr) == {"status": "starting"}


def container_health(server: RunningServer, *, tls: bool) -> subprocess.CompletedProcess[str]:
    """As a container asks, whose environment says it all."""
    files = ("CERT", "KEY") if tls else ()
    variables = {f"TTS_STUDIO_TLS_{name}": str(LOCALHOST) for name in files}
    variables["TTS_STUDIO_PORT"] = str(httpx.URL(server.url).port)
    return subprocess.run(
        [sys.executable, "-m", "engine.server.healthcheck"],
        env=environment(server.home, **variables),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_tls_files_that_are_none_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("no certificate")

    assert main(["serve", "--tls-cert", str(wrong), "--tls-key", str(wrong), "--port", "0"]) == 2
    assert "cannot be used" in capsys.readouterr().err


def test_an_engine_that_cannot_be_had_ends_it_with_the_reason(tmp_path: Path) -> None:
    ended = subprocess.run(
        [*SERVE, "--engine", "qwen", "--port", "0"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

    assert ended.returncode in (1, 2)
    assert "Qwen3-TTS" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_while_the_model_loads_clients_are_told_when_to_come_back(tmp_path: Path) -> None:
    with RunningServer(tmp_path, ready=False) as server, server.client() as client:
        health = client.get("/health")
        speech = client.post(SPEECH, json=asking("Hello."))
        server.await_line("Ready: ")
        assert client.get("/health").status_code == 200

    assert (health.status_code, health.json()) == (503, {"status": "starting"})
    assert speech.status_code == 503
    assert int(speech.headers["Retry-After"]) > 0
    assert speech.json()["error"]["code"] == "not_ready"
