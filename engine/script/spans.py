"""Where in a script file, as it was typed, each of its sentences stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.script.cleaning import LINE_END, PARAGRAPH_ENDS, clean, clean_places
from engine.script.layout import Line, classified


@dataclass(frozen=True)
class RawLine:
    """A line of the file; its end is ``text[end:stop]``, empty at most in the last one."""

    start: int
    end: int
    stop: int


@dataclass(frozen=True)
class Piece:
    """What of one sentence stands in one line: ``text[start:end]``, no spaces around it."""

    line: int
    start: int
    end: int


@dataclass(frozen=True)
class Spans:
    """The lines of a file, and the pieces of each sentence in order: at least one, and more than
    one only where a sentence goes on over line ends."""

    lines: tuple[RawLine, ...]
    sentences: tuple[tuple[Piece, ...], ...]


def find_spans(text: str, sentences: Sequence[str]) -> Spans:
    """Find sentences in the text that they were split from.

    Args:
        text: as in the file, not cleaned.
        sentences: all of them, as :func:`engine.script.split_text` gives them.

    Raises:
        ValueError: they are not the sentences of this text.
    """
    lines = tuple(_raw_lines(text))
    pieces: list[list[Piece]] = [[] for _ in sentences]
    number = -1
    rest = ""
    for line, letters, places in _words(text, lines):
        at = 0
        while at < len(letters):
            if not rest:
                number += 1
                if number == len(sentences):
                    raise ValueError("There is more in the text than its sentences.")
                rest = packed(sentences[number])
            found = letters[at : at + len(rest)]
            if not found or not rest.startswith(found):
                raise ValueError(f"Sentence {number} is not in its place in the text.")
            end = at + len(found)
            pieces[number].append(Piece(line, places[at][0], places[end - 1][1]))
            rest = rest[len(found) :]
            at = end
    if rest or number + 1 != len(sentences):
        raise ValueError("There are more sentences than the text has.")
    return Spans(lines, tuple(map(tuple, pieces)))


def packed(text: str) -> str:
    """The text without its spaces: what stays the same however lines are broken."""
    return "".join(text.split())


def _raw_lines(text: str) -> Iterator[RawLine]:
    start = 0
    for found in LINE_END.finditer(text):
        yield RawLine(start, found.start(), found.end())
        start = found.end()
    yield RawLine(start, len(text), len(text))


def _words(text: str, lines: Sequence[RawLine]) -> Iterator[tuple[int, str, list[tuple[int, int]]]]:
    """Of each line that is in sentences: its number, its letters without the mark of a list item,
    and where in the text each of them stands."""
    kinds = classified(clean(text))
    for number, (line, kind) in enumerate(zip(lines, kinds, strict=False)):
        if text[line.end : line.stop] in PARAGRAPH_ENDS and line.end < line.stop:
            next(kinds)
        if not isinstance(kind, Line):
            continue
        letters = packed(kind.text)
        found = list(clean_places(text[line.start : line.end]))[-len(letters) :]
        if "".join(character for character, _start, _end in found) != letters:
            raise ValueError(f"Line {number + 1} is not what it was read as.")
        offset = line.start
        yield number, letters, [(offset + start, offset + end) for _character, start, end in found]
