"""From a script to files, through the real program, worker and package."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import soundfile

from engine.client.base import EngineChanged
from engine.client.local import LocalEngine
from engine.domain import SAMPLE_RATE, Status
from engine.events import DirectorEvent, SentenceFailed, TakeMade
from engine.qwen_options import QwenOptions
from tests.engine.test_local_engine import directing, project_of

Models = Callable[..., Path]

FAULTY = Path(__file__).with_name("faulty_worker.py")
SPOKEN = (Status.READY, Status.FLAGGED)
# Noise of a random length is now and then too short for its text.


def options_for(model: Path, **options: object) -> str:
    return QwenOptions(model=str(model), device="cpu", **options).model_dump_json()  # pyright: ignore[reportArgumentType]


def test_a_script_becomes_numbered_files(tiny_models: Models, tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("Good morning, everyone.\n\n안녕하세요 여러분.\n", encoding="utf-8")
    command = [sys.executable, "-m", "tui", "render", str(script), "--engine", "qwen"]
    model = ["--model", str(tiny_models("custom_voice")), "--speaker", "Sohee", "--device", "cpu"]
    ended = subprocess.run([*command, *model, "--json"], capture_output=True, check=False)

    assert ended.returncode == 0, ended.stderr.decode()
    sentences = json.loads(ended.stdout)["sentences"]
    assert [one["status"] in ("ready", "flagged") for one in sentences] == [True, True]
    for one in sentences:
        samples, rate = soundfile.read(one["file"])
        assert rate == SAMPLE_RATE
        assert abs(samples).max() > 0.05


def test_an_engine_that_cannot_start_tells_why_in_words(
    tiny_models: Models, tmp_path: Path
) -> None:
    script = tmp_path / "script.txt"
    script.write_text("Good morning.", encoding="utf-8")
    command = [sys.executable, "-m", "tui", "render", str(script), "--engine", "qwen"]
    ended = subprocess.run(
        [*command, "--model", str(tiny_models("custom_voice")), "--speaker", "Nobody"],
        capture_output=True,
        check=False,
    )

    said = ended.stderr.decode()
    assert ended.returncode != 0
    assert "Unknown speaker: Nobody" in said
    assert "Sohee, Uncle_Fu, Vivian" in said
    assert "Traceback" not in said


async def test_no_fault_of_the_device_costs_a_sentence(tiny_models: Models, tmp_path: Path) -> None:
    options = options_for(tiny_models("custom_voice"), batch_size=2, max_new_tokens=120)
    engine = LocalEngine("qwen", options=options, command=[sys.executable, str(FAULTY)])
    texts = ["The first.", "POISON it.", "A MEMORY of it.", "The fourth.", "NAN it.", "The last."]
    events: list[DirectorEvent] = []

    with project_of(tmp_path, texts) as project:
        async with directing(project, engine, events.append) as director:
            director.speak(project.ids)
            await asyncio.wait_for(director.drained(), 300)
        rows = [project.row(sentence_id) for sentence_id in project.ids]

    assert [row.status in SPOKEN for row in rows] == [True] * 6
    assert not [event for event in events if isinstance(event, SentenceFailed)]
    states = [event.state for event in events if isinstance(event, EngineChanged)]
    assert states.count("restarting") == 1


async def test_a_worker_that_is_killed_while_it_speaks_costs_no_sentence(
    tiny_models: Models, tmp_path: Path
) -> None:
    options = options_for(tiny_models("custom_voice"), max_new_tokens=120)
    engine = LocalEngine("qwen", options=options)
    made: list[int] = []

    def hear(event: DirectorEvent) -> None:
        if isinstance(event, TakeMade):
            made.append(event.sentence_id)
            if len(made) == 2:
                assert engine.pid is not None
                psutil.Process(engine.pid).kill()

    with project_of(tmp_path, [f"Sentence number {n}." for n in range(5)]) as project:
        async with directing(project, engine, hear) as director:
            director.speak(project.ids)
            await asyncio.wait_for(director.drained(), 300)
        statuses = [project.row(sentence_id).status for sentence_id in project.ids]
        assert sorted(made) == list(project.ids)

    assert [status in SPOKEN for status in statuses] == [True] * 5
