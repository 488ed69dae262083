"""Where a sentence can be split in two, and where that is likeliest wanted."""

from __future__ import annotations

import re

_WORD_BEGINS = re.compile(r"(?<=\s)\S")
_BREATHS = (
    r"[.!?…。！？][\"'”’」』)]*$",
    r"[,;:、，；：–—]$",
    r"(?:고|며|면|서|니|지만|는데)$",
)
"""How the words before a good place end, the best first: an end, a comma, a clause of Korean."""


def places_in(text: str) -> list[int]:
    """The indices at which a second sentence could begin: at each word, or where a text has no
    spaces between its words, at each character. Empty for a single one."""
    at_words = [match.start() for match in _WORD_BEGINS.finditer(text)]
    return at_words or list(range(1, len(text.rstrip())))


def likeliest_in(text: str) -> int | None:
    """The place nearest to the middle of those where a reader would draw breath, or else of all;
    None where there is none."""
    places = places_in(text)
    for breath in _BREATHS:
        breathing = [place for place in places if re.search(breath, text[:place].rstrip())]
        if breathing:
            places = breathing
            break
    middle = len(text) / 2
    return min(places, key=lambda place: abs(place - middle), default=None)


def next_place(text: str, here: int, by: int) -> int:
    """The place before or after this one; this one where there is none."""
    places = places_in(text)
    if by > 0:
        return min((place for place in places if place > here), default=here)
    return max((place for place in places if place < here), default=here)
