from __future__ import annotations

import errno
import hashlib
import io
import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile

from engine.domain import SAMPLE_RATE
from engine.files import write_atomic
from engine.server.errors import NotKept, Unfit, answer_of
from engine.server.limits import Limits
from engine.server.voices import Voice, VoiceFolder
from tests.engine.server.serving import SPEECH, VOICES, RunningServer, asking, error_of

WORDS = "These are the words of a clip."
LIMITS = Limits(characters=100, seconds=1, clip_bytes=1_000_000, clip_seconds=30)


def clip(path: Path, seconds: float = 3.0, *, seed: int = 1, rate: int = SAMPLE_RATE) -> bytes:
    """Noise that swells as speech does."""
    times = np.arange(round(seconds * rate)) / rate
    noise = np.random.default_rng(seed).normal(size=len(times))
    sound = 0.1 * noise * (0.2 + np.abs(np.sin(4 * np.pi * times)))
    soundfile.write(path, np.clip(sound, -1, 1), rate)
    return path.read_bytes()


@pytest.fixture
def sample(tmp_path: Path) -> bytes:
    return clip(tmp_path / "clip.wav")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "voices"
    path.mkdir()
    return path


def register(folder: VoiceFolder, audio: bytes, **fields: str) -> Voice:
    given = {"transcript": WORDS, "consent": "true", "name": "", **fields}
    return folder.add(audio, **given, taken=frozenset({"preview"}))


def voices(folder: Path, *, most: int = 10, limits: Limits = LIMITS) -> VoiceFolder:
    return VoiceFolder(limits, most=most, folder=folder)


def test_a_voice_is_named_by_its_contents_hash_and_taken_once(folder: Path, sample: bytes) -> None:
    kept = voices(folder)
    voice = register(kept, sample)
    sha256 = hashlib.sha256(sample).hexdigest()

    assert voice.id == hashlib.sha256(f"{sha256}\n{WORDS}".encode()).hexdigest()
    assert register(kept, sample, name="again") == voice
    assert register(kept, sample, transcript="These are some other words.").id != voice.id
    assert len(kept.all()) == 2


def test_voices_are_there_at_the_next_start(folder: Path, sample: bytes) -> None:
    voice = register(voices(folder), sample, name="나의 목소리")

    again = voices(folder)
    assert again.find("나의 목소리") == again.find(voice.id) == voice
    samples, rate = soundfile.read(io.BytesIO(again.clip(voice).audio))
    assert rate == SAMPLE_RATE
    assert len(samples) == 3 * SAMPLE_RATE
    assert again.clip(voice).transcript == WORDS


def test_a_voice_is_found_however_the_letters_of_its_name_are_put_together(
    folder: Path, sample: bytes
) -> None:
    kept = voices(folder)
    voice = register(kept, sample, name=unicodedata.normalize("NFD", "나의 목소리"))

    for form in ("NFC", "NFD"):
        assert kept.find(unicodedata.normalize(form, "나의 목소리")) == voice


def test_a_voice_is_found_in_capitals_or_not(folder: Path, tmp_path: Path) -> None:
    kept = voices(folder)
    clips = [clip(tmp_path / f"{seed}.wav", seed=seed) for seed in range(2)]
    voice = register(kept, clips[0], name="Anna")

    assert kept.find("ANNA") == kept.find("anna") == voice
    with pytest.raises(Unfit, match="of this name"):
        register(kept, clips[1], name="anna")


def test_a_voice_that_is_deleted_while_it_is_asked_for_is_told_to_be(
    folder: Path, sample: bytes
) -> None:
    kept = voices(folder)
    voice = register(kept, sample)
    kept.remove(voice)

    with pytest.raises(Unfit, match="has been deleted"):
        kept.clip(voice)


