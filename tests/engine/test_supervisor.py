from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import psutil
import pytest

from engine import supervisor as supervision
from engine import worker_process
from engine.domain import Endpoint
from engine.errors import EngineStartError
from engine.supervisor import Exit, Supervisor, WorkerState, backoff_seconds
from tests.engine.worker.running import ESPEAK, PATIENCE, odd

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

Supervise = Callable[..., "Watched"]


class Watched(Supervisor):
    """A supervisor whose states are kept and can be waited for."""

    def __init__(self, command: tuple[str, ...], folder: Path, **options: object) -> None:
        self.states: list[WorkerState] = []
        self.delays: list[int] = []
        self.queue: asyncio.Queue[WorkerState] = asyncio.Queue()
        self.folder = folder
        super().__init__(
            command,
            folder=folder,
            log_file=folder / "worker.log",
            on_state=self._note,
            backoff=self._no_delay,
            **options,  # type: ignore[arg-type]
        )

    async def until(self, kind: str) -> WorkerState:
        async def wait() -> WorkerState:
            while (state := await self.queue.get()).kind != kind:
                pass
            return state

        return await asyncio.wait_for(wait(), PATIENCE)

    def starts(self) -> int:
        return len((self.folder / "starts").read_text())

    def crash(self) -> None:
        assert self.pid is not None
        psutil.Process(self.pid).kill()

    def _note(self, state: WorkerState) -> None:
        self.states.append(state)
        self.queue.put_nowait(state)

    def _no_delay(self, attempt: int) -> float:
        self.delays.append(attempt)
        return 0


@pytest.fixture
async def supervise(tmp_path: Path) -> AsyncIterator[Supervise]:
    made: list[Watched] = []

    def make(command: tuple[str, ...] = ESPEAK, **options: object) -> Watched:
        made.append(Watched(command, tmp_path / "작업 folder", **options))
        return made[-1]

    yield make
    for one in made:
        await one.stop()


def fake(habit: str) -> tuple[str, ...]:
    return (sys.executable, str(Path(__file__).with_name("fake_worker.py")), habit)


async def failure_of(supervisor: Supervisor) -> EngineStartError:
    with pytest.raises(EngineStartError) as failed:
        await asyncio.wait_for(supervisor.ready(), PATIENCE)
    return failed.value


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def speak(endpoint: Endpoint) -> bytes:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(
            f"{endpoint.url}/v1/audio/speech",
            headers={"Authorization": f"Bearer {endpoint.token}"},
            json={"input": "Hello.", "language": "English", "response_format": "pcm"},
        )
        return answer.raise_for_status().content


async def test_a_started_worker_speaks(supervise: Supervise) -> None:
    supervisor = supervise()
    await supervisor.start()

    assert len(await speak(await supervisor.ready())) > 10_000
    assert supervisor.pid is not None
    assert [state.kind for state in supervisor.states] == ["starting", "ready"]


async def test_starting_twice_starts_one_worker(supervise: Supervise) -> None:
    supervisor = supervise(fake("plain"))
    await supervisor.start()
    await supervisor.start()
    await supervisor.ready()

    assert supervisor.starts() == 1


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


async def test_a_killed_worker_is_replaced_and_speaks_again(supervise: Supervise) -> None:
    supervisor = supervise()
    await supervisor.start()
    first = await supervisor.ready()
    supervisor.crash()
    assert (await supervisor.until("restarting")).attempt == 1
    second = await supervisor.ready()

    assert second.token != first.token
    assert len(await speak(second)) > 10_000
    ended = await supervisor.ended(first)
    assert ended.from_outside
    assert ended.returncode == (1 if sys.platform == "win32" else -signal.SIGKILL)


@posix_only
async def test_a_fault_of_its_own_is_no_end_from_outside(supervise: Supervise) -> None:
    supervisor = supervise()
    await supervisor.start()
    endpoint = await supervisor.ready()
    assert supervisor.pid is not None
    os.kill(supervisor.pid, signal.SIGSEGV)

    assert await supervisor.ended(endpoint) == Exit(-signal.SIGSEGV, from_outside=False)
    state = await supervisor.until("restarting")
    assert "SIGSEGV" in str(state.error)


async def test_a_connection_may_break_without_the_worker_ending(
    supervise: Supervise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "_END_SECONDS", 0.01)
    supervisor = supervise(fake("plain"))
    await supervisor.start()

    still_there = await supervisor.ended(await supervisor.ready())
    assert still_there == Exit(None, from_outside=True)
    assert await supervisor.ended(Endpoint("http://elsewhere", "")) == still_there


