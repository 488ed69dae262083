from __future__ import annotations

import pytest

from engine.bench.progress import BenchProgress


def stages(progress: BenchProgress) -> None:
    for size in (1, 2):
        progress(size, None)
        for frames in (0, 7, 12, 0, 7):
            progress(size, frames)


def test_where_nothing_moves_each_stage_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with BenchProgress() as progress:
        stages(progress)

    assert capsys.readouterr().err.splitlines() == [
        "Batch size 1: starting the engine and loading its model",
        "Batch size 1: speaking",
        "Batch size 2: starting the engine and loading its model",
        "Batch size 2: speaking",
    ]


def test_a_terminal_is_shown_how_far_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    with BenchProgress() as progress:
        progress(4, None)
        progress(4, 12)

    assert "Batch size 4: speaking, 12 frames" in capsys.readouterr().err
