"""Text as typed, without what cannot be seen; one kind of line end, composed letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

PARAGRAPH_ENDS = "\u2029\f"
LINE_END = re.compile(r"\r\n?|[\n\v\f\u0085\u2028\u2029]")
"""Any that a file may have; those of PARAGRAPH_ENDS leave a blank line as well."""

_PARAGRAPH_ENDS = re.compile(f"[{PARAGRAPH_ENDS}]")
_LINE_ENDS = re.compile(r"\r\n?|[\v\u0085\u2028]")
_SPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3164\uffa0]+")
"""With the blank letters (U+3164 …) that Unicode counts as letters; without U+3000, the width of
which is part of how Japanese looks."""

_INVISIBLE = re.compile(
    r"""
      [\u0000-\u0008\u000e-\u001f\u007f-\u009f]                  # controls
    | [\u00ad\u034f\u061c\u180e\u2060-\u206f\ufeff\ufff9-\ufffb]   # soft hyphen, joiners, marks
    | [\u200b\u200c\u200e\u200f\u202a-\u202e]                    # zero width, direction
    | (?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d      # a joiner, but not inside an emoji
    | [\ud800-\udfff]                                            # halves of characters
    """,
    re.VERBOSE,
)


def clean(text: str) -> str:
    """The text in NFC with lines ended by ``\\n``, inner spaces single, invisible characters gone.

    A form feed and U+2029 become a blank line. macOS writes Hangul decomposed (NFD); composed, the
    same words compare equal wherever the file was saved.
    """
    text = _LINE_ENDS.sub("\n", text)
    text = _PARAGRAPH_ENDS.sub("\n\n", text)
    text = _INVISIBLE.sub("", text)
    text = _SPACES.sub(" ", text)
    return unicodedata.normalize("NFC", text)


def clean_places(line: str) -> Iterator[tuple[str, int, int]]:
    """The characters of a cleaned line but for spaces, each with the start and the end in ``line``
    of what it was made of.

    Args:
        line: as in the file, without its line end.
    """
    if clean(line) == line:
        yield from ((c, at, at + 1) for at, c in enumerate(line) if not c.isspace())
        return
    unseen = {at for found in _INVISIBLE.finditer(line) for at in range(*found.span())}
    cluster: list[int] = []
    for at, character in enumerate(line):
        if at in unseen:
            continue
        if not _composes(character):
            yield from _composed(line, cluster)
            cluster = []
        cluster.append(at)
    yield from _composed(line, cluster)


def _composes(character: str) -> bool:
    """Whether NFC may join it to what stands before it: a mark, or a vowel or final of Hangul."""
    return unicodedata.category(character)[0] == "M" or "\u1160" <= character <= "\u11ff"


def _composed(line: str, cluster: list[int]) -> Iterator[tuple[str, int, int]]:
    letters = "".join(line[at] for at in cluster)
    whole = unicodedata.normalize("NFC", _SPACES.sub(" ", letters))
    ends = [(at, at + 1) for at in cluster]
    if whole != letters:
        ends = [(cluster[0], cluster[-1] + 1)] * len(whole)
    for character, (start, end) in zip(whole, ends, strict=True):
        if not character.isspace():
            yield character, start, end
