"""`tts-studio cut` as another program's script would call it, on recordings whose cut is known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio import FADE_OUT, read_audio
from engine.cli import main
from tests.cutpoints.scoring import LEAKED_TOLERANCE, LOST_TOLERANCE, Clip, load_clips
from tests.engine.test_cli import tts_studio

SOUND, DOUBTFUL, BAD_INPUT = 0, 1, 2
CLIPS = {clip.id: clip for clip in load_clips()}
KOREAN = next(clip for clip in CLIPS.values() if clip.language == "Korean" and clip.status == "ok")
MISSING = next(clip for clip in CLIPS.values() if clip.status == "missing")
DOUBLED = next(clip for clip in CLIPS.values() if clip.status == "doubled")


def asked(clip: Clip, *more: str | Path, file: Path | None = None) -> list[str]:
    words = ["cut", file or clip.file, "--text", clip.text, "--closing", clip.closing, *more]
    return [str(word) for word in words]


def with_take(clip: Clip) -> tuple[str, Path]:
    return ("--closing-take", clip.closing_take)


class Called:
    """The command in this process: its exit code and what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], arguments: Sequence[str]) -> None:
        capsys.readouterr()
        self.code = main(list(arguments))
        self.out, self.err = capsys.readouterr()

    @property
    def json(self) -> dict[str, object]:
        return json.loads(self.out)


def is_clean(clip: Clip, end: object) -> bool:
    assert isinstance(end, float)
    assert clip.closing_start is not None
    return clip.sentence_end - LOST_TOLERANCE <= end <= clip.closing_start - LEAKED_TOLERANCE


def test_a_script_gets_one_object_with_the_cut_and_what_it_was_found_by() -> None:
    run = tts_studio(*asked(KOREAN, *with_take(KOREAN), "--json"))
    assert (run.returncode, run.stderr) == (SOUND, "")
    found = json.loads(run.stdout)
    assert is_clean(KOREAN, found["end"])
    assert 0 <= found["start"] < found["end"]
    assert found["duration"] == pytest.approx(soundfile.info(KOREAN.file).duration, abs=1e-4)
    assert (found["status"], found["language"], found["output"]) == ("ok", "Korean", None)
    assert found["closing"] == KOREAN.closing
    assert 0 < found["score"] <= 1


def test_a_person_reads_words(capsys: pytest.CaptureFixture[str]) -> None:
    run = Called(capsys, asked(DOUBLED, *with_take(DOUBLED)))
    assert run.code == SOUND
    assert "doubled, score" in run.out
    assert "more than once" in run.out


def test_a_phrase_that_is_missing_cuts_nothing_and_tells_the_script_by_its_exit_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = Called(capsys, asked(MISSING, *with_take(MISSING), "--json"))
    assert run.code == DOUBTFUL
    assert run.json["status"] == "missing"
    assert run.json["end"] == run.json["duration"]


