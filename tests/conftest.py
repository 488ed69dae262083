from __future__ import annotations

import gc
import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# Several test processes share the cores; numpy's and PyTorch's own threads on top only get in each
# other's way, in the workers that tests start too. They look at this when they are imported, which
# is later than here.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from engine.i18n import ENGLISH, use_language
from engine.places import welcome_marker

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
    """A home of its own for every test, so that none meets the settings of whoever runs it; of
    somebody who is no newcomer."""
    folder = tmp_path_factory.mktemp("home")
    for name, place in FOLDERS.items():
        monkeypatch.setenv(name, str(folder / place))
    welcome_marker().touch()
    return folder


LOCALE = {"LC_ALL": "C.UTF-8", "TTS_STUDIO_INTERFACE": "en"}
"""So that the words on a tester's screen are those that the tests look for, in child processes
too."""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The interface in English, whoever runs the test; and again after one that switched it."""
    for name in ("LANGUAGE", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in LOCALE.items():
        monkeypatch.setenv(name, value)
    use_language(ENGLISH)
    yield
    use_language(ENGLISH)


def pytest_report_header() -> str:
    """Says what of the optional packages is tested here."""
    found = importlib.util.find_spec("qwen_tts") is not None
    return f"qwen-tts: {'installed' if found else 'not installed, its tests are left out'}"


PRESSED = pytest.StashKey[set[str]]()
"""The keys that did something on the desk in the tests so far."""


def pytest_configure(config: pytest.Config) -> None:
    config.stash[PRESSED] = set()
    # Every desk is made of many objects, in a process that holds a million others: looking for
    # garbage among them as often as Python does takes a third of the time.
    gc.set_threshold(10_000, 20, 20)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A process that ran some of the tests, with pytest-xdist, has ended."""
    node.config.stash[PRESSED].update(getattr(node, "workeroutput", {}).get("pressed", ()))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Let no run of all tests pass in which the key of some action was never pressed."""
    config = session.config
    told: dict[str, Any] | None = getattr(config, "workeroutput", None)
    if told is not None:
        told["pressed"] = sorted(config.stash[PRESSED])
    elif exitstatus == pytest.ExitCode.OK and _runs_all(config):
        from tui.actions import ACTIONS

        pressed = config.stash[PRESSED]
        missing = [action.id for action in ACTIONS if not pressed & set(action.keys.split(","))]
        if missing:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            sys.stderr.write(f"\nno test presses a key of: {', '.join(missing)}\n")


def _runs_all(config: pytest.Config) -> bool:
    option = config.option
    failed_ones = getattr(option, "lf", False)  # not there without pytest's cache
    chosen = (option.keyword, option.markexpr, option.deselect, option.collectonly, failed_ones)
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not any(chosen)
