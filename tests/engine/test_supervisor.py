from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from engine import supervisor as supervision
from engine import worker_process
from engine.domain import Endpoint
from engine.errors import EngineStartError
from engine.supervisor import Exit, backoff_seconds
from tests.engine.supervising import Supervise, Watched, failure_of, fake, speak
from tests.engine.worker.running import ESPEAK, PATIENCE, odd

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


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


async def test_a_worker_that_dies_while_it_is_restarted_is_started_once_more(
    supervise: Supervise,
) -> None:
    supervisor = supervise(fake("stumbling"))
    await supervisor.start()
    first = await supervisor.ready()
    supervisor.crash()
    await supervisor.until("restarting")
    # A take that was on its way to the disk when the worker died.
    supervisor.sentence_finished()

    assert await asyncio.wait_for(supervisor.ready(), PATIENCE) != first
    assert supervisor.starts() == 3


async def test_the_end_of_a_worker_is_seen_while_a_child_of_it_holds_its_pipes(
    supervise: Supervise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_process, "_GRACE_SECONDS", 0.2)
    supervisor = supervise(fake("parent"))
    await supervisor.start()
    first = await supervisor.ready()
    child = psutil.Process(int((supervisor.folder / "child").read_text()))
    try:
        supervisor.crash()
        ended = await asyncio.wait_for(supervisor.ended(first), PATIENCE)
        assert ended.returncode is not None
        assert ended.from_outside
        await supervisor.until("restarting")
        assert await asyncio.wait_for(supervisor.ready(), PATIENCE) != first
        assert child.is_running()
    finally:
        child.kill()
        psutil.Process(int((supervisor.folder / "child").read_text())).kill()


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


def test_restarts_slow_down_and_no_further_than_ten_seconds() -> None:
    assert [backoff_seconds(n) for n in range(1, 9)] == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10]
