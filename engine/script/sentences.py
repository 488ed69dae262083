"""A line of text to sentences: ``sentencex``, with the repairs that narration needs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise

from sentencex import segment  # pyright: ignore -- a native module without stubs

from engine.script.mending import mended
from engine.script.stops import disguise

_WINDOW = 1200
_MARGIN = 400
"""Characters. The splitter's time grows with the square of a Japanese line's length, so a long line
passes through a window; what it says of the margin is asked again with more text after it."""


def split_sentences(text: str, code: str) -> list[str]:
    """The sentences of one line, stripped, in order; every character but spaces is in one of them.

    Args:
        text: without ``\\n``.
        code: of the script's language, such as ``ko``.
    """
    ends = [0, *_ends(disguise(text, code), code), len(text)]
    return list(mended(text[start:end] for start, end in pairwise(ends) if end > start))


def _ends(text: str, code: str) -> Iterator[int]:
    """Where sentences end in a disguised text.

    The splitter never cuts inside quotation marks that it sees both of; past a window without an
    end it no longer sees the first, which is as well: no engine speaks so long a sentence.
    """
    start = 0
    while len(text) - start > _WINDOW:
        window = text[start : start + _WINDOW]
        ends = [end for end in _ends_in(window, code) if end <= _WINDOW - _MARGIN]
        yield from (start + end for end in ends)
        start += ends[-1] if ends else _WINDOW - _MARGIN
    yield from (start + end for end in _ends_in(text[start:], code))


def _ends_in(text: str, code: str) -> Iterator[int]:
    return accumulate(map(len, segment(code, text)))
