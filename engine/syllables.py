"""How many syllables a text may have when it is said, without knowing its language."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

KANA = "\u3041-\u3096\u30a1-\u30fa\u30fc"
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3005\u3007\U00020000-\U0003ffff"

_PIECES = re.compile(
    rf"(?P<block>[가-힣{KANA}])|(?P<han>[{HAN}])|(?P<digits>\d+)|(?P<word>[^\W\d_가-힣{KANA}{HAN}]+)"
    r"|(?P<mark>[^\w\s])"
)

_VOWELS = frozenset("aeiouyæøœıаеиоуыэюяіє")
_VOWEL_GROUP = re.compile(f"[{''.join(sorted(_VOWELS))}]+")

_MOST_PER_DIGIT = 4
# Russian "1999": 14 syllables; Spanish "777": 10.

_MOST_PER_LETTER = 3
# Letters that are spelled out, or a unit written in two of them: "W", "kg", "BBC".

_MOST_PER_SYMBOL = 6
# "%" and "€" take up to four; the name of an emoji may take more.

_MOST_PER_HAN = 2
_MOST_PER_KANJI = 3
# A Chinese character is one syllable; beside kana it is Japanese and takes up to three or so.

FASTEST_SYLLABLE = 0.05
"""Seconds; people do not speak faster, so where there is less sound words are missing."""


@dataclass(frozen=True)
class Syllables:
    """The bounds between which the count lies for any ordinary reading."""

    fewest: int
    most: int


def count_syllables(text: str) -> Syllables:
    """Bounds on the syllables (in Japanese, the morae) of a text in any of the ten languages.

    Letters of other alphabets count from none to one each, so nothing is concluded from too few.
    """
    folded = unicodedata.normalize("NFKC", text)
    most_per_han = _MOST_PER_KANJI if re.search(f"[{KANA}]", folded) else _MOST_PER_HAN
    fewest = most = 0
    for match in _PIECES.finditer(folded):
        piece = match.group()
        low, high = 1, 1
        if match.lastgroup == "han":
            high = most_per_han
        elif match.lastgroup == "digits":
            high = _MOST_PER_DIGIT * len(piece)
        elif match.lastgroup == "word":
            low, high = _of_word(piece)
        elif match.lastgroup == "mark":
            low, high = 0, _MOST_PER_SYMBOL if _is_said(piece) else 0
        fewest += low
        most += high
    return Syllables(fewest, most)


def _of_word(word: str) -> tuple[int, int]:
    letters = "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if c.isalpha())
    groups = len(_VOWEL_GROUP.findall(letters))
    vowels = sum(c in _VOWELS for c in letters)
    if word.isupper() or (not vowels and _is_european(letters)):
        return max(groups, 1), _MOST_PER_LETTER * len(letters)
    if not vowels:
        return 0, len(letters)
    return groups, vowels


def _is_european(letters: str) -> bool:
    return all(c < "\u0530" for c in letters)


def _is_said(mark: str) -> bool:
    return unicodedata.category(mark).startswith("S") or mark in "%&@#/*\\"
