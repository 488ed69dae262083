from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from engine import portaudio
from engine.domain import SAMPLE_RATE
from engine.errors import AudioError
from tests.sound import heard, likeness, needs_sound, null_sink
from tui.player import Player
from tui.tape import Sound

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


def tone(seconds: float, hertz: float = 440.0) -> np.ndarray:
    time_ = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (0.5 * np.sin(2 * np.pi * hertz * time_)).astype(np.float32)


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
    monkeypatch.setattr(portaudio.sys, "platform", platform)
    player = Player()
    with pytest.raises(AudioError) as caught:
        player.play(Sound(chirp(0.1), SAMPLE_RATE)).result(DEADLINE)
    assert advice in caught.value.hint
    assert player.position is None
    player.close()


def test_stopping_at_once_keeps_a_sound_from_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Player, "_be_open", lambda self, rate: setattr(self, "_rate", rate))
    player = Player()
    playing = player.play(Sound(chirp(0.1), SAMPLE_RATE))
    player.stop()
    playing.result(DEADLINE)
    assert player.sound is None
    wanted = Sound(chirp(0.1), SAMPLE_RATE)
    player.play(wanted).result(DEADLINE)
    assert player.sound is wanted
    player.close()


PRELUDE = """
import sys, time
import numpy as np
from tui.player import Player
from tui.tape import Sound
from tests.tui.test_player import chirp, tone, wait_until

player = Player()

def begin(samples, **how):
    sound = Sound(samples, 24000, **how)
    player.play(sound).result(20)
    wait_until(lambda: player.position is not None)
    return sound

def reach(seconds):
    wait_until(lambda: (player.position or 0) >= seconds)

def finish():
    wait_until(lambda: player.position is None)
    time.sleep(0.3)
    player.close()
"""


def run(script: str, env: dict[str, str]) -> str:
    """Run it in a process of its own, because PortAudio finds its devices once; what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + script],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def hear(tmp_path: Path):
    """Runs a script; what a sound device got of it, and what it printed."""

    def listen(script: str) -> tuple[np.ndarray, str]:
        with null_sink(tmp_path) as sink:
            with sink.recording() as recording:
                printed = run(script, sink.env)
            return heard(recording), printed

    return listen


def sounding(recorded: np.ndarray) -> np.ndarray:
    """From the first to the last sound of a recording."""
    loud = np.nonzero(np.abs(recorded) > 0.02)[0]
    return recorded[loud[0] : loud[-1] + 1] if len(loud) else recorded[:0]


def longest_silence(recorded: np.ndarray) -> float:
    """Seconds of the longest silence between two sounds."""
    loud = np.nonzero(np.abs(sounding(recorded)) > 0.02)[0]
    return float(np.diff(loud).max() / SAMPLE_RATE)


def pitch(recorded: np.ndarray) -> float:
    """The strongest frequency, in Hz."""
    spectrum = np.abs(np.fft.rfft(recorded * np.hanning(len(recorded))))
    return float(spectrum.argmax() * SAMPLE_RATE / len(recorded))


CLICK = 0.25
"""A step that would be heard; the steps of the chirp itself go up to 0.14."""


def roughest(recorded: np.ndarray) -> float:
    """The largest step from one sample to the next."""
    return float(np.abs(np.diff(recorded)).max())


@needs_sound
def test_what_a_sound_device_gets_is_what_was_played(hear) -> None:
    recorded, printed = hear(
        """
positions = []
for samples in (chirp(0.6), chirp(0.4)[::-1].copy()):
    begin(samples)
    while (position := player.position) is not None:
        positions.append(position)
        time.sleep(0.01)
falls = sum(after < before for before, after in zip(positions, positions[1:]))
print(falls, f"{max(positions):.2f}")
finish()
"""
    )
    falls, furthest = printed.split()
    assert falls == "1"
    assert 0.4 < float(furthest) <= 0.6
    for sound in (chirp(0.6), chirp(0.4)[::-1]):
        assert likeness(recorded, sound) == pytest.approx(1.0, abs=0.03)


@needs_sound
def test_a_pause_is_silent_and_goes_on_where_it_was(hear) -> None:
    recorded, printed = hear(
        """
begin(chirp(1.5))
reach(0.5)
player.paused = True
time.sleep(0.4)
held = player.position
time.sleep(0.6)
print(held == player.position)
player.paused = False
finish()
""",
    )
    assert printed.strip() == "True"
    assert 0.7 < longest_silence(recorded) < 1.4
    gapless = sounding(recorded)
    assert len(gapless) / SAMPLE_RATE - longest_silence(recorded) == pytest.approx(1.5, abs=0.1)
    assert likeness(recorded, chirp(1.5)) == pytest.approx(1.0, abs=0.05)
    assert roughest(recorded) < CLICK


@needs_sound
def test_seeking_on_leaves_out_what_lies_between(hear) -> None:
    recorded, _printed = hear(
        """
begin(chirp(3.0))
reach(0.3)
player.seek(1.5)
finish()
"""
    )
    assert len(sounding(recorded)) / SAMPLE_RATE == pytest.approx(1.5, abs=0.15)
    assert likeness(recorded, chirp(3.0)[round(2.2 * SAMPLE_RATE) :]) > 0.95
    assert longest_silence(recorded) < 0.01


@needs_sound
def test_seeking_back_repeats_from_the_beginning_at_most(hear) -> None:
    recorded, _printed = hear(
        """
begin(chirp(1.0))
reach(0.5)
player.seek(-10)
finish()
"""
    )
    assert len(sounding(recorded)) / SAMPLE_RATE == pytest.approx(1.65, abs=0.15)
    assert likeness(sounding(recorded)[round(0.6 * SAMPLE_RATE) :], chirp(1.0)) > 0.9


@needs_sound
def test_a_loop_plays_the_same_until_it_is_switched_off(hear) -> None:
    recorded, _printed = hear(
        """
