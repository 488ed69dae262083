"""What the OpenAPI document promises, held against what comes of requests made up from it."""

from __future__ import annotations

import re

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.engine.server.serving import RunningServer


@pytest.fixture
def document(server: RunningServer) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{server.url}/openapi.json")


def test_people_read_it_without_anything_from_elsewhere(server: RunningServer) -> None:
    with server.client(key="") as stranger:
        document = stranger.get("/openapi.json").json()
        answer = stranger.get("/docs")

    assert answer.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for path in document["paths"]:
        assert path in answer.text
    for told in ("audio_sample", "closing_phrase", "up to 500", "keeps the name"):
        assert told in answer.text
    assert "<tr><td>401</td><td>" in answer.text
    assert "<code>input</code></td><td>string" in answer.text
    assert "</td><td>required</td></tr><tr><td><code>" in answer.text
    assert not re.search(r"//|<script|<link|src=", answer.text)


schema = schemathesis.pytest.from_fixture("document")


@schema.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
def test_no_request_breaks_the_server_or_its_promises(case: Case, server: RunningServer) -> None:
    case.call_and_validate(
        headers={"Authorization": f"Bearer {server.key}"},
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ],
    )
