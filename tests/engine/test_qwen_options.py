"""From what the user says to what the worker is told: real files, a real cache folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.errors import EngineStartError, InputError
from engine.qwen_options import QwenOptions, qwen_options
from engine.settings import load_settings
from tests.engine.models.making import make_cached, make_folder


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "나.wav"
    path.write_bytes(b"RIFF")
    return path


def told(tmp_path: Path, **flags: Any) -> QwenOptions:
    return qwen_options(load_settings(flags, config_file=tmp_path / "none.toml"))


def test_a_worker_reads_what_the_studio_was_told(tmp_path: Path, clip: Path) -> None:
    make_cached("1.7B-Base")
    sent = told(
        tmp_path,
        model="qwen/qwen3-tts-12hz-1.7b-base",
        device="CUDA:1",
        dtype="fp16",
        attn="flash",
        decode="Package",
        ref_audio="나.wav",
        ref_text="안녕하세요.",
        batch_size="4",
        temperature="0.7",
    )
    read = QwenOptions.model_validate_json(sent.model_dump_json())
    assert read == sent
    assert (read.model, read.kind) == ("1.7B-Base", "Base")
    assert (read.device, read.dtype, read.attn) == ("cuda:1", "float16", "flash_attention_2")
    assert (read.batch_size, read.temperature, read.decode) == (4, 0.7, "package")
    assert (Path(read.ref_audio), read.ref_text) == (clip, "안녕하세요.")


def test_the_words_of_a_clip_may_stand_in_a_file(tmp_path: Path, clip: Path) -> None:
    make_cached("1.7B-Base")
    (tmp_path / "words.txt").write_text("\ufeff안녕하세요.\r\n반갑습니다.\n", encoding="utf-8")
    assert told(tmp_path, ref_audio=str(clip), ref_text="words.txt").ref_text == (
        "안녕하세요. 반갑습니다."
    )


def test_words_longer_than_any_file_name_are_words(tmp_path: Path, clip: Path) -> None:
    make_cached("1.7B-Base")
    words = "아주 긴 말 " * 400
    assert told(tmp_path, ref_audio=str(clip), ref_text=words).ref_text == words.strip()


def test_a_folder_of_the_users_own_is_a_model(tmp_path: Path) -> None:
    make_folder(tmp_path / "mine", "custom_voice")
    options = told(tmp_path, model="mine", speaker="Sohee")
    assert (options.model, options.kind) == (str(tmp_path / "mine"), "CustomVoice")


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"model": "2B"}, "Unknown model: 2B Known models: 1.7B-Base, "),
        ({"model": "empty"}, "There is no Qwen3-TTS model in this folder: "),
        ({"model": "1.7B-Base", "speaker": "Ryan"}, "1.7B-Base has no ready-made voices. It is "),
        ({"speaker": "Ryan", "describe": "old"}, "speaker and describe are both set."),
        ({"ref_audio": "나.wav"}, "Cloning a voice needs the words"),
        ({"ref_text": "words"}, "There are words of a clip, but no clip."),
        ({"ref_audio": "gone.wav", "ref_text": "words"}, "The clip to be cloned is not there: "),
        ({"ref_audio": "나.wav", "ref_text": "나.wav"}, "The words of the clip cannot be read"),
        ({"ref_audio": "나.wav", "ref_text": "나의말.txt"}, "The file of the clip's words is not"),
        ({"ref_audio": "나.wav", "ref_text": "./말"}, "The file of the clip's words is not there"),
        ({"dtype": "int8"}, "It must be one of float32, float16, bfloat16, or empty"),
        ({"device": "tpu"}, "It must be one of cuda, mps, cpu, or empty"),
        ({"temperature": "hot"}, "The setting temperature cannot be 'hot'. It must be a number."),
        ({"max_new_tokens": "5000"}, "It must be 4096 or less."),
    ],
)
def test_what_cannot_be_is_said(
    tmp_path: Path, clip: Path, flags: dict[str, str], said: str
) -> None:
    make_cached("1.7B-Base")
    (tmp_path / "empty").mkdir()
    clip.write_bytes(b"RIFF\xff\xfe")
    with pytest.raises(InputError) as caught:
        told(tmp_path, **flags)
    assert said in str(caught.value)


def test_an_unfinished_folder_is_said_to_be_unfinished(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "mine", "base")
    (folder / "speech_tokenizer" / "model.safetensors").unlink()
    with pytest.raises(InputError, match="is not complete"):
        told(tmp_path, model=str(folder))


@pytest.mark.parametrize(
    ("flags", "command"),
    [
        ({}, "tts-studio models download 1.7B-CustomVoice (4.5 GB"),
        ({"speaker": "Sohee"}, "tts-studio models download 1.7B-CustomVoice"),
        ({"model": "0.6B-Base"}, "(2.5 GB): tts-studio models download 0.6B-Base"),
    ],
)
def test_without_a_model_the_command_that_downloads_one_is_named(
    tmp_path: Path, flags: dict[str, str], command: str
) -> None:
    with pytest.raises(EngineStartError) as caught:
        told(tmp_path, **flags)
    assert command in caught.value.hint


def test_a_download_that_broke_off_is_no_model(tmp_path: Path) -> None:
    folder = make_cached("1.7B-Base")
    (folder / "model.safetensors").unlink()
    with pytest.raises(EngineStartError, match="not on this machine"):
        told(tmp_path, model="1.7B-Base")


def test_settings_come_from_the_environment_and_the_file_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_cached("0.6B-CustomVoice")
    config = tmp_path / "config.toml"
    config.write_text('speaker = "Sohee"\ndtype = "fp32"\n')
    (tmp_path / ".env").write_text("TTS_STUDIO_TOP_K=20\n")
    monkeypatch.setenv("TTS_STUDIO_DTYPE", "bf16")
    options = qwen_options(load_settings({"speaker": ""}, config_file=config))
    assert (options.speaker, options.dtype, options.top_k) == ("", "bfloat16", 20)


def test_what_a_worker_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="loudness"):
        QwenOptions.model_validate_json(json.dumps({"loudness": 11}))


def test_what_begins_with_a_tilde_and_is_nobodys_home_is_taken_as_it_stands(
    tmp_path: Path, clip: Path
) -> None:
    make_cached("1.7B-Base")
    assert told(tmp_path, ref_audio=str(clip), ref_text="~ I say").ref_text == "~ I say"
    with pytest.raises(InputError, match="nobody-at-all"):
        told(tmp_path, ref_audio="~nobody-at-all/clip.wav", ref_text="I say")
