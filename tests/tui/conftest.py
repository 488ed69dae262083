from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
from textual.app import App

from tests.conftest import PRESSED
from tests.tui.desk import SCRIPT, Desk, QuietPlayer, TellingEngine, open_desk
from tui.screens.desk import DeskScreen

OpenDesk = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture(autouse=True)
def note_keys(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Note the keys that find an action while no panel is over the desk."""
    noted = request.config.stash[PRESSED]
    check = App[object]._check_bindings  # pyright: ignore[reportPrivateUsage]

    async def check_and_note(app: App[object], key: str, priority: bool = False) -> bool:
        on_desk = isinstance(app.screen, DeskScreen)
        handled = await check(app, key, priority)
        if on_desk and handled:
            noted.add(key)
        return handled

    monkeypatch.setattr(App, "_check_bindings", check_and_note)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "나레이션.txt"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> TellingEngine:
    """The engine of every desk that the test opens."""
    engine = TellingEngine()
    monkeypatch.setattr("tui.session.open_engine", lambda _name, _settings: engine)
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
