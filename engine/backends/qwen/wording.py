"""What of a script's text a model is given: words, never a command to its tokenizer."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection


def plain(text: str, tokens: Collection[str]) -> str:
    """The text on one line, without control characters and without anything that the tokenizer
    would take for one of its special tokens, which end a text or begin another.

    Args:
        tokens: the special ones, as they are written.
    """
    spaced = "".join(
        " " if unicodedata.category(letter) in ("Cc", "Cs", "Co") else letter for letter in text
    )
    for token in sorted(tokens, key=len, reverse=True):
        # A space inside: the words stay, and no other token comes of what is around it.
        spaced = spaced.replace(token, f"{token[:1]} {token[1:]}")
    return " ".join(spaced.split())


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit to be said."""
    return any(unicodedata.category(letter)[0] in "LN" for letter in text)
