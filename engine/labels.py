"""File-name-safe names made of a sentence's first words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

FALLBACK = "untitled"

LONGEST = 60
"""Characters of a label in an exported file's name; in the widest of scripts still well within the
255 bytes that a name may have."""

_RESERVED = frozenset(
    ["CON", "PRN", "AUX", "NUL"]
    + [port + digit for port in ("COM", "LPT") for digit in "0123456789¹²³"]
)
"""Device names on Windows, with any extension and in any case. Source: Microsoft, "Naming Files,
Paths, and Namespaces"."""

_APOSTROPHES = frozenset("'’ʼ＇`")
_JAMO_TAILS = frozenset(map(chr, [*range(0x1160, 0x1200), *range(0xD7B0, 0xD7FC)]))
"""Vowels and finals that stack on the Hangul consonant before them, though they are no marks."""


def make_label(text: str, limit: int = 20) -> str:
    """The first words of a sentence as a part of a file name, such as ``Hello_there``.

    Letters and digits are kept as they are, in NFC; words are joined by ``_``; all else is
    dropped. A word is cut only where not even the first one fits, and then never inside a
    combining sequence. The result is safe as a file name on Windows, macOS and Linux;
    ``untitled`` where nothing is left.

    Args:
        limit: characters at most, 8 or more.
    """
    label = ""
    for word in _words(text):
        longer = f"{label}_{word}" if label else word
        if len(longer) > limit:
            # A run of kana or Han is a clause, not a word.
            if not label or "\u3041" <= word[0] <= "\u9fff":
                label = _cut(longer, limit).rstrip("_")
            break
        label = longer
    label = unicodedata.normalize("NFC", label)  # what was dropped may have kept a mark apart
    if label.upper() in _RESERVED:
        label += "_"
    return label or FALLBACK


def _words(text: str) -> Iterator[str]:
    """Runs of letters, digits and their marks. Inside one, an apostrophe is dropped and the point
    of a number becomes ``_``."""
    text = unicodedata.normalize("NFC", text)
    word: list[str] = []
    for before, character, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if character.isalnum() or (word and _joins(character)):
            word.append(character)
        elif character in ".,:" and before.isdigit() and after.isdigit():
            word.append("_")
        elif word and character not in _APOSTROPHES:
            yield "".join(word)
            word = []
    if word:
        yield "".join(word)


def _cut(word: str, limit: int) -> str:
    end = min(limit, len(word))
    while 0 < end < len(word) and _joins(word[end]):
        end -= 1
    return word[:end]


def _joins(character: str) -> bool:
    """Whether the character cannot stand without the one before it. Variation selectors and
    enclosing marks (of keycaps) are left out: they style an emoji and mean nothing in a name."""
    if character in _JAMO_TAILS:
        return True
    return unicodedata.category(character) in {"Mn", "Mc"} and not "\ufe00" <= character <= "\ufe0f"
