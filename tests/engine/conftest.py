from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.engine.supervising import Supervise, Watched
from tests.engine.worker.running import ESPEAK


@pytest.fixture
async def supervise(tmp_path: Path) -> AsyncIterator[Supervise]:
    made: list[Watched] = []

    def make(command: tuple[str, ...] = ESPEAK, **options: object) -> Watched:
        made.append(Watched(command, tmp_path / "작업 folder", **options))
        return made[-1]

    yield make
    for one in made:
        await one.stop()
