"""The progress of a render in a terminal."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from engine.director import Director
from engine.domain import SpeechProgress
from engine.events import DirectorEvent, SentenceProgress
from engine.progress import RenderProgress
from engine.project import Project
from engine.render import render
from engine.script import split_text
from tests.engine.scripted_engine import ScriptedEngine


async def test_the_bar_counts_the_seconds_that_are_being_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    script = tmp_path / "script.txt"
    script.write_text("One is here.", encoding="utf-8")
    engine, gate, told = ScriptedEngine(), asyncio.Event(), asyncio.Event()
    engine.plan("One is here.", SpeechProgress(40), gate)
    with Project.open(script, split_text("One is here.", language="en")) as project:
        with RenderProgress(project) as progress:

            def hear(director: Director, event: DirectorEvent) -> None:
                progress.hear(director, event)
                if isinstance(event, SentenceProgress):
                    told.set()

            rendering = asyncio.create_task(render(project, engine, listener=hear))
            await asyncio.wait_for(told.wait(), 30)
        gate.set()
        await rendering
    assert "speaking 3.2 s" in capsys.readouterr().err
