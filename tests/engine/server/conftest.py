from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.engine.server.serving import RunningServer

LIMITS = {
    "max_body_bytes": "200000",
    "body_seconds": "0.5",
    "max_characters": "2000",
    "max_clip_bytes": "100000",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that share a server share a process of a parallel run."""
    for item in items:
        for shared in {"server", "strict"} & {*getattr(item, "fixturenames", ())}:
            item.add_marker(pytest.mark.xdist_group(shared))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One that speaks with the preview voice, for all tests that only ask."""
    with RunningServer(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="session")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One with tight limits, for all tests that would pass them."""
    with RunningServer(tmp_path_factory.mktemp("strict"), settings=LIMITS) as server:
        yield server


@pytest.fixture
def client(server: RunningServer) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client
