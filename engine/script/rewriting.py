"""The desk's rows back into the text of the script file, all else in it left as it was typed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from engine.domain import Script
from engine.errors import UnwritableRow
from engine.i18n import _
from engine.script.cleaning import clean
from engine.script.layout import is_direction
from engine.script.placing import ScriptRow, placed
from engine.script.reader import split_text
from engine.script.spans import find_spans, packed

_PATIENCE = 4
"""Readings after which every row that is not found gets a line of its own at once."""

_ROUNDS = 12
_SHOWN = 40
"""Characters of a row in an error."""


@dataclass(frozen=True)
class Rewritten:
    """A script file as it is to be written.

    Attributes:
        text: of the whole file.
        script: the text, split again.
        sentences: of each row, in order: which sentences of ``script`` it is, from 0; none only
            for a row without text.
    """

    text: str
    script: Script
    sentences: tuple[range, ...]


def rewritten(text: str, script: Script, rows: Sequence[ScriptRow]) -> Rewritten:
    """Bring the text of a script to what the desk made of its sentences.

    What was not changed stays as it is to the byte. A sentence that no row names is taken out; the
    line that it leaves empty goes with it. The text that comes of it is split again, and a row that
    would run into the one before it is given a line of its own.

    Args:
        text: of the file, not cleaned, as ``script`` was split from it.
        rows: in the desk's order.

    Raises:
        UnwritableRow: a row would be read as something else, such as a heading.
        ScriptError: nothing would be left to speak.
        ValueError: ``script`` was not split from this text, or two rows name one sentence.
    """
    rows = [replace(row, text=in_one_line(row.text)) for row in rows]
    _check_directions(script, rows)
    spans = find_spans(text, [sentence.text for sentence in script.sentences])
    draft = placed(text, script, spans, rows)
    breaks: dict[int, int] = {}
    for attempt in range(_ROUNDS):
        result = draft.written(breaks)
        again = split_text(result, language=script.language, hard_wrapped=script.hard_wrapped)
        wrong, sentences = _read_back(again, rows, breaks)
        if not wrong:
            again = replace(again, encoding=script.encoding)
            return Rewritten(result, again, tuple(sentences))
        for number in wrong if attempt >= _PATIENCE else _firsts(wrong):
            breaks[number] = breaks.get(number, 0) + 1
    raise _misread(min(breaks), rows)


def in_one_line(text: str) -> str:
    """A text as a script file can hold it."""
    return " ".join(clean(text).split("\n")).strip()


def _check_directions(script: Script, rows: Sequence[ScriptRow]) -> None:
    for number, row in enumerate(rows):
        if row.text.startswith("//"):
            before = "" if row.line is None else script.sentences[row.line].text
            if not is_direction(before):
                raise _misread(number, rows)


def _read_back(
    script: Script, rows: Sequence[ScriptRow], breaks: Collection[int]
) -> tuple[list[int], list[range]]:
    """The rows that are not found to begin where a sentence does; and, if there are none, the
    sentences of each row."""
    wanted = [packed(row.text) for row in rows]
    found = [packed(sentence.text) for sentence in script.sentences]
    misread = _first_misread("".join(wanted), "".join(found), wanted)
    if misread is not None:
        # It may only have run into its neighbour, as "-" does into "One" to make a list of it.
        for number in (misread + 1, misread):
            if number < len(rows) and number not in breaks:
                return [number], []
        raise _misread(misread, rows)
    number_at = {at: number for number, at in enumerate(accumulate(map(len, found), initial=0))}
    starts = list(accumulate(map(len, wanted), initial=0))
    wrong = {n for n, row in enumerate(rows) if row.text and starts[n] not in number_at}
    if wrong:
        return sorted(wrong), []
    sentences = [range(number_at[start], number_at[end]) for start, end in pairwise(starts)]
    for number, row in enumerate(rows):
        if len(sentences[number]) > 1 and is_direction(row.text):
            wrong.update({number, min(number + 1, len(rows) - 1)}.difference(breaks))
    return sorted(wrong), sentences


def _first_misread(ours: str, theirs: str, rows: Iterable[str]) -> int | None:
    """The number of the row in which two texts part, or None."""
    if ours == theirs:
        return None
    same = next(
        (at for at, (one, other) in enumerate(zip(ours, theirs, strict=False)) if one != other),
        min(len(ours), len(theirs)),
    )
    ends = list(accumulate(map(len, rows)))
    return min(bisect_right(ends, same), len(ends) - 1)


def _firsts(numbers: Sequence[int]) -> list[int]:
    """The first of each run: the others may be right once it is."""
    every = set(numbers)
    return [number for number in numbers if number - 1 not in every]


def _misread(number: int, rows: Sequence[ScriptRow]) -> UnwritableRow:
    text = rows[number].text
    return UnwritableRow(
        _("This row would be read as something else: {text}").format(
            text=text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        ),
        _(
            "In a script file, # at the beginning of a line makes it a heading, - and the like an "
            "item of a list, // a direction. Let the row begin with a word, and save again; "
            "nothing was written."
        ),
        row=number,
    )
