"""How long it is quiet between two rows that are read one after the other."""

from __future__ import annotations

from engine.domain import Sentence


def pause_between(
    sentence: Sentence, following: Sentence, *, pause: float, paragraph_pause: float
) -> float:
    """Seconds of silence after a row, before the next that is heard.

    Args:
        following: the next row that is heard; rows between the two that are not add nothing.
        pause: where the row sets none of its own and its paragraph goes on.
        paragraph_pause: where it sets none and another paragraph or section begins.
    """
    if sentence.pause_after is not None:
        return sentence.pause_after
    if (sentence.section, sentence.paragraph) != (following.section, following.paragraph):
        return paragraph_pause
    return pause
