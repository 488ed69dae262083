"""Which places of a script file change when rows of the desk are written into it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from engine.domain import Script
from engine.script.cleaning import LINE_END, PARAGRAPH_ENDS
from engine.script.layout import is_direction
from engine.script.spans import Piece, Spans, packed
from engine.script.wrapping import joined

_SPACES_AT_END = re.compile(r"[^\S\r\n\v\f\u0085\u2028\u2029]+\Z")


@dataclass(frozen=True)
class ScriptRow:
    """A row of the desk, as the file is to have it.

    Attributes:
        line: which sentence of the script it is, from 0; None for one that is not in the file yet.
        text: as edited in the desk.
    """

    line: int | None
    text: str


@dataclass(frozen=True)
class _Change:
    """``text[start:end]`` gives way to a row, if there is one, and what is around it.

    Attributes:
        row: number of the row that begins here, or None.
        text: the row's words; empty where those in the file stay.
        before, after: what parts it from its neighbours.
    """

    start: int
    end: int
    row: int | None = None
    text: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Draft:
    """A text and all that changes in it, in order.

    Attributes:
        line_end: as most lines of the file end.
    """

    text: str
    changes: Sequence[_Change]
    line_end: str
    hard_wrapped: bool

    def written(self, breaks: Mapping[int, int]) -> str:
        """The text with its changes.

        Args:
            breaks: how many line ends to put before rows, by their numbers.
        """
        parts: list[str] = []
        at = 0
        for change in self.changes:
            parts += [self.text[at : change.start], change.before]
            if change.row is not None and change.row in breaks:
                self._break(parts, breaks[change.row])
            parts += [change.text, change.after]
            at = max(at, change.end)
        return "".join([*parts, self.text[at:]])

    def _break(self, parts: list[str], count: int) -> None:
        """End the line; in a hard-wrapped script only a blank line ends anything."""
        while parts:
            last = _SPACES_AT_END.sub("", parts.pop())
            if last:
                parts.append(last)
                break
        begun = bool(parts) and not LINE_END.match(parts[-1][-1])
        parts.append(self.line_end * (count + (begun and self.hard_wrapped)))


def placed(text: str, script: Script, spans: Spans, rows: Sequence[ScriptRow]) -> Draft:
    """Find a place for each row.

    Rows in the script's order stay where they are, as many as can; any other comes after the row
    before it.

    Raises:
        ValueError: two rows name one sentence of the script.
    """
    plan = _Plan(text, script, spans, rows)
    changes = [*plan.insertions(), *plan.kept(), *plan.cuts()]
    changes.sort(key=lambda change: change.start)
    return Draft(text, changes, _line_end(text), script.hard_wrapped)


class _Plan:
    def __init__(self, text: str, script: Script, spans: Spans, rows: Sequence[ScriptRow]) -> None:
        named = [row.line for row in rows if row.line is not None]
        if len(named) > len(set(named)):
            raise ValueError("Two rows name one sentence of the script.")
        self._text = text
        self._old = [sentence.text for sentence in script.sentences]
        self._spans = spans
        self._rows = rows
        self._line_end = _line_end(text)
        self._stays = in_order([row.line if row.text else None for row in rows])
        self._crowds = Counter(p.line for pieces in spans.sentences for p in pieces)

    def insertions(self) -> Iterator[_Change]:
        """Of the rows that are new where they are; before all else in the same place."""
        for stays, numbers in groupby(range(len(self._rows)), key=self._stays.__contains__):
            if stays:
                continue
            run = list(numbers)
            new = [number for number in run if self._rows[number].text]
            yield from self._after(run[0] - 1, new) if run[0] else self._at_the_beginning(new)

    def kept(self) -> Iterator[_Change]:
        """Of the rows that stay where they are."""
        for number in self._stays:
            pieces, edited = self._pieces(number), self._is_edited(number)
            start = pieces[0].start
            end, text = (pieces[0].end, self._rows[number].text) if edited else (start, "")
            yield _Change(start, end, row=number, text=text)

    def cuts(self) -> Iterator[_Change]:
        """Of what leaves the file, with its spare spaces or its whole line."""
        standing: set[Piece] = set()
        for number in self._stays:
            pieces = self._pieces(number)
            standing.update(pieces[:1] if self._is_edited(number) else pieces)
        every = (piece for pieces in self._spans.sentences for piece in pieces)
        for line, group in groupby(every, key=lambda piece: piece.line):
            pieces = list(group)
            if standing.isdisjoint(pieces):
                whole = self._spans.lines[line]
                yield _Change(whole.start, whole.stop)
            else:
                yield from _cuts_in_line(pieces, standing)

    def _at_the_beginning(self, new: Iterable[int]) -> Iterator[_Change]:
        first = self._pieces(min(self._stays))[0] if self._stays else self._spans.sentences[0][0]
        start = self._spans.lines[first.line].start
        for number in new:
            yield _Change(start, start, number, self._words(number), after=self._line_end)

    def _after(self, anchor: int, new: Sequence[int]) -> Iterator[_Change]:
        last = self._pieces(anchor)[0 if self._is_edited(anchor) else -1]
        line = self._spans.lines[last.line]
        crowded = self._crowds[last.line] > 1
        halves = self._halves(anchor, new)
        before = self._rows[anchor].text
        for count, number in enumerate(new):
            text = self._words(number)
            beside = (crowded or count < halves) and not is_direction(text)
            at = last.end if crowded or count < halves else line.end
            follows = self._text[at : line.end][:1]
            yield _Change(
                at,
                at,
                number,
                text,
                before=_space(before, text) if beside else self._line_end,
                after=_space(text, follows) if follows.strip() and number == new[-1] else "",
            )
            before = text

    def _halves(self, anchor: int, new: Sequence[int]) -> int:
        """How many of the new rows are what was split off from the row before them."""
        old = packed(self._old_text(anchor))
        whole = packed(self._rows[anchor].text)
        for count, number in enumerate(new, start=1):
            whole += packed(self._rows[number].text)
            if whole == old:
                return count
        return 0

    def _words(self, number: int) -> str:
        """Of a row that is put into another place: as typed, if it only moved."""
        row = self._rows[number]
        if row.line is not None and not self._is_edited(number):
            pieces = self._pieces(number)
            if len(pieces) == 1:
                return self._text[pieces[0].start : pieces[0].end]
        return row.text

    def _is_edited(self, number: int) -> bool:
        return self._rows[number].text != self._old_text(number)

    def _old_text(self, number: int) -> str:
        line = self._rows[number].line
        return "" if line is None else self._old[line]

    def _pieces(self, number: int) -> tuple[Piece, ...]:
        line = self._rows[number].line
        return () if line is None else self._spans.sentences[line]


def _cuts_in_line(pieces: Sequence[Piece], standing: set[Piece]) -> Iterator[_Change]:
    """With the spaces after what is cut, or before it at the end of the line."""
    end = pieces[0].start
    at = 0
    for stands, group in groupby(pieces, key=standing.__contains__):
        run = list(group)
        at += len(run)
        if stands:
            end = run[-1].end
        elif at < len(pieces):
            yield _Change(run[0].start, pieces[at].start)
        else:
            yield _Change(end, run[-1].end)


def in_order(lines: Sequence[int | None]) -> dict[int, None]:
    """The numbers of the rows, in order, of the longest selection whose lines rise."""
    ends: list[int] = []
    last: list[int] = []
    previous: dict[int, int | None] = {}
    for number, line in enumerate(lines):
        if line is None:
            continue
        length = bisect_left(ends, line)
        previous[number] = last[length - 1] if length else None
        ends[length:] = [line] if length == len(ends) else [line, *ends[length + 1 :]]
        last[length : length + 1] = [number]
    chosen: list[int] = []
    at = last[-1] if last else None
    while at is not None:
        chosen.append(at)
        at = previous[at]
    return dict.fromkeys(reversed(chosen))


def _space(before: str, after: str) -> str:
    """What parts two sentences on one line, as their writing has it."""
    return joined([before[-1], after[0]])[1:-1]


def _line_end(text: str) -> str:
    ends = Counter(found[0] for found in LINE_END.finditer(text) if found[0] not in PARAGRAPH_ENDS)
    return ends.most_common(1)[0][0] if ends else "\n"