player.loop = True
begin(chirp(0.5))
time.sleep(1.2)
assert player.position is not None
player.loop = False
finish()
"""
    )
    seconds = len(sounding(recorded)) / SAMPLE_RATE
    assert seconds == pytest.approx(round(seconds / 0.5) * 0.5, abs=0.05)
    assert seconds > 1.2


@needs_sound
def test_half_the_volume_is_half_the_level_and_changes_without_a_click(hear) -> None:
    recorded, _printed = hear(
        """
begin(tone(2.0))
reach(0.9)
player.volume = 0.5
finish()
"""
    )
    sound = sounding(recorded)
    before = np.sqrt(np.mean(sound[: SAMPLE_RATE // 2] ** 2))
    after = np.sqrt(np.mean(sound[-SAMPLE_RATE // 2 :] ** 2))
    assert after / before == pytest.approx(0.5, rel=0.02)
    assert roughest(sound) < 0.075


@needs_sound
@pytest.mark.parametrize("speed", [0.75, 1.5, 2.0])
def test_the_speed_changes_the_length_and_not_the_pitch(hear, speed: float) -> None:
    recorded, printed = hear(
        f"""
player.speed = {speed}
begin(tone(3.0))
furthest = 0
while (position := player.position) is not None:
    furthest = max(furthest, position)
    time.sleep(0.01)
print(furthest)
finish()
"""
    )
    sound = sounding(recorded)
    assert len(sound) / SAMPLE_RATE == pytest.approx(3.0 / speed, rel=0.03)
    assert pitch(sound) == pytest.approx(440, rel=0.01)
    assert 2.5 < float(printed) <= 3.0


@needs_sound
def test_the_speed_changes_while_it_plays_and_the_place_stays(hear) -> None:
    recorded, printed = hear(
        """
begin(tone(3.0))
reach(1.0)
player.speed = 2.0
wait_until(lambda: player._mixer.head.tape.speed == 2.0)
time.sleep(0.1)
print(player.position)
finish()
"""
    )
    assert float(printed) == pytest.approx(1.1, abs=0.25)
    assert len(sounding(recorded)) / SAMPLE_RATE == pytest.approx(2.1, abs=0.2)
    assert longest_silence(recorded) < 0.02


@needs_sound
@pytest.mark.parametrize("speed", [1.0, 1.5])
def test_a_sound_that_still_grows_is_waited_for_and_plays_to_its_end(hear, speed: float) -> None:
    recorded, printed = hear(
        f"""
player.speed = {speed}
samples = tone(3.0)
sound = begin(samples[:24000], complete=False)
time.sleep(1.8)
print(player.position is not None)
player.extend(sound, samples[24000:48000])
player.extend(sound, samples[48000:], last=True)
finish()
"""
    )
    assert printed.strip() == "True"
    silence = longest_silence(recorded)
    assert silence > 0.4
    played = len(sounding(recorded)) / SAMPLE_RATE - silence
    assert played == pytest.approx(3.0 / speed, rel=0.04)
    assert pitch(sounding(recorded)[-SAMPLE_RATE:]) == pytest.approx(440, rel=0.01)


@needs_sound
def test_another_rendition_goes_on_at_the_same_place_without_a_gap(hear) -> None:
    recorded, _printed = hear(
        """
sound = begin(tone(2.0), complete=False)
reach(0.5)
player.play_in_place(Sound(tone(2.0)[12000:], 24000), shift=0.5).result(20)
finish()
"""
    )
    sound = sounding(recorded)
    assert len(sound) / SAMPLE_RATE == pytest.approx(2.0, abs=0.05)
    assert longest_silence(recorded) < 0.005
    assert roughest(sound) < 0.075


@needs_sound
def test_what_follows_begins_without_a_gap(hear) -> None:
    recorded, printed = hear(
        """
begin(tone(1.0))
following = Sound(tone(0.6), 24000)
player.play_next(following).result(20)
wait_until(lambda: player.sound is following)
print(player.position is not None)
finish()
"""
    )
    assert printed.strip() == "True"
    assert len(sounding(recorded)) / SAMPLE_RATE == pytest.approx(1.6, abs=0.05)
    assert longest_silence(recorded) < 0.005


@needs_sound
def test_a_device_that_is_not_there_is_named_and_the_systems_plays(hear) -> None:
    recorded, printed = hear(
        """
from tui.output import output_devices
player.device = "Headphones of yesterday"
begin(tone(0.5))
print(player.missing_device)
wait_until(lambda: player.position is None)
player.device = output_devices()[0]
begin(tone(0.5))
print(player.missing_device)
finish()
"""
    )
    assert printed.split("\n")[:2] == ["Headphones of yesterday", "None"]
    assert len(sounding(recorded)) / SAMPLE_RATE > 0.9, "both were heard"


@needs_sound
def test_the_desk_plays_row_after_row_with_the_pause_between_them_to_the_hundredth(
    hear, script: Path
) -> None:
    recorded, _printed = hear(
        f"""
import asyncio
from pathlib import Path
import tui.session
from tests.tui.desk import TellingEngine, open_desk

engine = TellingEngine()
tui.session.open_engine = lambda _name, _settings: engine

async def review():
    async with open_desk(Path({str(script)!r}), engine=engine) as d:
        await d.speak_all()
        await d.press("end", "k", "P")
        await d.sees("That was the last row.")
        await asyncio.sleep(0.3)

asyncio.run(review())
"""
    )
    assert longest_silence(recorded) == pytest.approx(0.3, abs=0.02)
    assert len(sounding(recorded)) / SAMPLE_RATE == pytest.approx(2.3, abs=0.15), "both, whole"
