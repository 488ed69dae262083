from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.models.stand_in_hub import StandInHub, stand_in_hub


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where models will lie; not there yet. The working folder is one without a ``.env``."""
    folder = tmp_path / "캐시 hub"
    monkeypatch.setenv("HF_HUB_CACHE", str(folder))
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return folder


@pytest.fixture
def hub(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInHub]:
    """The stand-in, named as the mirror."""
    pytest.importorskip("huggingface_hub", reason="comes with qwen-tts")
    with stand_in_hub() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
        yield hub
