"""When the preview voice is cloned because nothing says whose voice it is to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bench.clip import needs_clip
from engine.errors import InputError
from engine.settings import load_settings
from tests.engine.models.making import make_cached


@pytest.mark.parametrize(
    ("here", "flags", "needed"),
    [
        (["1.7B-Base"], {}, True),
        (["1.7B-Base", "0.6B-Base"], {}, True),
        (["1.7B-Base", "0.6B-CustomVoice"], {}, False),
        (["1.7B-Base", "0.6B-CustomVoice"], {"model": "1.7B-Base"}, True),
        (["1.7B-Base", "0.6B-CustomVoice"], {"model": "0.6B-CustomVoice"}, False),
        (["1.7B-Base"], {"ref_audio": "me.wav"}, False),
        (["1.7B-Base"], {"speaker": "Sohee"}, False),
        ([], {}, False),
    ],
)
def test_a_clip_is_needed_where_only_cloning_models_could_speak(
    here: list[str],
    flags: dict[str, str],
    needed: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    for name in here:
        make_cached(name)

    assert needs_clip(load_settings(flags)) is needed


def test_a_model_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        needs_clip(load_settings({"model": str(tmp_path)}))