def test_what_the_disk_does_not_take_is_told_without_a_path_and_not_half_kept(
    folder: Path, sample: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes, *, mode: int) -> None:
        if path.suffix == ".json":
            raise OSError(errno.ENOSPC, "No space left on device")
        write_atomic(path, content, mode=mode)

    kept = voices(folder)
    monkeypatch.setattr("engine.server.voices.write_atomic", full)
    with pytest.raises(NotKept, match="disk is full") as failed:
        register(kept, sample)

    status, body, _headers = answer_of(failed.value)
    assert status == 507
    assert str(folder) not in str(body)
    assert kept.all() == list(folder.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_what_is_kept_is_for_its_owner_alone(folder: Path, sample: bytes) -> None:
    register(voices(folder), sample)

    files = list(folder.iterdir())
    assert len(files) == 2
    assert [file.stat().st_mode & 0o077 for file in files] == [0, 0]


def test_a_voice_that_is_forgotten_leaves_nothing(folder: Path, sample: bytes) -> None:
    kept = voices(folder)
    kept.remove(register(kept, sample))

    assert kept.all() == []
    assert list(folder.iterdir()) == []


def test_a_damaged_or_strange_file_is_no_voice(folder: Path, sample: bytes) -> None:
    voice = register(voices(folder), sample)
    (folder / "strange.json").write_text((folder / f"{voice.id}.json").read_text())
    (folder / "half.json").write_text('{"id": "')

    assert voices(folder).all() == [voice]
    (folder / f"{voice.id}.clip").unlink()
    assert voices(folder).all() == []


@pytest.mark.parametrize(
    ("seconds", "fields", "code"),
    [
        (0.4, {}, "unfit_clip"),
        (31.0, {}, "unfit_clip"),
        (3.0, {"transcript": "Words " * 400}, "invalid_request"),
        (3.0, {"transcript": "These are far more words than three seconds can hold. " * 8}, ""),
        (3.0, {"consent": "no"}, "consent_required"),
        (3.0, {"name": "preview"}, "name_taken"),
        (3.0, {"name": "Alloy"}, "name_taken"),
        (3.0, {"name": "a\tb"}, "invalid_name"),
    ],
)
def test_what_is_of_no_use_is_refused_and_not_kept(
    folder: Path, tmp_path: Path, seconds: float, fields: dict[str, str], code: str
) -> None:
    with pytest.raises(Unfit) as refused:
        register(voices(folder), clip(tmp_path / "c.wav", seconds, rate=16_000), **fields)

    assert refused.value.code == (code or "unfit_clip")
    assert list(folder.iterdir()) == []


def test_a_small_file_that_unfolds_to_hours_is_not_unfolded(folder: Path, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "long.flac", np.zeros(3600 * 8000, np.int16), 8000)
    small = (tmp_path / "long.flac").read_bytes()
    assert len(small) < LIMITS.clip_bytes

    with pytest.raises(Unfit, match="too long"):
        register(voices(folder), small)


def test_there_is_room_for_so_many(folder: Path, tmp_path: Path) -> None:
    kept = voices(folder, most=1)
    register(kept, clip(tmp_path / "1.wav", seed=1), name="one")

    with pytest.raises(Unfit, match="no more"):
        register(kept, clip(tmp_path / "2.wav", seed=2), name="two")
    with pytest.raises(Unfit, match="of this name"):
        register(kept, clip(tmp_path / "2.wav", seed=2), name="one")


@pytest.fixture
def client(server: RunningServer) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


def test_a_voice_is_registered_listed_and_deleted_over_http(
    client: httpx.Client, sample: bytes
) -> None:
    form = {"consent": "true", "ref_text": WORDS, "name": "me"}
    answers = [client.post(VOICES, files={"audio_sample": sample}, data=form) for _ in range(2)]
    voice = answers[0].json()["voice"]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].json()["voice"] == voice
    assert client.get(VOICES).json()["uploaded_voices"] == [voice]
    assert voice["sha256"] == hashlib.sha256(sample).hexdigest()
    # The preview voice clones nothing, and says so rather than speak in another voice.
    error = error_of(client.post(SPEECH, json=asking("Hello.", voice="me")), 400)
    assert "clones no voice" in error["message"]
    assert client.delete(f"{VOICES}/me").status_code == 200
    assert client.get(VOICES).json()["uploaded_voices"] == []
    assert error_of(client.delete(f"{VOICES}/me"), 404)["code"] == "not_found"
