from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.domain import Clip
from engine.places import prompts_folder
from tests.engine.backends.listening import asking, hear
from tests.engine.backends.qwen.speaking import TRANSCRIPT, loaded, write_clip

Models = Callable[..., Path]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "me.wav")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The prompts that the package was asked to make."""
    from qwen_tts import Qwen3TTSModel

    calls: list[Any] = []
    make = Qwen3TTSModel.create_voice_clone_prompt

    def count(model: Any, **asked: Any) -> Any:
        calls.append(asked)
        return make(model, **asked)

    monkeypatch.setattr(Qwen3TTSModel, "create_voice_clone_prompt", count)
    return calls


def test_a_voice_prompt_is_made_once_for_fifty_sentences_and_a_restart(
    tiny_models: Models, clip: Path, made: list[Any]
) -> None:
    options = {"ref_audio": str(clip), "ref_text": TRANSCRIPT, "max_new_tokens": 2}
    backend = loaded(tiny_models("base"), **options)
    takes = [hear(backend, asking(f"Number {number}.", seed=number)) for number in range(50)]
    again = hear(loaded(tiny_models("base"), **options), asking("Number 7.", seed=7))

    assert len(made) == 1
    assert all(take.error is None for take in takes)
    np.testing.assert_array_equal(again.audio, takes[7].audio)


@pytest.mark.parametrize("x_vector_only", [True, False])
def test_a_prompt_from_the_disk_speaks_as_the_one_that_was_made(
    tiny_models: Models, clip: Path, made: list[Any], x_vector_only: bool
) -> None:
    options = {"ref_audio": str(clip), "ref_text": TRANSCRIPT, "x_vector_only": x_vector_only}
    takes = [hear(loaded(tiny_models("base"), **options), asking("Hello.")) for _time in range(2)]

    assert len(made) == 1
    np.testing.assert_array_equal(takes[0].audio, takes[1].audio)


def test_another_clip_other_words_or_another_model_need_a_prompt_of_their_own(
    tiny_models: Models, clip: Path, made: list[Any], tmp_path: Path
) -> None:
    other = write_clip(tmp_path / "other.wav", 2.5)
    model = tiny_models("base")
    for folder, options in (
        (model, {"ref_audio": str(clip), "ref_text": TRANSCRIPT}),
        (model, {"ref_audio": str(other), "ref_text": TRANSCRIPT}),
        (model, {"ref_audio": str(clip), "ref_text": TRANSCRIPT + " More."}),
        (model, {"ref_audio": str(clip), "x_vector_only": True}),
        (tiny_models("base", seed=8), {"ref_audio": str(clip), "ref_text": TRANSCRIPT}),
    ):
        loaded(folder, **options)

    assert len(made) == 5


def test_the_same_clip_under_another_name_and_a_copied_model_need_no_other_prompt(
    tiny_models: Models, clip: Path, made: list[Any], tmp_path: Path
) -> None:
    loaded(tiny_models("base"), ref_audio=str(clip), ref_text=TRANSCRIPT)
    model = Path(shutil.copytree(tiny_models("base"), tmp_path / "copy"))
    moved = Path(shutil.copy(clip, tmp_path / "moved.wav"))
    loaded(model, ref_audio=str(moved), ref_text=TRANSCRIPT)

    assert len(made) == 1


def test_a_damaged_file_is_made_again(tiny_models: Models, clip: Path, made: list[Any]) -> None:
    options = {"ref_audio": str(clip), "ref_text": TRANSCRIPT}
    loaded(tiny_models("base"), **options)
    [file] = prompts_folder().iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-9])
    loaded(tiny_models("base"), **options)

    assert len(made) == 2
    assert file.read_bytes() == whole


def test_the_cache_on_the_disk_can_be_switched_off(
    tiny_models: Models, clip: Path, made: list[Any]
) -> None:
    options = {"ref_audio": str(clip), "ref_text": TRANSCRIPT, "prompt_cache": False}
    for _time in range(2):
        loaded(tiny_models("base"), **options)

    assert len(made) == 2
    assert list(prompts_folder().iterdir()) == []


def test_the_package_is_given_samples_and_never_a_name(
    tiny_models: Models, clip: Path, made: list[Any]
) -> None:
    loaded(tiny_models("base"), ref_audio=str(clip), ref_text=TRANSCRIPT)

    samples, rate = made[0]["ref_audio"]
    assert isinstance(samples, np.ndarray)
    assert rate == 24_000


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_what_is_kept_is_for_its_owner_alone_and_holds_no_words(
    tiny_models: Models, clip: Path
) -> None:
    loaded(tiny_models("base"), ref_audio=str(clip), ref_text=TRANSCRIPT)
    [file] = prompts_folder().iterdir()

    assert file.stat().st_mode & 0o077 == 0
    assert prompts_folder().stat().st_mode & 0o077 == 0
    assert b"words" not in file.read_bytes()


def test_of_a_clip_that_comes_with_a_request_nothing_is_kept_on_the_disk(
    tiny_models: Models, clip: Path, made: list[Any]
) -> None:
    own = {"ref_audio": str(clip), "ref_text": TRANSCRIPT, "max_new_tokens": 2}
    backend = loaded(tiny_models("base"), **own)
    kept = set(prompts_folder().iterdir())
    theirs = Clip(write_clip(clip.with_name("theirs.wav"), 4.0).read_bytes(), TRANSCRIPT)
    for seed in range(2):
        assert hear(backend, replace(asking("Hello.", seed=seed), clip=theirs)).error is None

    assert len(made) == 2
    assert set(prompts_folder().iterdir()) == kept
    assert len(kept) == 1
