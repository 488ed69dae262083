from __future__ import annotations

import numpy as np
import pytest

from engine.domain import SAMPLE_RATE
from tests.tui.test_player import chirp
from tui.mixer import Head, Mixer
from tui.tape import Sound, Tape

FADE = 50
"""Samples of a fade at the rate of these mixers."""


@pytest.fixture
def mixer() -> Mixer:
    return Mixer(rate=10_000)


def tape(samples: np.ndarray, *, complete: bool = True, speed: float = 1.0) -> Tape:
    made = Tape(Sound(samples, SAMPLE_RATE, complete=complete), SAMPLE_RATE, speed)
    while made.record():
        pass
    return made


def filled(mixer: Mixer, frames: int) -> np.ndarray:
    """What PortAudio would get for its next buffer."""
    out = np.full((frames, 1), 9.0, np.float32)
    mixer.fill(out, frames, None, None)
    return out[:, 0]


def test_buffers_hold_the_sound_without_gaps_and_then_silence(mixer: Mixer) -> None:
    sound = chirp(0.01)
    mixer.wanted = Head(tape(sound))
    buffers = np.concatenate([filled(mixer, 64) for _ in range(6)])
    np.testing.assert_array_equal(buffers[: len(sound)], sound)
    assert not buffers[len(sound) :].any()


def test_a_sound_that_is_stopped_dies_away_within_the_next_buffer(mixer: Mixer) -> None:
    mixer.wanted = Head(tape(np.ones(1000, np.float32)))
    filled(mixer, 100)
    mixer.wanted = None
    last = filled(mixer, 100)
    assert last[0] == pytest.approx(1.0)
    assert np.abs(np.diff(last)).max() < 0.05
    assert not last[FADE:].any()
    assert not filled(mixer, 100).any()


def test_another_sound_rises_while_the_one_before_dies_away(mixer: Mixer) -> None:
    mixer.wanted = Head(tape(np.ones(1000, np.float32)))
    filled(mixer, 100)
    sound = chirp(0.01)
    mixer.wanted = Head(tape(sound))
    buffer = filled(mixer, 100)
    assert buffer[0] == pytest.approx(1.0, abs=0.05)
    np.testing.assert_array_equal(buffer[FADE:], sound[FADE:100])
    np.testing.assert_array_equal(filled(mixer, 100), sound[100:200])


def test_the_same_sound_at_the_same_place_stays_whole(mixer: Mixer) -> None:
    sound = chirp(0.1)
    mixer.wanted = first = Head(tape(sound))
    filled(mixer, 300)
    mixer.wanted = Head(tape(sound), after=first)
    np.testing.assert_allclose(filled(mixer, 300), sound[300:600], atol=1e-6)


def test_who_takes_over_from_one_that_has_not_begun_begins_where_it_would_have(
    mixer: Mixer,
) -> None:
    sound = chirp(0.1)
    mixer.wanted = first = Head(tape(sound))
    filled(mixer, 240)
    second = Head(tape(sound), after=first)
    mixer.wanted = Head(tape(sound, speed=2.0), after=second)
    assert mixer.wanted.seconds == pytest.approx(0.01)
    filled(mixer, 1)
    assert mixer.wanted.index == 121


def test_a_place_that_is_chosen_in_a_pause_is_where_it_goes_on(mixer: Mixer) -> None:
    sound = chirp(0.1)
    mixer.wanted = head = Head(tape(sound))
    filled(mixer, 100)
    mixer.paused = True
    filled(mixer, 100)
    mixer.wanted = Head(head.tape, 1000)
    assert not filled(mixer, 100).any()
    assert mixer.wanted.index == 1000
    mixer.paused = False
    loud = filled(mixer, 100)
    np.testing.assert_allclose(loud[-1], sound[1099], atol=1e-6)


def test_a_tape_that_grows_is_waited_for_without_losing_a_sample(mixer: Mixer) -> None:
    sound = chirp(0.1)
    growing = tape(sound[:150], complete=False)
    mixer.wanted = Head(growing)
    assert filled(mixer, 200)[150:].any() == np.False_
    assert mixer.wanted.idle == 50
    assert not mixer.wanted.at_end
    growing.sound.add(sound[150:], last=True)
    while growing.record():
        pass
    np.testing.assert_array_equal(filled(mixer, 200), sound[150:350])
    assert mixer.wanted.idle == 0
