from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

from engine import worker_process
from engine.supervisor import Supervisor
from tests.engine.supervising import Supervise, failure_of, fake, is_running, line_of, speak
from tests.engine.worker.running import ESPEAK, PATIENCE


async def test_modules_of_the_users_own_folder_are_never_imported(
    supervise: Supervise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("numpy", "json", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong one')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    supervisor = supervise()
    await supervisor.start()

    assert await speak(await supervisor.ready())


async def test_a_worker_gets_a_folder_and_a_clean_environment_of_its_own(
    supervise: Supervise, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PYTHONPATH", "PYTHONSTARTUP"):
        monkeypatch.setenv(name, "mine")
    monkeypatch.setenv("KEPT", "yes")
    supervisor = supervise(fake("telling"), env={"ADDED": "한글"})
    await supervisor.start()
    endpoint = await supervisor.ready()

    told = json.loads((supervisor.folder / "told.json").read_text())
    assert Path(told["cwd"]) == supervisor.folder
    assert told["utf8"] == 1
    assert told["environment"]["KEPT"] == "yes"
    assert told["environment"]["ADDED"] == "한글"
    assert endpoint.token in told["environment"].values()
    assert not {"PYTHONPATH", "PYTHONSTARTUP"} & set(told["environment"])


async def test_a_token_is_never_shown(supervise: Supervise) -> None:
    supervisor = supervise()
    await supervisor.start()
    endpoint = await supervisor.ready()

    assert endpoint.token not in repr(endpoint)
    assert supervisor.pid is not None
    assert endpoint.token not in " ".join(psutil.Process(supervisor.pid).cmdline())


async def test_stopping_ends_the_process(supervise: Supervise) -> None:
    supervisor = supervise()
    await supervisor.start()
    await supervisor.ready()
    pid = supervisor.pid
    assert pid is not None
    await supervisor.stop()

    assert not is_running(pid)
    assert supervisor.pid is None
    assert supervisor.states[-1].kind == "stopped"
    assert "not running" in (await failure_of(supervisor)).title


async def test_stopping_twice_or_never_having_started_is_harmless(supervise: Supervise) -> None:
    supervisor = supervise(fake("plain"))
    await supervisor.stop()
    await supervisor.start()
    await supervisor.ready()
    pid = supervisor.pid
    assert pid is not None
    first, second = asyncio.create_task(supervisor.stop()), asyncio.create_task(supervisor.stop())
    await asyncio.wait({first, second}, return_when=asyncio.FIRST_COMPLETED)

    assert not is_running(pid)
    await asyncio.gather(first, second)
    assert [state.kind for state in supervisor.states] == ["starting", "ready", "stopped"]


async def test_stopping_while_starting_leaves_nothing_behind(supervise: Supervise) -> None:
    supervisor = supervise(fake("silent"))
    before = {child.pid for child in psutil.Process().children()}
    await supervisor.start()
    waiting = asyncio.create_task(failure_of(supervisor))
    await line_of(supervisor, "loading")
    await supervisor.stop()

    assert "not running" in (await waiting).title
    assert {child.pid for child in psutil.Process().children()} <= before


async def test_stopping_at_once_leaves_nothing_behind(supervise: Supervise) -> None:
    before = {child.pid for child in psutil.Process().children()}
    for turns in range(6):
        supervisor = supervise(fake("silent"))
        await supervisor.start()
        for _turn in range(turns):
            await asyncio.sleep(0)
        await supervisor.stop()

    assert {child.pid for child in psutil.Process().children()} <= before


async def test_a_worker_that_will_not_leave_is_killed(
    supervise: Supervise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_process, "_GRACE_SECONDS", 0.2)
    supervisor = supervise(fake("deaf"))
    await supervisor.start()
    await supervisor.ready()
    pid = supervisor.pid
    assert pid is not None
    ending = asyncio.create_task(supervisor.stop())
    for _turn in range(20):
        await asyncio.sleep(0)
    await supervisor.stop()

    assert not is_running(pid)
    await ending


async def test_noise_before_the_ready_line_is_tolerated_and_kept(supervise: Supervise) -> None:
    supervisor = supervise(fake("noisy"))
    await supervisor.start()
    await supervisor.ready()

    assert await line_of(supervisor, "a banner")
    assert await line_of(supervisor, "안�")
    assert await line_of(supervisor, "the last line")
    assert max(len(line) for line in supervisor.log_tail()) <= 2_000
    await supervisor.stop()
    log = (supervisor.folder / "worker.log").read_bytes()
    assert log.startswith((b"a banner\n", b"\xec\x95\x88"))
    assert log.count(b"y") == 300_000


async def test_a_log_that_cannot_be_written_does_not_matter(tmp_path: Path) -> None:
    supervisor = Supervisor(fake("noisy"), folder=tmp_path / "folder", log_file=tmp_path)
    await supervisor.start()
    try:
        await asyncio.wait_for(supervisor.ready(), PATIENCE)
        assert await line_of(supervisor, "the last line")
    finally:
        await supervisor.stop()


def test_a_worker_does_not_outlive_a_killed_studio(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys; from pathlib import Path; from engine.supervisor import Supervisor\n"
        "async def studio():\n"
        "    folder = Path(sys.argv[1])\n"
        f"    supervisor = Supervisor({ESPEAK!r}, folder=folder, log_file=folder / 'log')\n"
        "    await supervisor.start()\n"
        "    print((await supervisor.ready()).url, supervisor.pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(studio())"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as studio:
        assert studio.stdout is not None
        url, pid = studio.stdout.readline().split()
        assert is_running(int(pid))
        port = httpx.URL(url).port or 0
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
            studio.kill()
            # The connection breaks when the worker's process ends.
            with contextlib.suppress(ConnectionError):
                assert connection.recv(1) == b""
    deadline = time.monotonic() + PATIENCE
    while is_running(int(pid)):
        assert time.monotonic() < deadline
