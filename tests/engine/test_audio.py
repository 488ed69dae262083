from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.audio import Samples, deliver, encode, from_pcm16, read_audio, to_pcm16
from engine.domain import SAMPLE_RATE, Cut
from engine.errors import AudioError


def noise(seconds: float, seed: int = 0) -> Samples:
    generator = np.random.default_rng(seed)
    return generator.uniform(-0.5, 0.5, round(seconds * SAMPLE_RATE)).astype(np.float32)


@given(st.binary(max_size=4000).filter(lambda pcm: len(pcm) % 2 == 0))
def test_sixteen_bit_audio_survives_the_way_to_floats_and_back(pcm: bytes) -> None:
    assert to_pcm16(from_pcm16(pcm)) == pcm


@given(arrays.arrays(np.float32, st.integers(0, 500), elements=st.floats(-1, 1, width=32)))
def test_quantizing_moves_a_sample_by_less_than_a_step(samples: Samples) -> None:
    assert np.abs(from_pcm16(to_pcm16(samples)) - samples).max(initial=0) <= 1 / 32768


def test_what_exceeds_full_scale_is_clipped_and_does_not_wrap_around() -> None:
    pcm = to_pcm16(np.array([3.0, -3.0, 1.0, -1.0], dtype=np.float32))
    assert np.frombuffer(pcm, "<i2").tolist() == [32767, -32768, 32767, -32768]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_numbers_are_refused_everywhere(value: float) -> None:
    samples = noise(0.1)
    samples[500] = value
    with pytest.raises(AudioError, match="not numbers"):
        to_pcm16(samples)
    with pytest.raises(AudioError, match="not numbers"):
        encode(samples, SAMPLE_RATE, "flac")
    with pytest.raises(AudioError, match="not numbers"):
        deliver(samples, SAMPLE_RATE, Cut(0.0, 0.1))


def test_half_a_sample_at_the_end_of_a_stream_is_an_error() -> None:
    with pytest.raises(AudioError, match="middle of a sample"):
        from_pcm16(b"\x00\x01\x02")


@pytest.mark.parametrize("format_", ["wav", "flac"])
def test_a_file_holds_the_same_sixteen_bits_as_the_bare_samples(format_) -> None:
    samples = noise(0.5)
    file = soundfile.SoundFile(io.BytesIO(encode(samples, SAMPLE_RATE, format_)))
    assert (file.format, file.subtype) == (format_.upper(), "PCM_16")
    assert (file.channels, file.samplerate) == (1, SAMPLE_RATE)
    assert file.read(dtype="int16").astype("<i2").tobytes() == encode(samples, SAMPLE_RATE, "pcm")


def test_equal_samples_give_equal_files() -> None:
    assert encode(noise(0.2), SAMPLE_RATE, "wav") == encode(noise(0.2), SAMPLE_RATE, "wav")


def test_an_empty_clip_is_not_made_into_a_file_that_nothing_can_read() -> None:
    with pytest.raises(AudioError, match="no audio"):
        encode(np.zeros(0, np.float32), SAMPLE_RATE, "flac")


@pytest.mark.parametrize("format_", ["wav", "flac"])
def test_a_file_at_a_hangul_path_with_spaces_is_read_back(tmp_path: Path, format_) -> None:
    path = tmp_path / "내 녹음 1" / f"첫 번째 문장.{format_}"
    path.parent.mkdir()
    path.write_bytes(encode(noise(0.3), SAMPLE_RATE, format_))
    samples, sample_rate = read_audio(path)
    assert sample_rate == SAMPLE_RATE
    assert samples.dtype == np.float32
    assert to_pcm16(samples) == to_pcm16(noise(0.3))


def test_the_channels_of_a_stereo_file_are_averaged(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    left, right = np.full(100, 0.5), np.full(100, -0.25)
    soundfile.write(path, np.stack([left, right], axis=1), 48_000, subtype="FLOAT")
    samples, sample_rate = read_audio(path)
    assert (samples.shape, sample_rate) == ((100,), 48_000)
    assert samples == pytest.approx(0.125)


def test_a_missing_file_is_named_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(AudioError) as caught:
        read_audio(tmp_path / "gone.flac")
    assert "gone.flac" in caught.value.title
    assert "moved or deleted" in caught.value.hint


def test_a_folder_is_not_a_sound_file(tmp_path: Path) -> None:
    with pytest.raises(AudioError):
        read_audio(tmp_path)


@pytest.mark.parametrize("content", [b"", b"fLaC", b"not a sound" * 100, bytes(range(256)) * 40])
def test_bytes_that_are_no_sound_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "junk.flac"
    path.write_bytes(content)
    with pytest.raises(AudioError, match=r"junk\.flac is not a sound file"):
        read_audio(path)


@pytest.mark.parametrize("missing", [1, 500, 20_000])
def test_a_truncated_take_is_damaged_and_not_merely_shorter(tmp_path: Path, missing: int) -> None:
    path = tmp_path / "cut off.flac"
    path.write_bytes(encode(noise(1.0), SAMPLE_RATE, "flac")[:-missing])
    with pytest.raises(AudioError, match="cut off"):
        read_audio(path)


def test_a_float_file_with_values_that_are_not_numbers_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nan.wav"
    soundfile.write(path, np.array([0.1, np.nan, 0.2]), SAMPLE_RATE, subtype="FLOAT")
    with pytest.raises(AudioError, match="not numbers"):
        read_audio(path)


edges = st.floats(-1.0, 3.0)


@given(st.integers(0, 30_000), edges, edges, st.floats(0.0, 1.0))
def test_what_is_delivered_is_the_cut_and_the_silence(
    length: int, start: float, end: float, silence: float
) -> None:
    raw = np.ones(length, dtype=np.float32)
    delivered = deliver(raw, SAMPLE_RATE, Cut(start, end), silence=silence)
    first = min(max(round(start * SAMPLE_RATE), 0), length)
    last = max(min(max(round(end * SAMPLE_RATE), 0), length), first)
    zeros = round(silence * SAMPLE_RATE)
    assert len(delivered) == last - first + zeros
    assert np.isfinite(delivered).all()
    assert np.abs(delivered).max(initial=0) <= 1
    assert not delivered[len(delivered) - zeros :].any()
    assert (raw == 1).all()


def test_between_the_fades_the_samples_are_untouched() -> None:
    raw = noise(1.0)
    delivered = deliver(raw, SAMPLE_RATE, Cut(0.25, 0.75))
    fade_in, fade_out = round(0.003 * SAMPLE_RATE), round(0.008 * SAMPLE_RATE)
    kept = delivered[: round(0.5 * SAMPLE_RATE)]
    source = raw[round(0.25 * SAMPLE_RATE) : round(0.75 * SAMPLE_RATE)]
    assert np.array_equal(kept[fade_in:-fade_out], source[fade_in:-fade_out])


def test_the_edges_rise_in_3_ms_and_fall_in_8_ms() -> None:
    delivered = deliver(np.ones(24_000, np.float32), SAMPLE_RATE, Cut(0.0, 1.0), silence=0.0)
    assert delivered[0] == delivered[-1] == 0
    assert delivered[36] == pytest.approx(0.5)
    assert delivered[-97] == pytest.approx(0.5)
    assert (delivered[72:-192] == 1).all()
    assert (np.diff(delivered[:72]) > 0).all()
    assert (np.diff(delivered[-192:]) < 0).all()
