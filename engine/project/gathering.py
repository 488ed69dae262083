"""Sentences of the script that are one row of the desk. No I/O.

A row may hold what a reader of the file takes for several sentences: two rows that were merged, or
one into which a full stop was typed. Once it is written into the script it is still one row.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from engine.domain import ScriptSentence
from engine.labels import make_label
from engine.project import diff
from engine.script.spans import packed

_TRIES = 50
# A script may hold one and the same sentence thousands of times.


def gathered(known: Sequence[str], script: Sequence[ScriptSentence]) -> Sequence[ScriptSentence]:
    """The script with sentences together where they are on one line and are one of the known rows.

    Args:
        known: what the script said of its rows when it was last read, in its order.
    """
    texts = [sentence.text for sentence in script]
    if set(known).issubset(texts):
        return script
    ends = [(-1, -1), *diff.common(known, texts), (len(known), len(texts))]
    together: dict[int, tuple[int, str]] = {}
    for (i, j), (i_end, j_end) in pairwise(ends):
        together.update(_found(known[i + 1 : i_end], script, j + 1, j_end))
    return list(_with_runs(script, together))


def _found(
    known: Sequence[str], script: Sequence[ScriptSentence], at: int, stop: int
) -> Iterator[tuple[int, tuple[int, str]]]:
    """Of each known row that is several sentences: where they begin, where they end, its text."""
    if not known:
        return
    letters = {number: packed(script[number].text) for number in range(at, stop)}
    places: defaultdict[str, list[int]] = defaultdict(list)
    for number, text in letters.items():
        places[text].append(number)
    lengths = sorted({len(text) for text in places})
    for row in known:
        wanted = packed(row)
        for start in _starts(wanted, places, lengths, at):
            end = _end(wanted, letters, start, stop)
            if end > start + 1 and script[start].line == script[end - 1].line:
                yield start, (end, row)
                at = end
                break


def _starts(
    wanted: str, places: Mapping[str, Sequence[int]], lengths: Iterable[int], at: int
) -> Iterator[int]:
    """Where a row may begin: at the sentences that it begins with."""
    for length in takewhile(lambda length: length < len(wanted), lengths):
        same = places.get(wanted[:length], ())
        first = bisect_left(same, at)
        yield from same[first : first + _TRIES]


def _end(wanted: str, letters: dict[int, str], start: int, stop: int) -> int:
    """Where the sentences end that say all that is wanted; ``start`` if they do not."""
    length, number = 0, start
    while number < stop and wanted.startswith(letters[number], length):
        length += len(letters[number])
        number += 1
        if length == len(wanted):
            return number
    return start


def _with_runs(
    script: Sequence[ScriptSentence], together: dict[int, tuple[int, str]]
) -> Iterator[ScriptSentence]:
    at = 0
    while at < len(script):
        end, text = together.get(at, (at + 1, script[at].text))
        spoken = any(sentence.spoken for sentence in script[at:end])
        label = script[at].label if end == at + 1 else make_label(text)
        yield replace(script[at], text=text, spoken=spoken, label=label)
        at = end
