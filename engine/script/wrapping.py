"""Files whose lines were broken to fit a width: telling them apart, and running lines together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from unicodedata import east_asian_width

from engine.script.layout import Line, Paragraph, is_direction

_ENOUGH_PARAGRAPHS = 2000
_FEWEST_BREAKS = 4
_NARROWEST = 40
"""Cells. Below it, lines of like length are too often verse, titles or captions."""

_ENDED = re.compile(r"[.!?:;…。！？．｡：；][\"'”’»」』）)\]】]*$")
_STOP_INSIDE = re.compile(r"[.!?][\"'”’»)]*\s\S|[。！？][」』）”]*[^」』）”。！？]")


def is_hard_wrapped(paragraphs: Iterable[Paragraph]) -> bool:
    """Whether line ends look like a width's doing and not the writer's.

    All of this must hold, so that a list of unpunctuated sentences is never run together: lines are
    full (the next line's first word would not have fitted), most end in mid-sentence, most
    paragraphs end with a stop, and stops are found inside lines.
    """
    prose = [
        [line.text for line in paragraph.lines]
        for paragraph in islice(paragraphs, _ENOUGH_PARAGRAPHS)
        if len(paragraph.lines) > 1 and not any(is_direction(line.text) for line in paragraph.lines)
    ]
    breaks = [pair for lines in prose for pair in pairwise(lines)]
    if len(breaks) < _FEWEST_BREAKS:
        return False
    open_ends = sum(not _ENDED.search(before) for before, _after in breaks)
    if open_ends < 0.6 * len(breaks):
        return False
    width = max(_cells(before) for before, _after in breaks)
    full = sum(_cells(before) + 1 + _cells(_first_word(after)) > width for before, after in breaks)
    closed = sum(bool(_ENDED.search(lines[-1])) for lines in prose)
    stops_inside = sum(bool(_STOP_INSIDE.search(line)) for lines in prose for line in lines)
    return (
        width >= _NARROWEST
        and full >= 0.85 * len(breaks)
        and closed >= 0.6 * len(prose)
        and stops_inside >= 0.1 * len(breaks)
    )


def unwrapped(lines: Iterable[Line]) -> Iterator[str]:
    """The lines of a paragraph run together, but for list items and stage directions."""
    run: list[str] = []
    for line in lines:
        alone = is_direction(line.text)
        if run and (alone or line.starts_item):
            yield joined(run)
            run = []
        run.append(line.text)
        if alone:
            yield joined(run)
            run = []
    if run:
        yield joined(run)


def joined(texts: Iterable[str]) -> str:
    """Texts that are not empty run together, with a space between them where their writing has
    spaces."""
    whole = ""
    for text in texts:
        space = whole and not (_is_unspaced(whole[-1]) and _is_unspaced(text[0]))
        whole += f" {text}" if space else text
    return whole


def _cells(text: str) -> int:
    return len(text) + sum(east_asian_width(character) in {"W", "F"} for character in text)


def _first_word(line: str) -> str:
    """What would have had to fit on the line before: one character where words are not spaced,
    and the marks that may not begin a line with it."""
    if _is_unspaced(line[0]):
        return line[:2]
    return line.split(maxsplit=1)[0]


def _is_unspaced(character: str) -> bool:
    """Kana, Han and their punctuation, which have no spaces between words."""
    return "\u3000" <= character <= "\u9fff" or "\uff00" <= character <= "\uff9f"
