"""Pieces of a line to sentences, where the splitter cut too often or left two together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from engine.script.layout import is_speakable

_SMALL = "a-zß-öø-ÿа-яё"

_CLOSERS = re.compile(r"[」』）】》〉”’)\]]+")
_ASIDE = re.compile(
    r"[(（\[【][^()（）\[\]【】]*[.!?。！？…]"
    rf"(?:[)\]]\s|[）】]\s?)(?=[^\s{_SMALL},.!?。！？、])"
)
_CLOSED = re.compile(r"[.!?。！？｡．…]\s?[\"'”’»“«」』）)\]】》〉]+$")
_EXCLAIMED = re.compile(r"[!?！？…]$")

_SMALL_LETTER = re.compile(rf"[{_SMALL}](?![A-ZА-Я])")
_DASH_AND_SMALL_LETTER = re.compile(rf"[–—-]\s?[{_SMALL}]")
_KOREAN_TAG = re.compile(
    r"(?:이?라(?:고|며|면서|는|던|니|더니|거나)|하고|하며|하면서|하는|하던)\w{0,2}(?!\w)"
)
_JAPANESE_TAG = re.compile(
    r"と(?!て|ころ|りあえ|もかく|うとう|にかく|きどき|きに|ある|っさ|たん|なり[のに])"
    r"|って|を|など|なんて|だなんて|みたいな|らしい|です|でした|だった|である|だ[。！？]|で、"
    r"|[はがもにでのへやか](?=[\u4e00-\u9fff])"
)


def mended(pieces: Iterable[str]) -> Iterator[str]:
    """Whole sentences, stripped, of consecutive pieces of one line; none of them is empty."""
    sentence = ""
    silent = ""
    for piece in _asides_apart(_closers_back(pieces)):
        if not is_speakable(piece):
            silent += piece
            continue
        if sentence and _goes_on(silent, piece):
            piece = silent + piece
        else:
            sentence += silent
        silent = ""
        if is_speakable(sentence) and not _goes_on(sentence[-8:], piece):
            yield sentence.strip()
            sentence = ""
        sentence += piece
    rest = (sentence + silent).strip()
    if rest:
        yield rest


def _closers_back(pieces: Iterable[str]) -> Iterator[str]:
    """Pieces with the closing marks at their beginning given to the piece before."""
    held = ""
    for piece in pieces:
        closers = _CLOSERS.match(piece) if held and not held[-1].isspace() else None
        start = closers.end() if closers else 0
        held += piece[:start]
        if start < len(piece):
            if held:
                yield held
            held = piece[start:]
    if held:
        yield held


def _asides_apart(pieces: Iterable[str]) -> Iterator[str]:
    """Pieces with a whole sentence in brackets at their beginning cut off."""
    for piece in pieces:
        aside = _ASIDE.match(piece)
        if aside:
            yield aside[0]
            yield piece[aside.end() :]
        else:
            yield piece


def _goes_on(before: str, after: str) -> bool:
    """Whether ``after`` belongs to the sentence that ``before`` is the end of: it says who spoke
    the quotation, or hangs on it as a particle."""
    head = before.rstrip()
    tail = after.lstrip()
    if _DASH_AND_SMALL_LETTER.match(tail):
        return True
    closed = bool(_CLOSED.search(head))
    if closed and (_SMALL_LETTER.match(tail) or _KOREAN_TAG.match(tail)):
        return True
    if len(head) < len(before) or len(tail) < len(after):
        return False
    if closed and ("가" <= tail[:1] <= "힣" or tail.startswith("的")):
        return True
    if (closed or _EXCLAIMED.search(head)) and _JAPANESE_TAG.match(tail):
        return True
    return bool(_KOREAN_TAG.match(tail))
