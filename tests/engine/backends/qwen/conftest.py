from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent

if importlib.util.find_spec("qwen_tts") is None:
    collect_ignore_glob = ["test_*.py"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that load a model into their own process share one process of a parallel run: each
    would spend ten seconds on importing the libraries."""
    for item in items:
        if item.path.parent == HERE:
            alone = item.path.stem == "test_whole_program"
            item.add_marker(pytest.mark.xdist_group("qwen programs" if alone else "qwen"))


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Builds each tiny checkpoint once: ``tiny_models("base")``, see :func:`tiny.build`."""
    from engine.backends.qwen.packages import import_packages

    import_packages()
    import torch

    from tests.engine.backends.qwen import tiny

    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("tiny")
    built: dict[str, Path] = {}

    def get(kind: tiny.TinyKind, **options: Any) -> Path:
        name = "-".join([kind, *map(str, options.values())])
        if name not in built:
            built[name] = tiny.build(root / name, kind, **options)
        return built[name]

    return get
