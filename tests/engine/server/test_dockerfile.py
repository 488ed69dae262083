from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import engine.server

DOCKERFILE = Path(engine.server.__file__).with_name("Dockerfile")
HADOLINT = shutil.which("hadolint")


@pytest.mark.skipif(HADOLINT is None, reason="hadolint is not installed")
def test_the_linter_of_dockerfiles_has_nothing_to_say() -> None:
    assert HADOLINT is not None
    linted = subprocess.run(
        [HADOLINT, "--no-color", str(DOCKERFILE)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_image_runs_as_nobody_special_and_without_the_preview_voice() -> None:
    *_build, last = DOCKERFILE.read_text("utf-8").split("\nFROM ")
    said = [line.split() for line in last.splitlines()]

    assert [words[1] for words in said if words[:1] == ["USER"]] == ["10001"]
    assert "HEALTHCHECK" in {words[0] for words in said if words}
    assert "uninstall --yes espeakng-loader" in DOCKERFILE.read_text("utf-8")
