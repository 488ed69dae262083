"""One replica of a cluster, in this process and with a fake of its worker."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

import pytest

from engine.backends.base import BackendInfo
from engine.closing import Closing
from engine.errors import EngineBusy, EngineError, EngineLost, EngineStartError, SpeechFailed
from engine.server.cluster_front import ClusterUpstream
from engine.server.cluster_speaker import Plan, Speaker
from tests.engine.server.test_dispatcher import END, PIECE, REQUEST, Upstream

PLAN = Plan("fake", "", Closing(), silence=0.0, interface="en", requests=1, most_replicas=1)


class Starting(Upstream):
    """Each time that it is asked how it is, it has an error less."""

    def __init__(self, errors: list[EngineError]) -> None:
        super().__init__()
        self.errors = errors

    async def info(self) -> BackendInfo:
        if self.errors:
            raise self.errors.pop()
        return await super().info()


class Handle:
    """A fake of Ray Serve's to one replica."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self.speak = self

    def options(self, **_asked: Any) -> Handle:
        return self

    def remote(self, request: Any) -> Any:
        answer: Any = self._speaker.speak(request)
        return Answer(answer)


class Answer:
    def __init__(self, events: Any) -> None:
        self._events = events

    def __aiter__(self) -> Any:
        return self._events

    def cancel(self) -> None: ...


async def replica(monkeypatch: pytest.MonkeyPatch, *errors: EngineError) -> Speaker:
    upstream = Starting(list(errors))
    monkeypatch.setattr(
        "engine.server.cluster_speaker.WorkerUpstream", lambda *_told, **_named: upstream
    )
    speaker = Speaker.__new__(Speaker)
    await speaker.__init__(PLAN)  # as Ray does
    return speaker


async def test_a_worker_that_goes_away_while_it_is_asked_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    speaker = await replica(monkeypatch, EngineLost("gone", from_outside=True), SpeechFailed("odd"))
    assert isinstance(await speaker.info(), BackendInfo)
    assert [event async for event in speaker.speak(REQUEST)] == [PIECE, END]


async def test_a_replica_that_cannot_start_costs_no_request_while_it_is_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("ray.serve", reason="Ray is not installed")
    reason = EngineStartError("no memory")
    speaker = await replica(monkeypatch, reason)
    assert await speaker.info() is reason
    upstream = ClusterUpstream(PLAN, Handle(speaker))
    with pytest.raises(EngineBusy, match="no memory"):
        async with aclosing(upstream.speak(REQUEST)) as events:
            await anext(events)
