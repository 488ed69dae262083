from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from engine.domain import SAMPLE_RATE
from engine.errors import AudioError
from tests.sound import heard, likeness, needs_sound, null_sink
from tui import player as player_module
from tui.player import Player

DEADLINE = 20.0
"""Seconds until a test gives up on the player."""


def wait_until(condition) -> None:
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, "gave up waiting"
        time.sleep(0.01)


def chirp(seconds: float) -> np.ndarray:
    """A rising tone, so that every place in it sounds different from every other."""
    time_ = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (0.5 * np.sin(2 * np.pi * (300 + 400 * time_ / seconds) * time_)).astype(np.float32)


@pytest.fixture
def no_portaudio(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        def find_spec(self, name: str, *_rest: object) -> None:
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])


@pytest.mark.usefixtures("no_portaudio")
@pytest.mark.parametrize(
    ("platform", "advice"), [("linux", "libportaudio2"), ("win32", "pip install")]
)
def test_without_portaudio_the_error_says_what_to_install(
    platform: str, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player_module.sys, "platform", platform)
    player = Player()
    with pytest.raises(AudioError) as caught:
        player.play(chirp(0.1), SAMPLE_RATE).result(DEADLINE)
    assert advice in caught.value.hint
    assert player.position is None
    player.close()


def filled(player: Player, frames: int) -> np.ndarray:
    """What PortAudio would get for its next buffer."""
    out = np.full((frames, 1), 9.0, np.float32)
    player._fill(out, frames, None, None)  # pyright: ignore[reportPrivateUsage]
    return out[:, 0]


def start(player: Player, samples: np.ndarray) -> None:
    player._wanted = player_module._Clip(samples)  # pyright: ignore[reportPrivateUsage]


@pytest.fixture
def silent() -> Player:
    """A player whose stream is played by the test."""
    player = Player()
    player._ramp = np.linspace(1, 0, 50, dtype=np.float32)  # pyright: ignore[reportPrivateUsage]
    return player


def test_buffers_hold_the_sound_without_gaps_and_then_silence(silent: Player) -> None:
    sound = chirp(0.01)
    start(silent, sound)
    buffers = np.concatenate([filled(silent, 64) for _ in range(6)])
    np.testing.assert_array_equal(buffers[: len(sound)], sound)
    assert not buffers[len(sound) :].any()


def test_a_sound_that_is_stopped_dies_away_within_the_next_buffer(silent: Player) -> None:
    start(silent, np.ones(1000, np.float32))
    filled(silent, 100)
    silent.stop()
    last = filled(silent, 100)
    assert last[0] == pytest.approx(1.0)
    assert np.abs(np.diff(last)).max() < 0.05
    assert not last[50:].any()
    assert not filled(silent, 100).any()


def test_another_sound_follows_the_fade_of_the_one_before(silent: Player) -> None:
    start(silent, np.ones(1000, np.float32))
    filled(silent, 100)
    sound = chirp(0.01)
    start(silent, sound)
    buffer = filled(silent, 100)
    np.testing.assert_array_equal(buffer[50:], sound[:50])
    np.testing.assert_array_equal(filled(silent, 100), sound[50:150])


def test_stopping_at_once_keeps_a_sound_from_beginning(
    silent: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Player, "_open", lambda self, rate: setattr(self, "_rate", rate))
    playing = silent.play(chirp(0.1), SAMPLE_RATE)
    silent.stop()
    playing.result(DEADLINE)
    silent.play(chirp(0.1), SAMPLE_RATE).result(DEADLINE)
    assert filled(silent, 100).any()
    silent.close()


PLAY_TWO = """
import sys, time
import numpy as np
from tui.player import Player
from tests.tui.test_player import chirp, wait_until

player = Player()
one, two = chirp(0.6), chirp(0.4)[::-1].copy()
positions = []
for sound in (one, two):
    player.play(sound, 24000).result(20)
    wait_until(lambda: player.position is not None)
    while (position := player.position) is not None:
        positions.append(position)
        time.sleep(0.01)
time.sleep(0.3)
player.close()
falls = sum(after < before for before, after in zip(positions, positions[1:]))
print(falls, f"{max(positions):.2f}")
"""


@needs_sound
def test_what_a_sound_device_gets_is_what_was_played(tmp_path: Path) -> None:
    with null_sink(tmp_path) as sink, sink.recording() as recording:
        played = subprocess.run(
            [sys.executable, "-c", PLAY_TWO],
            env={**os.environ, **sink.env},
            capture_output=True,
            text=True,
            check=True,
        )
    falls, furthest = played.stdout.split()
    assert falls == "1"
    assert 0.4 < float(furthest) <= 0.6
    for sound in (chirp(0.6), chirp(0.4)[::-1]):
        assert likeness(heard(recording), sound) == pytest.approx(1.0, abs=0.03)
