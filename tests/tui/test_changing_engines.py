"""Which engine a desk has, and how another takes its place."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from engine.client.base import EngineChanged
from engine.errors import EngineLost, InputError
from engine.project import Project
from engine.script import read_script
from engine.settings import Settings
from engine.settings_file import write_setting
from engine.studio import LAST_ENGINE
from tests.engine.models.making import make_cached
from tests.tui.desk import PATIENCE, TEXTS, Desk, QuietPlayer, TellingEngine
from tests.tui.test_settings_screen import below, go_to, line_of, open_settings
from tui.app import StudioApp
from tui.early import Flags

Engines = dict[str, TellingEngine]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tui.output.output_devices", list)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Settings]]:
    """The engines that were asked for, with the settings of that moment."""
    return []


@pytest.fixture
def engines(
    monkeypatch: pytest.MonkeyPatch, asked: list[tuple[str, Settings]], player: QuietPlayer
) -> Engines:
    """The last engine of each name. A model named ``wrong`` cannot be had."""
    made: Engines = {}

    def make(name: str, settings: Settings) -> TellingEngine:
        asked.append((name, settings))
        if settings.model == "wrong" and name == "qwen":
            raise InputError("Unknown model: wrong", "Known models: 1.7B-Base.")
        made[name] = TellingEngine()
        made[name].name = name
        made[name].info = replace(made[name].info, engine=name)
        return made[name]

    monkeypatch.setattr("tui.session.open_engine", make)
    return made


@asynccontextmanager
async def opened(script: Path, **flags: str) -> AsyncIterator[Desk]:
    app = StudioApp(script, read_script(script), Flags(engine=flags.get("engine")))
    async with app.run_test(size=(80, 24)) as pilot:
        d = Desk(app, pilot, TellingEngine())
        await d.until(lambda: app.desk.session is not None)
        await d.until(lambda: app.desk.header.engine.state in ("ready", "failed"))
        yield d


async def leave_settings(d: Desk) -> None:
    await d.press("escape")
    await d.until(lambda: "─ Settings ─" not in d.screen)


def remembered_engine(script: Path) -> str:
    with Project.open(script, read_script(script)) as project:
        return project.get_setting(LAST_ENGINE)


@pytest.mark.parametrize(
    ("last", "setting", "model", "expected"),
    [
        ("espeak", "qwen", True, "espeak"),
        ("", "espeak", True, "espeak"),
        ("", None, True, "qwen"),
        ("", None, False, "espeak"),
    ],
)
async def test_the_engine_is_the_scripts_last_else_the_settings_else_who_can_speak(
    script: Path,
    engines: Engines,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    last: str,
    setting: str | None,
    model: bool,
    expected: str,
) -> None:
    # As where qwen-tts is installed, which it is not wherever this runs.
    monkeypatch.setattr("engine.studio.importlib.util.find_spec", _installed)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    if model:
        make_cached("1.7B-Base")
    if setting:
        write_setting("engine", setting)
    with Project.open(script, read_script(script)) as project:
        project.set_setting(LAST_ENGINE, last)
    async with opened(script):
        assert list(engines) == [expected]
    assert remembered_engine(script) == expected


_find_spec: Callable[..., object] = importlib.util.find_spec


def _installed(name: str, package: str | None = None) -> object:
    return object() if name == "qwen_tts" else _find_spec(name, package)


@pytest.mark.parametrize("flag", [{"engine": "espeak"}, {}])
async def test_an_engine_that_is_chosen_speaks_this_script_from_then_on(
    script: Path, engines: Engines, flag: dict[str, str]
) -> None:
    write_setting("engine", "espeak")
    async with opened(script, **flag) as d:
        await open_settings(d, "engine")
        await d.press("right")
        await d.until(lambda: "qwen" in line_of(d, "engine"))
        await d.until(lambda: d.session.settings.engine == "qwen")
        assert list(engines) == ["espeak"]
        await leave_settings(d)
        await d.until(lambda: "qwen" in engines)
        await d.until(lambda: d.app.desk.header.engine.state == "ready")
        assert "qwen" in d.lines[0]
        await d.press("R")
        await d.until(lambda: d.project.row(d.project.ids[0]).take)
        take = d.project.row(d.project.ids[0]).take
        assert take is not None
        assert take.draft.engine == "qwen"
        assert engines["espeak"].asked == []
    assert remembered_engine(script) == "qwen"


async def test_what_is_set_of_the_model_is_taken_up_once_when_the_settings_are_left(
    script: Path, engines: Engines, asked: list[tuple[str, Settings]]
) -> None:
    async with opened(script, engine="qwen") as d:
        await open_settings(d, "ref_audio")
        assert "when you leave the settings" not in below(d, "ref_audio")
        await d.press(*"me.wav", "down", *"Hello.", "enter")
        await d.until(lambda: d.session.settings.ref_text == "Hello.")
        await d.until(lambda: "when you leave the settings" in below(d, "ref_audio"))
        await go_to(d, "seed")
        await d.press(*"1234567", "enter")
        await d.until(lambda: d.session.settings.seed == 1234567)
        assert "1234567" in line_of(d, "seed")
        assert len(asked) == 1
        await leave_settings(d)
        await d.until(lambda: len(asked) == 2)
        assert (asked[1][1].ref_audio, asked[1][1].ref_text) == ("me.wav", "Hello.")


async def test_a_seed_holds_at_once_and_takes_no_other_engine(
    script: Path, engines: Engines, asked: list[tuple[str, Settings]]
) -> None:
    seeds: list[list[int]] = []
    for name in ("one.txt", "other.txt"):
        copy = script.with_name(name)
        copy.write_bytes(script.read_bytes())
        async with opened(copy, engine="qwen") as d:
            if not seeds:
                await open_settings(d, "seed")
                await d.press("7", "enter")
                await d.until(lambda d=d: d.session.settings.seed == 7)
                await leave_settings(d)
            await d.press("R")
            await d.until(lambda d=d: not d.session.busy)
            seeds.append([r.seed for r in engines["qwen"].asked if r.spoken.text in TEXTS])
    assert sorted(seeds[0]) == sorted(seeds[1])
    assert len(set(seeds[0])) == 5
    assert len(asked) == 2


async def test_settings_of_the_model_leave_another_engine_alone(
    script: Path, engines: Engines, asked: list[tuple[str, Settings]]
) -> None:
    async with opened(script, engine="espeak") as d:
        await open_settings(d, "top_p")
        await d.press(*"0.8", "enter")
        await d.until(lambda: d.session.settings.top_p == 0.8)
        await leave_settings(d)
        await d.pilot.pause()
        assert len(asked) == 1


async def test_what_waits_is_spoken_before_the_engine_is_changed(
    script: Path, engines: Engines
) -> None:
    gate = asyncio.Event()
    async with opened(script, engine="qwen") as d:
        first = engines["qwen"]
        first.plan(TEXTS[0], gate)
        await d.press("R")
        await d.until(lambda: first.in_flight == [TEXTS[0]])
        await open_settings(d, "temperature")
        await d.press(*"0.5", "enter")
        await d.until(lambda: d.session.settings.temperature == 0.5)
        await leave_settings(d)
        await d.sees("The engine is changed when all that waits is spoken.")
        gate.set()
        await d.until(lambda: engines["qwen"] is not first)
        await d.until(lambda: d.app.desk.header.engine.state == "ready")
        assert {request.spoken.text for request in first.asked} >= {*TEXTS} - {TEXTS[3]}
        assert engines["qwen"].asked == []


@pytest.mark.parametrize("when", ["before", "after"])
async def test_what_waits_for_a_server_that_is_gone_is_spoken_by_the_engine_that_is_set(
    script: Path, engines: Engines, when: str
) -> None:
    gone = EngineChanged("lost", None, EngineLost("Gone.", from_outside=True), 5.0)
    write_setting("engine", "espeak")
    async with opened(script) as d:
        server = engines["espeak"]
        server.plan(TEXTS[0], asyncio.Event())
        await d.press("R")
        await d.until(lambda: server.in_flight == [TEXTS[0]])
        assert server.on_state is not None
        if when == "before":
            server.on_state(gone)
        await open_settings(d, "engine")
        await d.press("right")
        await d.until(lambda: d.session.settings.engine == "qwen")
        await leave_settings(d)
        if when == "after":
            await d.sees("The engine is changed when all that waits is spoken.")
            server.on_state(gone)
        await d.until(lambda: "qwen" in engines)
        wanted = {*TEXTS} - {TEXTS[3]}
        await d.until(lambda: {one.spoken.text for one in engines["qwen"].asked} >= wanted)


async def test_an_engine_that_cannot_be_had_is_told_whole_and_another_is_chosen(
    script: Path, engines: Engines
) -> None:
    write_setting("model", "wrong")
    async with opened(script, engine="qwen") as d:
        await d.sees("Unknown model: wrong")
        assert "Known models: 1.7B-Base." in d.screen
        await d.press("escape", "r")
        await d.sees("choose one with Ctrl+T")
        await d.press("e", *"Hi", "enter")
        assert "Hi" in d.text(0)
        await d.press("f12")
        await d.sees("cannot be had")
        await d.sees("Last fault")
        await d.press("escape")
        await open_settings(d, "model")
        await d.press("ctrl+u", *"right", "enter")
        await d.until(lambda: d.session.settings.model == "right")
        await leave_settings(d)
        await d.until(lambda: d.app.desk.header.engine.state == "ready")
        await d.press("r")
        await d.until(lambda: d.project.row(d.project.ids[0]).take)


async def test_what_is_loaded_is_named_while_it_loads_and_why_it_runs_so_afterwards(
    script: Path, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = asyncio.Event()

    class Loading(TellingEngine):
        name, loads = "qwen", str(script.with_name("1.7B-Mine"))

        async def ready(self):
            from engine.client.base import EngineChanged

            if not loaded.is_set() and self.on_state:
                self.on_state(EngineChanged("starting"))
            await asyncio.wait_for(loaded.wait(), PATIENCE)
            return await super().ready()

    engine = Loading()
    reason = "The card [GTX] is old; " + "and 1.7B-Mine is what fits best into its memory; " * 2
    engine.info = replace(
        engine.info, device="cuda:0", dtype="float16", max_batch=4, reason=f"{reason}all in all."
    )
    monkeypatch.setattr("tui.session.open_engine", lambda _name, _settings: engine)
    app = StudioApp(script, read_script(script), Flags(engine="qwen"))
    async with app.run_test(size=(80, 24)) as pilot:
        d = Desk(app, pilot, engine)
        await d.sees("loading 1.7B-Mine …")
        loaded.set()
        await d.sees("ready")
        assert "loading" not in d.screen
        assert "The card [GTX] is old;" in str(app.desk.header.tooltip)
        await d.press("f12")
        await d.sees("cuda:0 · float16 · 4 sentences at once")
        await d.sees("The card [GTX] is old;")
        await d.sees("all in all.")
