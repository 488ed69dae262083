from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.backends.qwen.reference import TAIL, check_transcript, read_reference
from engine.domain import SAMPLE_RATE
from engine.errors import AudioError
from tests.engine.backends.qwen.speaking import write_clip


def tone(seconds: float, rate: int = SAMPLE_RATE, *, hertz: float = 440.0) -> np.ndarray:
    return 0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def write(path: Path, samples: np.ndarray, rate: int = SAMPLE_RATE) -> Path:
    soundfile.write(path, samples, rate)
    return path


def level(samples: np.ndarray) -> float:
    return float(20 * np.log10(np.sqrt((samples.astype(np.float64) ** 2).mean())))


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3", "a.aiff"])
@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_any_sound_file_becomes_mono_at_the_models_rate(
    tmp_path: Path, name: str, rate: int
) -> None:
    stereo = np.stack([tone(2, rate), tone(2, rate)], axis=1)
    reference = read_reference(write(tmp_path / name, stereo, rate))

    assert reference.dtype == np.float32
    assert reference.ndim == 1
    assert len(reference) / SAMPLE_RATE == pytest.approx(2 + TAIL, abs=0.15)
    spectrum = np.abs(np.fft.rfft(reference[:SAMPLE_RATE]))
    assert spectrum.argmax() == pytest.approx(440, abs=2)


def test_half_a_second_of_silence_follows(tmp_path: Path) -> None:
    reference = read_reference(write(tmp_path / "a.wav", tone(2)))
    tail = round(TAIL * SAMPLE_RATE)

    assert not reference[-tail:].any()
    assert np.abs(reference[-tail - 480 : -tail]).max() > 0.01


def test_silence_and_room_noise_around_the_speech_are_trimmed(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(size=5 * SAMPLE_RATE) * 0.0005
    noise[2 * SAMPLE_RATE : 4 * SAMPLE_RATE] += tone(2)
    reference = read_reference(write(tmp_path / "a.wav", noise))

    assert len(reference) / SAMPLE_RATE == pytest.approx(2.2 + TAIL, abs=0.05)


@pytest.mark.parametrize("gain", [0.02, 0.3, 3.0])
def test_a_soft_and_a_loud_clip_come_to_the_same_level(tmp_path: Path, gain: float) -> None:
    reference = read_reference(write(tmp_path / "a.wav", gain * tone(2)))
    spoken = reference[SAMPLE_RATE // 2 : SAMPLE_RATE]

    assert level(spoken) == pytest.approx(-23, abs=0.6)
    assert np.abs(reference).max() <= 0.95


def test_a_clip_that_is_too_short_or_too_long_is_refused(tmp_path: Path) -> None:
    padded = np.pad(tone(0.5), SAMPLE_RATE)
    with pytest.raises(AudioError, match=r"too short: 0\.\d s") as raised:
        read_reference(write(tmp_path / "short.wav", padded))
    assert "5 to 15 seconds" in raised.value.hint
    with pytest.raises(AudioError, match="too long: 31 s") as raised:
        read_reference(write(tmp_path / "long.wav", tone(31)))
    assert "at most 30" in raised.value.hint


def test_a_silent_clip_is_refused(tmp_path: Path) -> None:
    for samples in (np.zeros(2 * SAMPLE_RATE), tone(2) * 0.001):
        with pytest.raises(AudioError, match="silent"):
            read_reference(write(tmp_path / "silent.wav", samples))


def test_a_distorted_clip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="distorted"):
        read_reference(write(tmp_path / "loud.wav", np.clip(tone(2) * 10, -1, 1)))


@pytest.mark.parametrize("hertz", [60, 100, 440])
def test_a_low_voice_is_not_taken_for_a_distorted_one(tmp_path: Path, hertz: float) -> None:
    read_reference(write(tmp_path / "low.wav", tone(2, 48_000, hertz=hertz), 48_000))


def test_what_is_no_sound_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "a.wav"
    text.write_text("no sound")
    with pytest.raises(AudioError, match="not a sound file"):
        read_reference(text)
    with pytest.raises(AudioError, match="is not there"):
        read_reference(tmp_path / "nowhere.wav")


def test_words_that_are_not_those_of_the_whole_clip_are_refused(tmp_path: Path) -> None:
    reference = read_reference(write_clip(tmp_path / "a.wav", 10))

    check_transcript(reference, "This is about what can be said in ten seconds of a clip.")
    with pytest.raises(AudioError, match="too few"):
        check_transcript(reference, "Hello.")
    with pytest.raises(AudioError, match="too many"):
        check_transcript(reference, "안녕하세요 여러분 " * 40)
