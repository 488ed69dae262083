"""Which of the ten languages a script is in, told by its letters."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

_SAMPLE = 200_000
"""Characters that are looked at."""

_HANGUL = re.compile(r"[\u3131-\u318e\uac00-\ud7a3]")
_KANA = re.compile(r"[\u3041-\u30fa\uff66-\uff9d]")
_KANA_OR_HAN = re.compile(r"[\u3041-\u30fa\u3400-\u9fff\uff66-\uff9d]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_WORD = re.compile(r"[a-z\u00df-\u024f]+")

_KOREAN_WORD = 3
"""How many Latin words a word with Hangul in it outweighs: a Korean script full of English names
is Korean still. A kana or Han character counts as one word."""

_WORDS = {
    "English": "the and of to is in that it you for with this are was on not be have we what your",
    "German": "der die und das ist nicht ich ein eine zu mit den von wir sie auf für es auch dem",
    "French": "le la les et des est un une que vous nous pour dans pas je ce qui du avec sur au",
    "Portuguese": "o os que e um uma não com para você em do da no na é se mais por isso ao como",
    "Spanish": "el los las y que en un una es con para por no se lo del qué más como muy este está",
    "Italian": "il gli che e di un una è con per non si la le della sono questo del anche come ci",
}
"""Frequent words of each; one that several share counts for each of them."""

_LETTERS = {
    "German": "ßäöü",
    "French": "çœêûîë",
    "Portuguese": "ãõç",
    "Spanish": "ñ¿¡",
    "Italian": "ìò",
}


def guess_language(text: str) -> str:
    """The full English name of the text's language; English where nothing tells."""
    sample = text[:_SAMPLE]
    korean = russian = latin = kana = kana_and_han = 0
    for word in sample.split():
        if _HANGUL.search(word):
            korean += _KOREAN_WORD
        elif _KANA_OR_HAN.search(word):
            kana += len(_KANA.findall(word))
            kana_and_han += len(_KANA_OR_HAN.findall(word))
        elif _CYRILLIC.search(word):
            russian += 1
        elif _LATIN.search(word):
            latin += 1
    weights = {
        "Korean": korean,
        "Japanese" if kana * 10 > kana_and_han else "Chinese": kana_and_han,
        "Russian": russian,
        "Latin": latin,
    }
    language = max(weights, key=lambda name: weights[name])
    if not weights[language]:
        return "English"
    return _latin_language(sample.lower()) if language == "Latin" else language


def _latin_language(text: str) -> str:
    votes = Counter(dict.fromkeys(_WORDS, 0))
    for word, count in Counter(_WORD.findall(text)).items():
        for language in _languages_of().get(word, ()):
            votes[language] += count
    for language, letters in _LETTERS.items():
        votes[language] += sum(text.count(letter) for letter in letters)
    return votes.most_common(1)[0][0]


@cache
def _languages_of() -> dict[str, list[str]]:
    languages: dict[str, list[str]] = {}
    for language, words in _WORDS.items():
        for word in words.split():
            languages.setdefault(word, []).append(language)
    return languages
