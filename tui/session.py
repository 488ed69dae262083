"""An open project with its engine, its director and its player. Nothing here is imported before
the first paint: it brings numpy, SQLite and httpx along."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.addresses import is_address
from engine.client.base import Engine
from engine.director import Director
from engine.domain import EngineInfo, Script, Status
from engine.errors import StudioError
from engine.events import DirectorEvent
from engine.model_settings import OF_THE_WORKER
from engine.project import Project
from engine.settings import Settings
from engine.studio import LAST_ENGINE, closing_of, open_engine, open_project, usual_engine
from tui.early import Flags
from tui.engine_history import EngineHistory
from tui.fields import Surroundings
from tui.playback import Playback
from tui.player import Player
from tui.rows import ProjectRows
from tui.tally import Standing, Tally


class Session:
    """What the desk works with once the project is open.

    Attributes:
        engine_name: as the user chose it, or who speaks where nobody has chosen.
        engine: None where there is none of the name asked for; ``engine_error`` says why.
        engine_info: what the engine has told of itself, once it has.
        director: None without an engine, and in a project that may only be read.
    """

    def __init__(self, project: Project, settings: Settings, player: Player) -> None:
        self.project = project
        self.settings = settings
        self.player = player
        self.playback = Playback(project, player)
        self.rows = ProjectRows(project, None)
        self.tally = Tally(self._standing)
        self.engine_name = settings.engine or ""
        self.engine: Engine | None = None
        self.engine_info: EngineInfo | None = None
        self.engine_error: StudioError | None = None
        self.director: Director | None = None
        self.history = EngineHistory()
        self._asked: Settings | None = None

    def listen_as_set(self) -> None:
        """Play on the device, as loud and as fast as the settings say."""
        self.player.device = self.settings.output_device or None
        self.player.volume = self.settings.volume / 100
        self.player.speed = self.settings.playback_speed

    def take_up(self, name: str, value: Any) -> None:
        """Let another value of a setting hold from now on."""
        self.settings = self.settings.model_copy(update={name: value})
        if self.director is not None:
            self.director.close_with(closing_of(self.settings))
            self.director.seed = self.settings.seed
        self.listen_as_set()

    @property
    def surroundings(self) -> Surroundings:
        """What the fields of a row fall back to."""
        settings = self.settings
        return Surroundings(
            self.project.language, settings.pause, settings.paragraph_pause, self.engine_info
        )

    def find_engine(self) -> None:
        """Make the engine that the settings name, without starting it. Blocks for as long as the
        disk does."""
        self._asked = settings = self.settings
        self.engine_error = None
        self.engine_name = settings.engine or usual_engine()
        try:
            self.engine = open_engine(self.engine_name, settings)
        except StudioError as error:
            self.engine_error = error

    def another_engine(self, name: str) -> Engine:
        """The engine of a name, not started; blocks for as long as the disk does.

        Raises:
            StudioError: it cannot be had.
        """
        return open_engine(name, self.settings)

    def take_engine(self, name: str, engine: Engine) -> None:
        """Let this engine speak from now on, in place of the one that was let go."""
        self._asked = self.settings = self.settings.model_copy(update={"engine": name})
        self.engine_name, self.engine, self.engine_error = name, engine, None

    async def let_engine_go(self) -> None:
        """End it; nobody speaks until another is found."""
        engine, self.engine = self.engine, None
        self.director = self.rows.director = self.engine_info = None
        if engine:
            engine.on_state = None  # what becomes of it is nobody's concern any more
            with contextlib.suppress(Exception):
                await engine.aclose()

    @property
    def engine_outdated(self) -> bool:
        """There is none, or the settings ask for another since it was found."""
        asked, now = self._asked, self.settings
        if self.project.read_only or asked is None:
            return False
        if self.engine is None or asked.engine != now.engine:
            return True
        wishes = self.engine_name == "qwen" or is_address(self.engine_name)
        named = OF_THE_WORKER if wishes else ()
        return any(getattr(asked, name) != getattr(now, name) for name in named)

    def _standing(self, sentence_id: int) -> Standing:
        row = self.project.row(sentence_id)
        if row.number is None:
            return Standing(None)  # not spoken, or gone from the script
        kept = row.take is not None and row.status is not Status.REJECTED
        return Standing(row.status, row.take.seconds if row.take and kept else 0.0)

    @property
    def busy(self) -> int:
        """How many sentences are queued or being spoken."""
        return len(self.active_ids())

    @property
    def unfinished(self) -> int:
        """How many sentences leaving would cut short."""
        return len(self.director.unfinished) if self.director else 0

    def active_ids(self) -> list[int]:
        """The sentences that are queued or being spoken."""
        director = self.director
        if director is None or not director.busy:
            return []
        return [id_ for id_ in self.project.ids if director.activity(id_) is not None]

    def hire(self, listener: Callable[[DirectorEvent], None]) -> Director | None:
        """Put a director to work, where there is an engine and the project may be changed."""
        if self.engine is None or self.project.read_only:
            return None
        self.director = Director(
            self.project,
            self.engine,
            listener=listener,
            closing=closing_of(self.settings),
            seed=self.settings.seed,
        )
        self.rows.director = self.director
        self.project.set_setting(LAST_ENGINE, self.engine.name)
        return self.director

    async def close(self) -> None:
        """Let go of everything; what has been done is on disk when this returns.

        Raises:
            ProjectError: some of it could not be written.
        """
        self.playback.stop()
        await self.let_engine_go()
        await asyncio.to_thread(self.player.close)
        await asyncio.to_thread(self.project.close)


def open_session(path: Path, script: Script, flags: Flags) -> Session:
    """Open the project of a script and find the engine. Blocks for as long as the disk does.

    Raises:
        ProjectError: it cannot be opened.
        InputError: a setting cannot be used.
    """
    project, settings = open_project(path, script, flags.settings())
    try:
        session = Session(project, settings, Player())
        session.listen_as_set()
        session.tally.update(project.ids)
        session.find_engine()
    except BaseException:
        project.close()
        raise
    return session


def warm_up() -> None:
    """Import what the first play needs, so that no key waits for it."""
    with contextlib.suppress(ImportError, OSError):
        for module in ("soundfile", "soxr", "python_stretch", "sounddevice"):
            importlib.import_module(module)
