from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest

from tests.tui.desk import SCRIPT, Desk, QuietPlayer, TellingEngine, open_desk

OpenDesk = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "나레이션.txt"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> TellingEngine:
    """The engine of every desk that the test opens."""
    engine = TellingEngine()
    monkeypatch.setattr("tui.session.open_engine", lambda _name: engine)
    return engine


@pytest.fixture
def player(monkeypatch: pytest.MonkeyPatch) -> QuietPlayer:
    """The player of every desk that the test opens."""
    player = QuietPlayer()
    monkeypatch.setattr("tui.session.Player", lambda: player)
    return player


@pytest.fixture
def desk(script: Path, engine: TellingEngine, player: QuietPlayer) -> OpenDesk:
    """Opens the desk on the script: ``async with desk() as d``."""
    return partial(open_desk, script, engine=engine)
