"""Where the closing phrase begins, told by how long it should take."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np

from engine.cutting.speech import Pause, Speech
from engine.syllables import HAN, KANA, count_syllables

SPREAD = 0.16
"""Of the natural logarithm of the phrase's time over what is expected of it."""

FAR_OFF = 0.6
"""In the same measure: from here on it is likely another pause than the one that is meant."""

SHORTEST, LONG = 0.05, 0.4
"""Seconds between which a longer pause is a likelier end of a sentence."""

LEAST_PER_SYLLABLE = 0.115
CLEAR_PAUSE = 0.10
CLEAR_SCORE = 0.5
"""The phrase is missing where there is less than 0.115 s of speech per syllable of text and phrase
together, unless a pause of 0.1 s lies just where it should: that is how a fast voice sounds."""

SUREST = 0.6
"""The score of the best guess: one in twenty is wrong all the same."""

_MORA = 0.75
# The length of a mora beside that of a syllable.

_PER_DIGIT = {"ja": 2.0, "zh": 1.7, "ko": 1.6, "fr": 1.8, "ru": 3.0}
_PER_DIGIT_ELSEWHERE = 2.3
_PER_KANJI = 1.9
_PER_LETTER = 1.3
# A letter that is spelled out, or one of a unit's.
_SMALL_KANA = re.compile("[ァィゥェォャュョヮぁぃぅぇぉゃゅょゎ]")
_PIECES = re.compile(
    rf"(?P<digits>\d+)|(?P<han>[{HAN}]+)|(?P<kana>[{KANA}]+)|(?P<word>[^\W\d_{HAN}{KANA}]+)"
)


@dataclass(frozen=True)
class Counted:
    """The likeliest end of the sentence.

    Attributes:
        pause: None where there is no pause to choose from.
        expected: seconds at which the phrase should begin.
        missing: there is too little speech for text and phrase.
        doubtful: the pause lies far from where the phrase should begin.
        score: from 0 to 1, the surest.
    """

    pause: Pause | None
    expected: float
    missing: bool
    doubtful: bool
    score: float


def count_back(speech: Speech, text: str, closing: str, language: str) -> Counted:
    """Look for the pause after which there is as much speech as the phrase has syllables.

    Args:
        language: its code.
    """
    whole = syllables(closing, language) + syllables(text, language)
    total = speech.seconds(0, np.inf)
    least = LEAST_PER_SYLLABLE * (_MORA if language == "ja" else 1.0)
    expected = _expected(speech, text, closing, language)
    best, best_off = next(iter(_weighed(speech, expected)), (None, np.inf))
    likeness = float(np.exp(-0.5 * (best_off / SPREAD) ** 2))
    clear = best is not None and best.length >= CLEAR_PAUSE and likeness > CLEAR_SCORE
    return Counted(
        best,
        speech.end - expected,
        total < least * whole and not clear,
        abs(best_off) > FAR_OFF,
        likeness * SUREST,
    )


def likely_pauses(speech: Speech, text: str, closing: str, language: str) -> list[Pause]:
    """Those before the phrase, by how long it should take; the likeliest first.

    Args:
        language: its code.
    """
    return [pause for pause, _off in _weighed(speech, _expected(speech, text, closing, language))]


def _expected(speech: Speech, text: str, closing: str, language: str) -> float:
    """Seconds of speech that the phrase should have."""
    phrase = syllables(closing, language)
    share = phrase / (phrase + syllables(text, language))
    return max(speech.seconds(0, np.inf) * share, 0.01)


def _weighed(speech: Speech, expected: float) -> list[tuple[Pause, float]]:
    """The pauses, the likeliest first, each with how far off the time after it is, in log."""
    weighed: list[tuple[float, Pause, float]] = []
    for pause in speech.pauses:
        off = float(np.log(max(speech.seconds(pause.end, np.inf), 0.01) / expected))
        score = -0.5 * (off / SPREAD) ** 2 + float(np.log(min(pause.length, LONG) / SHORTEST))
        weighed.append((score, pause, off))
    return [(pause, off) for _score, pause, off in sorted(weighed, key=lambda one: -one[0])]


def syllables(text: str, language: str) -> float:
    """How many syllables (in Japanese, morae) a reading of the text typically has; at least one.

    Args:
        language: its code.
    """
    folded = unicodedata.normalize("NFKC", text)
    per_han = _PER_KANJI if language == "ja" else 1.0
    count = 0.0
    for match in _PIECES.finditer(folded):
        piece = match.group()
        if match.lastgroup == "digits":
            count += len(piece) * _PER_DIGIT.get(language, _PER_DIGIT_ELSEWHERE)
        elif match.lastgroup == "han":
            count += len(piece) * per_han
        elif match.lastgroup == "kana":
            count += len(_SMALL_KANA.sub("", piece))
        else:
            bounds = count_syllables(piece)
            spelled = bounds.most > bounds.fewest and (piece.isupper() or not bounds.fewest)
            count += len(piece) * _PER_LETTER if spelled else bounds.fewest
    return max(count, 1.0)