def test_what_is_kept_is_written_as_an_export_would_be(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "잘라 낸 것.wav"
    run = Called(capsys, asked(KOREAN, *with_take(KOREAN), "--out", out, "--json"))
    assert run.code == SOUND
    assert run.json["output"] == str(out)
    start, end = run.json["start"], run.json["end"]
    assert isinstance(start, float)
    assert isinstance(end, float)
    info = soundfile.info(out)
    assert (info.samplerate, info.channels, info.subtype) == (24_000, 1, "PCM_16")
    assert info.duration == pytest.approx(end - start + 0.2, abs=0.001)
    heard, rate = read_audio(out)
    assert not heard[-round(0.2 * rate) :].any()
    raw, _rate = read_audio(KOREAN.file)
    middle = slice(round(0.1 * rate), round((end - start - 0.1) * rate))
    np.testing.assert_allclose(heard[middle], raw[round(start * rate) :][middle], atol=1e-4)
    last = heard[: -round(0.2 * rate)][-round(FADE_OUT * rate) :]
    assert abs(last[-1]) <= abs(raw[round(end * rate) - 1])


def test_a_file_that_is_there_is_never_replaced(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "mine.wav"
    out.write_bytes(b"somebody's work")
    run = Called(capsys, asked(KOREAN, "--out", out))
    assert (run.code, run.out) == (BAD_INPUT, "")
    assert "mine.wav" in run.err
    assert out.read_bytes() == b"somebody's work"


def test_asking_twice_for_the_same_file_is_no_error(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    arguments = asked(KOREAN, "--out", tmp_path / "kept.wav")
    assert Called(capsys, arguments).code == SOUND
    assert Called(capsys, arguments).code == SOUND
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (44_100, 2), (96_000, 1)])
def test_any_rate_and_stereo_are_cut_at_the_same_place(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, rate: int, channels: int
) -> None:
    import soxr

    samples, own = read_audio(KOREAN.file)
    other = np.repeat(soxr.resample(samples, own, rate)[:, None], channels, axis=1)
    file = tmp_path / "다른 속도.wav"
    soundfile.write(file, other, rate, subtype="PCM_24")
    run = Called(capsys, asked(KOREAN, *with_take(KOREAN), "--json", file=file))
    assert run.code == SOUND
    assert is_clean(KOREAN, run.json["end"])


def test_ten_minutes_are_cut_at_their_end(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    samples, rate = read_audio(KOREAN.file)
    spoken = samples[: round(KOREAN.sentence_end * rate)]
    before = np.tile(np.concatenate([spoken, np.zeros(rate // 2, np.float32)]), 400)[: 600 * rate]
    soundfile.write(tmp_path / "long.wav", np.concatenate([before, samples]), rate)
    long = asked(KOREAN, *with_take(KOREAN), "--json", file=tmp_path / "long.wav")
    run = Called(capsys, long)
    assert run.code == SOUND
    end = run.json["end"]
    assert isinstance(end, float)
    assert is_clean(KOREAN, end - len(before) / rate)


def test_without_a_phrase_it_is_the_one_that_is_set_for_the_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["cut", str(KOREAN.file), "--text", KOREAN.text, "--json"]
    assert Called(capsys, arguments).json["closing"] == KOREAN.closing
    monkeypatch.setenv("TTS_STUDIO_CLOSING_PHRASES", '{"ko": "그럼 이만."}')
    assert Called(capsys, arguments).json["closing"] == "그럼 이만."


def test_a_phrase_may_be_given_with_its_pause(capsys: pytest.CaptureFixture[str]) -> None:
    run = Called(capsys, [*asked(KOREAN, "--json"), "--closing", f"  ...  {KOREAN.closing}"])
    assert run.json["closing"] == KOREAN.closing


def test_a_text_that_looks_like_a_flag_is_a_text(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = asked(KOREAN, "--json")
    arguments[3] = "--영하 -5도"
    assert "status" in Called(capsys, arguments).json


def test_a_language_that_is_asked_for_is_not_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        Called(capsys, asked(KOREAN, "--language", "ja", "--json")).json["language"] == "Japanese"
    )


def bad_files(folder: Path) -> dict[str, Path]:
    nan = np.full(24_000, np.nan, dtype=np.float32)
    soundfile.write(folder / "nan.wav", nan, 24_000, subtype="FLOAT")
    soundfile.write(folder / "no_samples.wav", np.zeros(0, np.float32), 24_000)
    (folder / "empty.wav").write_bytes(b"")
    (folder / "text.wav").write_text("not a sound")
    names = ("nan.wav", "no_samples.wav", "empty.wav", "text.wav", "missing.wav")
    return {"folder": folder, **{name: folder / name for name in names}}


@pytest.mark.parametrize(
    "name", ["nan.wav", "no_samples.wav", "empty.wav", "text.wav", "missing.wav", "folder"]
)
@pytest.mark.parametrize("as_take", [False, True], ids=["recording", "closing take"])
def test_what_is_no_sound_is_bad_input_told_in_words(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, as_take: bool
) -> None:
    file = bad_files(tmp_path)[name]
    arguments = asked(KOREAN, "--closing-take", file) if as_take else asked(KOREAN, file=file)
    run = Called(capsys, arguments)
    assert (run.code, run.out) == (BAD_INPUT, "")
    assert file.name in run.err or "not numbers" in run.err
    assert "Traceback" not in run.err


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *(("--text", value) for value in ("", " \n")),
        *(("--closing", value) for value in ("", " ... ")),
        *(("--closing-take", ""), ("--out", ""), ("--language", "Klingon")),
    ],
)
def test_words_that_cannot_be_used_are_bad_input(
    capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    run = Called(capsys, [*asked(KOREAN), option, value])
    assert (run.code, run.out) == (BAD_INPUT, "")
    assert run.err.strip()
