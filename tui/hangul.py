"""Hangul that is still being composed: what a syllable may yet become."""

from __future__ import annotations

import re

_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_TAILS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_PAIRS = {
    **{"ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ"},
    **{"ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ"},
}
_FIRST, _VOWELS = ord("가"), 21
_GROWS = {8: 11, 13: 16, 18: 19}
"""Vowels that are typed as the first half of those that follow them: ㅗ ㅘ ㅙ ㅚ, ㅜ …, ㅡ ㅢ."""


def unfinished(typed: str) -> str:
    """A regular expression for what may come of a text whose last syllable is being composed.

    ``하`` may become ``한``, ``핫`` goes on as ``하세``, ``갑`` as ``값``, and ``ㅎ`` as any
    syllable that begins so. Empty where the text does not end in Hangul.
    """
    if not typed:
        return ""
    kept, last = re.escape(typed[:-1]), typed[-1]
    if last in _LEADS:
        return kept + _beginning(last)
    if not "가" <= last <= "힣":
        return ""
    lead, rest = divmod(ord(last) - _FIRST, _VOWELS * len(_TAILS))
    vowel, tail = divmod(rest, len(_TAILS))
    if not tail:
        return kept + _between(
            _syllable(lead, vowel), _syllable(lead, _GROWS.get(vowel, vowel), -1)
        )
    return f"{kept}(?:{'|'.join(_goes_on(lead, vowel, _TAILS[tail]))})"


def _goes_on(lead: int, vowel: int, tail: str) -> list[str]:
    """The syllable, with a tail that it is half of, and without what the next one begins with."""
    stays, goes = _PAIRS.get(tail, " " + tail)
    grown = [pair for pair, parts in _PAIRS.items() if parts[0] == tail]
    ways = [_syllable(lead, vowel, _TAILS.index(last)) for last in (tail, *grown)]
    if goes in _LEADS:
        ways.append(_syllable(lead, vowel, _TAILS.index(stays)) + _beginning(goes))
    return ways


def _beginning(lead: str) -> str:
    place = _LEADS.index(lead)
    return f"(?:{lead}|{_between(_syllable(place, 0), _syllable(place, _VOWELS - 1, -1))})"


def _between(first: str, last: str) -> str:
    return f"[{first}-{last}]"


def _syllable(lead: int, vowel: int, tail: int = 0) -> str:
    return chr(_FIRST + (lead * _VOWELS + vowel) * len(_TAILS) + tail % len(_TAILS))
