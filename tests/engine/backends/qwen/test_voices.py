"""Who speaks, told apart by more than a name."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.backends.qwen.voices import voices_of
from engine.models.checkpoint import read_checkpoint
from engine.qwen_options import QwenOptions
from tests.engine.backends.qwen.speaking import TRANSCRIPT, loaded, write_clip

Models = Callable[..., Path]


def fingerprint(model: Path, **options: Any) -> str:
    return voices_of(read_checkpoint(model), QwenOptions(**options)).fingerprint


def test_another_clip_by_the_same_name_is_another_voice(
    tiny_models: Models, tmp_path: Path
) -> None:
    clip = write_clip(tmp_path / "me.wav")
    options = {"ref_audio": str(clip), "ref_text": TRANSCRIPT}
    first = fingerprint(tiny_models("base"), **options)
    copied = Path(shutil.copy(clip, tmp_path / "elsewhere.wav"))
    assert fingerprint(tiny_models("base"), **{**options, "ref_audio": str(copied)}) == first

    others = {
        fingerprint(tiny_models("base"), **{**options, "ref_text": "Some other words of it."}),
        fingerprint(tiny_models("base"), **options, x_vector_only=True),
    }
    write_clip(clip, 4.0)
    others.add(fingerprint(tiny_models("base"), **options))
    assert len(others) == 3
    assert first not in others
    assert TRANSCRIPT not in first


@pytest.mark.parametrize("kind", ["custom_voice", "voice_design"])
def test_voices_that_are_told_how_to_speak_are_others_by_that(
    tiny_models: Models, kind: str
) -> None:
    asked = [{}, {"instruct": "Slowly."}, {"instruct": "Fast."}]
    if kind == "voice_design":
        asked += [{"describe": "Slowly."}, {"describe": "Slowly.", "instruct": "Fast."}]
    found = [fingerprint(tiny_models(kind), **options) for options in asked]
    assert found[0] == ""
    assert len(set(found)) == len(asked)


def test_the_backend_tells_what_its_voice_is_made_of(tiny_models: Models) -> None:
    backend = loaded(tiny_models("voice_design"), describe="A child.")
    assert backend.info.fingerprint == fingerprint(tiny_models("voice_design"), describe="A child.")