async def test_a_start_that_fails_is_final_and_gives_the_workers_reason(
    supervise: Supervise,
) -> None:
    supervisor = supervise(odd("refuses"))
    await supervisor.start()
    error = await failure_of(supervisor)

    assert error.title == "The model is missing."
    assert error.hint == "Download 모델 first."
    assert [state.kind for state in supervisor.states] == ["starting", "failed"]
    assert supervisor.states[-1].error is error
    assert supervisor.pid is None


async def test_a_worker_that_dies_without_a_word_is_quoted(supervise: Supervise) -> None:
    supervisor = supervise(fake("wordless"))
    await supervisor.start()
    error = await failure_of(supervisor)

    assert "exit code 5" in error.title
    assert error.hint.splitlines()[-1] == "the reason why"
    assert supervisor.starts() == 1


async def test_a_command_that_is_not_there_is_named(supervise: Supervise, tmp_path: Path) -> None:
    missing = str(tmp_path / "no such python")
    supervisor = supervise((missing, "-m", "engine.worker"))
    await supervisor.start()

    assert missing in (await failure_of(supervisor)).title


async def test_a_folder_that_cannot_be_made_is_a_clear_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    supervisor = Watched(ESPEAK, tmp_path / "file" / "folder")
    await supervisor.start()

    assert (await failure_of(supervisor)).hint
    await supervisor.stop()


async def test_a_worker_of_another_version_is_refused_with_what_to_do(
    supervise: Supervise,
) -> None:
    supervisor = supervise(fake("old"))
    await supervisor.start()
    error = await failure_of(supervisor)

    assert "0.0.1" in error.title
    assert "same version" in error.hint


async def test_a_worker_that_never_gets_ready_is_given_up(supervise: Supervise) -> None:
    supervisor = supervise(fake("silent"), start_seconds=0.5)
    await supervisor.start()

    assert "not ready" in (await failure_of(supervisor)).title
    assert supervisor.pid is None


async def test_a_crash_loop_ends_as_final(supervise: Supervise) -> None:
    supervisor = supervise(fake("crashing"), max_restarts=3)
    await supervisor.start()
    state = await supervisor.until("failed")

    assert isinstance(state.error, EngineStartError)
    assert "keeps crashing" in state.error.title
    assert supervisor.starts() == 4
    assert supervisor.delays == [1, 2, 3]
    assert await failure_of(supervisor) is state.error


async def test_a_finished_sentence_makes_up_for_crashes(supervise: Supervise) -> None:
    supervisor = supervise(fake("plain"), max_restarts=1)
    await supervisor.start()
    for _number in range(3):
        await supervisor.ready()
        supervisor.sentence_finished()
        supervisor.crash()
        assert (await supervisor.until("restarting")).attempt == 1
    await supervisor.ready()
    supervisor.crash()

    assert "keeps crashing" in str((await supervisor.until("failed")).error)


async def test_who_waits_during_a_restart_gets_the_new_worker(supervise: Supervise) -> None:
    supervisor = supervise(fake("plain"))
    await supervisor.start()
    first = await supervisor.ready()
    supervisor.crash()
    await supervisor.until("restarting")
    waiting = asyncio.gather(*(supervisor.ready() for _number in range(3)))

    assert len(set(await waiting) | {first}) == 2


async def test_a_failed_supervisor_can_be_started_anew(supervise: Supervise) -> None:
    supervisor = supervise(fake("crashing"), max_restarts=0)
    await supervisor.start()
    await supervisor.until("failed")
    await supervisor.start()
    await supervisor.until("failed")

    assert supervisor.starts() == 2


async def test_a_hung_worker_is_replaced_and_takes_the_blame(
    supervise: Supervise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_process, "_GRACE_SECONDS", 0.2)
    supervisor = supervise(fake("deaf"))
    await supervisor.start()
    first = await supervisor.ready()
    await supervisor.restart(first)

    assert not (await supervisor.ended(first)).from_outside
    second = await supervisor.ready()
    assert second != first

    await supervisor.restart(first)
    assert await supervisor.ready() == second


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


def test_restarts_slow_down_and_no_further_than_ten_seconds() -> None:
    assert [backoff_seconds(n) for n in range(1, 9)] == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10]


async def line_of(supervisor: Supervisor, words: str) -> str:
    """The line of the log that has these words, which may still be on its way through the pipe."""

    async def search() -> str:
        while True:
            for line in supervisor.log_tail():
                if words in line:
                    return line
            await asyncio.sleep(0.01)

    return await asyncio.wait_for(search(), PATIENCE)
