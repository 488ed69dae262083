from __future__ import annotations

from pathlib import Path

import pytest

from engine.domain import Script
from engine.script import read_script

SAMPLES = Path(__file__).parents[2] / "sample_scripts"


@pytest.fixture(params=["korean_intro", "english_intro", "japanese_intro", "mixed_korean"])
def sample(request: pytest.FixtureRequest) -> Script:
    return read_script(SAMPLES / f"{request.param}.txt")


def test_a_sample_script_shows_every_kind_of_row(sample: Script) -> None:
    spoken = [row for row in sample.sentences if row.spoken]
    silent = [row for row in sample.sentences if not row.spoken]
    assert len({row.section for row in spoken}) >= 3
    assert {row.text[0] for row in silent} & set("([（【")
    assert any(row.text.startswith("//") for row in silent)
    assert all(row.text[-1] in ".!?。！？" for row in spoken)
    assert len({row.label for row in sample.sentences}) == len(sample.sentences)


@pytest.mark.parametrize(
    ("name", "language", "spoken"),
    [
        ("korean_intro", "Korean", 23),
        ("english_intro", "English", 20),
        ("japanese_intro", "Japanese", 13),
        ("mixed_korean", "Korean", 13),
    ],
)
def test_a_sample_script_has_its_language_and_its_sentences(
    name: str, language: str, spoken: int
) -> None:
    script = read_script(SAMPLES / f"{name}.txt")
    assert script.language == language
    assert sum(row.spoken for row in script.sentences) == spoken
    assert not script.hard_wrapped
