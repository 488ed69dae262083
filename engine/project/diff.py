"""Which lines of an older text are which lines of a newer one."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

ALIKE = 0.4
"""The least similarity of two lines taken for one line that was changed. Sentences that have
nothing to do with each other reach 0.2-0.3 in English, less in Korean."""

_PIECE = 40
# Lines on each side that are compared each with each.

_FEW = 5
# Lines that as many others may replace and still be those lines, rewritten.

_NEARNESS = 1e-3
# What a line's place counts for against its similarity.

Pair = tuple[int, int]


def common(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """The lines that stayed as they are and in order, as index pairs that rise on both sides.

    Patience diff (https://bramcohen.livejournal.com/73318.html): lines that occur once on each
    side are anchors, and the rest is compared between them. Unlike difflib, whose time grows with
    the product of the lengths where lines repeat or every other line changed, it stays near
    n log n.
    """
    pairs: list[Pair] = []
    ranges = [(0, len(old), 0, len(new))]
    while ranges:
        old_start, old_end, new_start, new_end = ranges.pop()
        while old_start < old_end and new_start < new_end and old[old_start] == new[new_start]:
            pairs.append((old_start, new_start))
            old_start, new_start = old_start + 1, new_start + 1
        while old_start < old_end and new_start < new_end and old[old_end - 1] == new[new_end - 1]:
            old_end, new_end = old_end - 1, new_end - 1
            pairs.append((old_end, new_end))
        found = _anchors(old[old_start:old_end], new[new_start:new_end])
        anchors = [(old_start + i, new_start + j) for i, j in found]
        pairs += anchors
        if anchors:
            starts = [(old_start, new_start), *((i + 1, j + 1) for i, j in anchors)]
            ends = [*anchors, (old_end, new_end)]
            for (i, j), (i_end, j_end) in zip(starts, ends, strict=True):
                ranges.append((i, i_end, j, j_end))
    return sorted(pairs)


def equal(old: Iterable[tuple[int, str]], new: Iterable[tuple[int, str]]) -> list[Pair]:
    """The keys of equal lines, whatever their order; of repeated ones the first with the first."""
    waiting: defaultdict[str, deque[int]] = defaultdict(deque)
    for i, text in old:
        waiting[text].append(i)
    return [(waiting[text].popleft(), j) for j, text in new if waiting.get(text)]


def changed(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """The lines that became others in the same place, as index pairs that rise on both sides.

    Lines that are alike are one. A few between them in the place of as many are those, changed
    however much.
    """
    if not old or not new:
        return []
    pieces = -(-max(len(old), len(new)) // _PIECE)
    pairs: list[Pair] = []
    for piece in range(pieces):
        i, i_end = (len(old) * n // pieces for n in (piece, piece + 1))
        j, j_end = (len(new) * n // pieces for n in (piece, piece + 1))
        pairs += [(i + a, j + b) for a, b in _alike(old[i:i_end], new[j:j_end])]
    return sorted([*pairs, *_rewritten(pairs, len(old), len(new))])


def _rewritten(pairs: Sequence[Pair], old_end: int, new_end: int) -> Iterator[Pair]:
    for (i, j), (i_end, j_end) in pairwise([(-1, -1), *pairs, (old_end, new_end)]):
        count = i_end - i - 1
        if count == j_end - j - 1 and count <= _FEW:
            yield from zip(range(i + 1, i_end), range(j + 1, j_end), strict=True)


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Rising pairs of equal lines to begin with: those that occur once on each side.

    Where all repeat, a few are told apart by the changed lines among them, and of many the n-th
    occurrence is taken for the n-th.
    """
    in_old, in_new = Counter(old), Counter(new)
    where = {text: j for j, text in enumerate(new) if in_new[text] == 1}
    pairs = [(i, where[t]) for i, t in enumerate(old) if in_old[t] == 1 and t in where]
    if not pairs and in_old.keys() & in_new.keys():
        if max(len(old), len(new)) <= _PIECE:
            return [(i, j) for i, j in _alike(old, new) if old[i] == new[j]]
        pairs = sorted(equal(enumerate(old), enumerate(new)))
    return _rising(pairs)


def _rising(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest selection whose second values rise too; the first values do already."""
    ends: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for index, (_i, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        previous.append(last[length - 1] if length else -1)
        if length == len(ends):
            ends.append(j)
            last.append(index)
        else:
            ends[length], last[length] = j, index
    chosen: list[Pair] = []
    index = last[-1] if last else -1
    while index >= 0:
        chosen.append(pairs[index])
        index = previous[index]
    return chosen[::-1]


def _bigrams(text: str) -> frozenset[str]:
    folded = text.casefold()
    return frozenset(folded[i : i + 2] for i in range(max(1, len(folded) - 1)))


def _similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's coefficient of the pairs of neighbouring characters."""
    return 2 * len(one & other) / (len(one) + len(other))


def _alike(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """The rising pairs of similar lines whose similarities sum up highest; among equal sums, those
    nearest to their places."""
    ours, theirs = [_bigrams(text) for text in old], [_bigrams(text) for text in new]
    if len(ours) == len(theirs) and all(map(_are_alike, ours, theirs)):
        return [(i, i) for i in range(len(ours))]
    best = [[0.0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    for i, one in enumerate(ours):
        for j, other in enumerate(theirs):
            similarity = _similarity(one, other)
            away = abs(i / len(ours) - j / len(theirs)) * _NEARNESS
            together = best[i][j] + similarity - away if similarity >= ALIKE else 0.0
            best[i + 1][j + 1] = max(best[i][j + 1], best[i + 1][j], together)
    return _traced(best)


def _traced(best: Sequence[Sequence[float]]) -> list[Pair]:
    """The pairs that led to the highest sum."""
    pairs: list[Pair] = []
    i, j = len(best) - 1, len(best[0]) - 1
    while i and j:
        if best[i][j] == best[i - 1][j]:
            i -= 1
        elif best[i][j] == best[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    return pairs[::-1]


def _are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return _similarity(one, other) >= ALIKE
