"""The server on a cluster of Ray Serve, which is this machine: up to two replicas, each with a
worker."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest

from tests.engine.server.serving import (
    PATIENCE,
    SERVE,
    SPEECH,
    RunningServer,
    asking,
    environment,
    error_of,
    until,
)
from tests.engine.server.test_crashes import await_busy, speak
from tests.engine.test_local_engine import FRAGILE
from tests.engine.test_remote_render import free_port

pytest.importorskip("ray.serve", reason="Ray is not installed")
pytestmark = pytest.mark.xdist_group("cluster")

REQUESTS = 200
SPEAKER = "ray::ServeReplica:tts-studio:Speaker"
UP_TO_TWO = {"ray_most_replicas": "2", "ray_requests": "2", "ray_cpus": "0.1"}


class Cluster:
    def __init__(self, server: RunningServer) -> None:
        self.server = server
        self.client = server.client

    def replicas(self, *gone: int) -> list[psutil.Process]:
        """Those that have a worker, but for those that are gone."""
        everything = psutil.Process(self.server.process.pid).children(recursive=True)
        return [one for one in everything if one.pid not in gone and has_worker(one)]

    def await_two(self, *gone: int) -> list[psutil.Process]:
        return until(lambda: found if len(found := self.replicas(*gone)) == 2 else None)

    def ask(self, text: str, **fields: str) -> socket.socket:
        """A connection on which something is asked for, to be closed at any time."""
        address = httpx.URL(self.server.url)
        body = json.dumps(asking(text, **fields))
        head = (
            f"POST {SPEECH} HTTP/1.1\r\nHost: {address.netloc.decode()}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"Authorization: Bearer {self.server.key}\r\n\r\n"
        )
        connection = socket.create_connection((address.host, address.port or 0), PATIENCE)
        connection.sendall(f"{head}{body}".encode())
        return connection


def await_heard(count: int, connections: Sequence[socket.socket]) -> None:
    """Wait until so many have sent something, which raw sound does with its first piece."""
    until(lambda: len(select.select(connections, (), (), 0)[0]) == count or None)


def has_worker(process: psutil.Process) -> bool:
    try:
        return process.cmdline()[:1] == [SPEAKER] and len(process.children()) > 0
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    program = str(Path(__file__).with_name("odd_cluster.py"))
    command = (sys.executable, program, str(FRAGILE))
    home = tmp_path_factory.mktemp("cluster")
    with pytest.MonkeyPatch.context() as elsewhere:
        # It makes a cluster of its own, whatever others the machine knows of.
        elsewhere.setenv("RAY_ADDRESS", f"127.0.0.1:{free_port()}")
        with RunningServer(home, command=command, settings=UP_TO_TWO) as server:
            yield Cluster(server)


@pytest.fixture
def running() -> Iterator[str]:
    """The address of a cluster that somebody else has started."""
    address = f"127.0.0.1:{free_port()}"
    port = address.rpartition(":")[2]
    ray = Path(sys.executable).with_name("ray")
    command = [str(ray), "start", "--head", "--block", "--port", port, "--num-cpus", "2"]
    command += ["--include-dashboard", "false"]
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=nowhere, stderr=nowhere) as head:
        try:
            until(lambda: is_open(address))
            yield address
        finally:
            head.terminate()


def refused(home: Path, address: str) -> str:
    """What a server says that will not serve on a cluster."""
    ended = subprocess.run(
        [*SERVE, "--engine", "espeak", "--port", "0", "--ray", "--ray-address", address],
        env=environment(home),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 2
    return ended.stderr


def is_open(address: str) -> bool:
    host, _colon, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), PATIENCE).close()
    except OSError:
        return False
    return True


def test_what_is_said_at_the_start_is_said_by_the_studio(cluster: Cluster) -> None:
    said = cluster.server.lines
    assert "Ready: " in said[-1]
    assert [line for line in said if "INFO" in line or "WARN" in line] == []


def test_a_cluster_that_nobody_answers_for_is_told_at_once(tmp_path: Path) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    told = refused(tmp_path, nowhere)
    assert f"The cluster cannot be reached: {nowhere}" in told
    assert "Traceback" not in told


def test_a_cluster_that_runs_is_left_as_it_was_found(running: str, tmp_path: Path) -> None:
    with RunningServer(tmp_path, "--ray", "--ray-address", running) as server:
        there = httpx.URL(server.url)
        told = refused(tmp_path, running)
        assert f"already, at {there.host}, port {there.port}." in told
        with server.client() as client:
            assert speak(client, "Hello.").status_code == 200

    until(lambda: not is_open(f"{there.host}:{there.port}"))
    assert is_open(running)


def test_requests_that_wait_bring_a_second_replica_and_those_given_up_keep_neither_busy(
    cluster: Cluster,
) -> None:
    """Each replica speaks one at once, and holds four: what is asked for fills both."""
    with cluster.client() as client:
        for _round in range(2):
            asked = [cluster.ask("FOREVER", stream_format="audio") for _number in range(8)]
            await_heard(2, asked)
            for connection in asked:
                connection.close()
            await_busy(client, speaking=0)


def test_of_two_hundred_requests_none_is_lost_when_a_replica_is_killed(cluster: Cluster) -> None:
    texts = [f"Sentence number {number}, of some length." for number in range(10)]
    killed = cluster.await_two()[0]
    [worker] = killed.children()
    answered = threading.Semaphore(0)

    def ask(text: str) -> httpx.Response:
        answer = speak(client, text)
        answered.release()
        return answer

    with cluster.client() as client, ThreadPoolExecutor(16) as pool:
        expected = [speak(client, text).content for text in texts]
        asked = [pool.submit(ask, text) for text in texts * (REQUESTS // len(texts))]
        for _answer in range(REQUESTS // 4):
            answered.acquire()
        # What it is given from here on, it has when it is killed.
        worker.suspend()
        for _answer in range(REQUESTS // 4):
            answered.acquire()
        killed.kill()
        worker.kill()
        spoken = [one.result() for one in asked]

    assert len(set(expected)) == len(texts)
    assert [answer.status_code for answer in spoken] == [200] * REQUESTS
    assert [answer.content for answer in spoken] == expected * (REQUESTS // len(texts))
    cluster.await_two(killed.pid)


def test_a_stream_is_heard_piece_by_piece(cluster: Cluster) -> None:
    with cluster.ask("FOREVER", stream_format="sse") as connection:
        pieces = connection.makefile("r", encoding="utf-8")
        assert sum(1 for line, _number in zip(pieces, range(50), strict=False) if "delta" in line)


def test_what_a_replica_will_not_speak_is_told_with_the_reason(cluster: Cluster) -> None:
    with cluster.client() as client:
        error = error_of(client.post(SPEECH, json=asking("Hello.", voice="nobody")), 400)
        assert error["param"] == "voice"
        error = error_of(speak(client, "Now CRASH please."), 500)
        assert "ended in the middle" in error["message"]
        assert speak(client, "And on.").status_code == 200


@pytest.mark.skipif(os.name == "nt", reason="POSIX processes")
def test_a_replica_whose_worker_keeps_crashing_is_replaced(cluster: Cluster) -> None:
    poisoned, _other = cluster.await_two()

    def replaced() -> bool:
        try:
            for worker in poisoned.children():
                worker.kill()
        except psutil.NoSuchProcess:
            return True
        return False

    until(replaced)
    cluster.await_two(poisoned.pid)
    with cluster.client() as client:
        assert speak(client, "And on.").status_code == 200
