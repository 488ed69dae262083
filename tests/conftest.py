from __future__ import annotations

from pathlib import Path

import pytest

FOLDERS = {
    "HOME": "",
    "USERPROFILE": "",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_CACHE_HOME": "cache",
    "XDG_STATE_HOME": "state",
    "WIN_PD_OVERRIDE_APPDATA": "roaming",
    "WIN_PD_OVERRIDE_LOCAL_APPDATA": "local",
}
"""Where platformdirs looks, on every system."""


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own for every test, so that none meets the settings of whoever runs it."""
    folder = tmp_path_factory.mktemp("home")
    for name, place in FOLDERS.items():
        monkeypatch.setenv(name, str(folder / place))
    return folder
