from __future__ import annotations

from dataclasses import replace

import pytest

from engine.domain import Sentence
from engine.pauses import pause_between

HERE = Sentence(1, "One.", "One.", "English", section="I", paragraph=1)


@pytest.mark.parametrize(
    ("own", "section", "paragraph", "seconds"),
    [
        (None, "I", 1, 0.3),
        (None, "I", 2, 0.9),
        (None, "II", 1, 0.9),
        (1.5, "I", 1, 1.5),
        (0.1, "II", 2, 0.1),
    ],
)
def test_a_rows_own_pause_stands_before_the_paragraphs_and_that_before_the_usual(
    own: float | None, section: str, paragraph: int, seconds: float
) -> None:
    here = HERE if own is None else replace(HERE, pause_after=own)
    following = replace(HERE, id=2, section=section, paragraph=paragraph)
    assert pause_between(here, following, pause=0.3, paragraph_pause=0.9) == seconds
