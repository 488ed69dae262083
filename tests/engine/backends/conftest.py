from __future__ import annotations

import pytest

from engine.backends.espeak import EspeakBackend


@pytest.fixture(scope="module")
def backend() -> EspeakBackend:
    backend = EspeakBackend()
    backend.load()
    return backend
