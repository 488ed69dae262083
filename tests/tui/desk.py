"""A desk for tests: the real app and the real project, with an engine that does as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
from textual.notifications import Notification
from textual.pilot import Pilot

from engine.client.base import EngineChanged
from engine.domain import SAMPLE_RATE, EngineInfo, Status
from engine.errors import AudioError
from engine.project import Project
from engine.script import read_script
from tests.engine.scripted_engine import ScriptedEngine
from tui.app import StudioApp
from tui.early import Flags
from tui.session import Session
from tui.tape import Sound

PATIENCE = 20.0
"""Seconds until a test gives up waiting for what should happen at once."""

SCRIPT = """\
# 1장. 시작

안녕하세요. 오늘은 목소리 이야기를 합니다. 준비되셨나요?
(웃음)

# 2장. 라디오

그 가게의 주인은 라디오를 잘 고쳤습니다. "정말요?"라고 소년이 물었다.
"""
TEXTS = (
    "안녕하세요.",
    "오늘은 목소리 이야기를 합니다.",
    "준비되셨나요?",
    "(웃음)",
    "그 가게의 주인은 라디오를 잘 고쳤습니다.",
    '"정말요?"라고 소년이 물었다.',
)


class TellingEngine(ScriptedEngine):
    """Tells its state too, as a real one does."""

    async def ready(self) -> EngineInfo:
        try:
            info = await super().ready()
        except Exception as error:
            if self.on_state and self.start_error is error:
                self.on_state(EngineChanged("failed", None, self.start_error))
            raise
        if self.on_state:
            self.on_state(EngineChanged("ready", info))
        return info


class QuietPlayer:
    """Plays to nobody: most machines that run tests have no sound device.

    Attributes:
        sounds: all that it was given to play, in order.
        starts: the place at which each of them began.
        sound: what plays now.
        following: what was given to play after it.
    """

    def __init__(self) -> None:
        self.sounds: list[Sound] = []
        self.starts: list[float] = []
        self.sound: Sound | None = None
        self.following: Sound | None = None
        self.error: AudioError | None = None
        self.paused = self.loop = False
        self.volume = self.speed = 1.0
        self.device: str | None = None
        self.missing_device: str | None = None
        self._position: float | None = None

    @property
    def played(self) -> list[npt.NDArray[np.float32]]:
        """The samples of all sounds, as far as they have come."""
        return [sound.samples for sound in self.sounds]

    @property
    def position(self) -> float | None:
        """It sounds until this is set to None, which is the end of what plays."""
        return self._position

    @position.setter
    def position(self, position: float | None) -> None:
        following, self.following = self.following, None
        if position is not None:
            self._position, self.following = position, following
        elif following is not None:
            self._begin(following, 0.0)
        else:
            self._position = self.sound = None

    def play(self, sound: Sound, *, start: float = 0.0) -> Future[None]:
        assert sound.rate == SAMPLE_RATE
        self.paused = False
        future: Future[None] = Future()
        if self.error:
            future.set_exception(self.error)
        else:
            self._begin(sound, start)
            future.set_result(None)
        return future

    def play_in_place(self, sound: Sound, *, shift: float = 0.0) -> Future[None]:
        self._begin(sound, (self._position or 0.0) - shift)
        return _done()

    def play_next(self, sound: Sound) -> Future[None]:
        self.following = sound
        return _done()

    def extend(self, sound: Sound, samples: npt.NDArray[np.float32], *, last: bool = False) -> None:
        sound.add(samples, last=last)

    def seek(self, by: float) -> None:
        if self._position is not None:
            self._position = max(0.0, self._position + by)

    def stop(self) -> int:
        self._position = self.sound = self.following = None
        self.paused = False
        return 0

    def close(self) -> None:
        self.stop()

    def _begin(self, sound: Sound, start: float) -> None:
        self.sounds.append(sound)
        self.starts.append(start)
        self.sound, self._position = sound, start


def _done() -> Future[None]:
    future: Future[None] = Future()
    future.set_result(None)
    return future


class Desk:
    """What a person in front of the desk can do and see."""

    def __init__(self, app: StudioApp, pilot: Pilot[int], engine: ScriptedEngine) -> None:
        self.app = app
        self.pilot = pilot
        self.engine = engine

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until it holds."""

        async def wait() -> None:
            while not condition():
                await self.pilot.pause(0.01)

        await asyncio.wait_for(wait(), PATIENCE)

    async def sees(self, text: str) -> None:
        """Wait until the text is on the screen."""
        try:
            await self.until(lambda: text in self.screen)
        except asyncio.TimeoutError:
            raise AssertionError(f"{text!r} is not on the screen:\n{self.screen}") from None

    async def speak_all(self) -> None:
        """Have every row spoken, and wait for it."""
        await self.press("R")
        await self.until(lambda: not self.session.busy)
        await self.pilot.pause()

    @property
    def lines(self) -> list[str]:
        """The screen, line by line."""
        compositor = self.app.screen._compositor  # pyright: ignore[reportPrivateUsage]
        strips = compositor.render_strips()
        return ["".join(segment.text for segment in strip) for strip in strips]

    @property
    def told(self) -> list[Notification]:
        """What the user was told in passing."""
        return list(self.app._notifications)  # pyright: ignore[reportPrivateUsage]

    async def is_told(self, text: str) -> None:
        """Wait until the user was told this in passing."""
        await self.until(lambda: any(text in f"{n.title} {n.message}" for n in self.told))

    @property
    def screen(self) -> str:
        return "\n".join(self.lines)

    @property
    def key_line(self) -> str:
        return self.lines[-1]

    def line_with(self, text: str) -> str:
        """The first line of the table that has this text."""
        table = self.app.desk.table.region
        return next(line for line in self.lines[table.y : table.bottom] if text in line)

    def line_of_form(self, label: str) -> str:
        """The line of a form that begins with this label."""
        return next(line for line in self.lines if line.strip(" │").startswith(label))

    @property
    def current_line(self) -> str:
        return next(line for line in self.lines if line.startswith("▌"))

    @property
    def session(self) -> Session:
        assert self.app.desk.session is not None
        return self.app.desk.session

    @property
    def project(self) -> Project:
        return self.session.project

    def status(self, index: int) -> Status:
        return self.project.row(self.project.ids[index]).status

    def text(self, index: int) -> str:
        return self.project.row(self.project.ids[index]).sentence.text


@asynccontextmanager
async def open_desk(
    path: Path,
    *,
    engine: ScriptedEngine,
    size: tuple[int, int] = (80, 24),
    theme: str | None = None,
    out: Path | None = None,
    wait: bool = True,
) -> AsyncIterator[Desk]:
    """Run the app on a script. ``wait``: until its engine is ready, or has failed."""
    app = StudioApp(path, read_script(path), Flags(engine=engine.name, out=out), theme=theme)
    async with app.run_test(size=size) as pilot:
        desk = Desk(app, pilot, engine)
        if wait:
            await desk.until(lambda: app.desk.session is not None)
            await desk.until(lambda: app.desk.header.engine.state != "opening")
            await pilot.pause()
        yield desk
