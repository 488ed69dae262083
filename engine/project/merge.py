"""What becomes of the stored sentences when the script is read again. No I/O."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from typing import Any

from engine.domain import ScriptSentence, Sentence
from engine.project import diff
from engine.project.edits import script_text
from engine.project.gathering import gathered
from engine.project.rows import Place
from engine.project.table import LEAST_GAP, spread


@dataclass(frozen=True)
class MergeReport:
    """What a change of the script did to the sentences, by their ids; each is in one list.

    Attributes:
        added: new in the script.
        changed: their text follows the script's.
        hidden: gone from the script, kept with their takes.
        restored: were hidden and are in the script again.
        conflicts: changed in the script and in the desk; the desk's text stands.
    """

    added: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()
    restored: tuple[int, ...] = ()
    conflicts: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return any((self.added, self.changed, self.hidden, self.restored, self.conflicts))


@dataclass
class Merge:
    """The sentences that are no longer as they were, with their places, and the report."""

    sentences: dict[int, Sentence] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)
    report: MergeReport = field(default_factory=MergeReport)


def merge(
    sentences: Mapping[int, Sentence],
    places: Mapping[int, Place],
    script: Sequence[ScriptSentence],
    *,
    language: str,
) -> Merge:
    """Follow the script: unchanged lines keep everything, also where they moved; a changed line
    takes the new text unless the desk had edited it; lines that are gone are hidden, and shown
    again when they return. Rows that were made in the desk stay, and so does the order that rows
    were given there.

    Args:
        language: full English name, of the sentences that are new.
    """
    rows = sorted(
        (row for row in sentences.values() if row.source_text),
        key=lambda row: _script_order(places[row.id]),
    )
    there = [row for row in rows if not row.hidden]
    script = gathered([script_text(row) for row in there], script)
    found, settled = _match(there, [row for row in rows if row.hidden], script)
    next_id = 1 + max(sentences, default=0)
    order: list[int] = []
    result = Merge()
    lists: dict[str, list[int]] = {"added": [], "changed": [], "restored": [], "conflicts": []}
    for row, line in zip(found, script, strict=True):
        if row is None:
            result.sentences[next_id] = _new(next_id, line, language)
            lists["added"].append(next_id)
            order.append(next_id)
            next_id += 1
            continue
        order.append(row.id)
        follower = _follow(row, line, suggested=places[row.id].suggested)
        if follower != row:
            result.sentences[row.id] = follower
            happened = None if row.removed else _what_happened(row, follower)
            if happened:
                lists[happened].append(row.id)
    kept = set(order)
    gone = [row for row in there if row.id not in kept]
    result.sentences.update((row.id, replace(row, hidden=True)) for row in gone)
    result.places = _places(order, script, places, settled)
    result.report = MergeReport(
        hidden=tuple(row.id for row in gone if not row.removed),
        **{name: tuple(ids) for name, ids in lists.items()},
    )
    return result


def _script_order(place: Place) -> tuple[float, float]:
    """As the script had it when it was last read; the desk may have moved it since."""
    return (math.inf if place.line is None else place.line, place.position)


def _places(
    order: Sequence[int],
    script: Sequence[ScriptSentence],
    places: Mapping[int, Place],
    settled: set[int],
) -> dict[int, Place]:
    """Of the rows that have another place than before."""
    found = {
        id_: (places[id_]._replace(position=position) if id_ in places else Place(position, True))
        for id_, position in _positions(order, places, settled).items()
    }
    for number, (id_, line) in enumerate(zip(order, script, strict=True)):
        found[id_] = found[id_]._replace(suggested=line.spoken, line=number)
    return {id_: place for id_, place in found.items() if places.get(id_) != place}


def _match(
    shown: Sequence[Sentence], hidden: Sequence[Sentence], script: Sequence[ScriptSentence]
) -> tuple[list[Sentence | None], set[int]]:
    """The row of each line of the script, or None for a new one; and the ids of the rows that
    kept their order."""
    old = [script_text(row) for row in shown]
    new = [line.text for line in script]
    found: list[Sentence | None] = [None] * len(new)
    in_order = diff.common(old, new)
    found_old = {i for i, _ in in_order}
    for i, j in in_order:
        found[j] = shown[i]

    def missing() -> Iterable[tuple[int, str]]:
        return [(j, text) for j, text in enumerate(new) if found[j] is None]

    for i, j in diff.equal(((i, t) for i, t in enumerate(old) if i not in found_old), missing()):
        found[j] = shown[i]
        found_old.add(i)
    for i, j in diff.equal(((i, script_text(row)) for i, row in enumerate(hidden)), missing()):
        found[j] = hidden[i]
    changed: list[diff.Pair] = []
    ends = [*in_order, (len(old), len(new))]
    for (i, j), (i_end, j_end) in zip([(-1, -1), *in_order], ends, strict=True):
        lost = [a for a in range(i + 1, i_end) if a not in found_old]
        fresh = [b for b in range(j + 1, j_end) if found[b] is None]
        pairs = diff.changed([old[a] for a in lost], [new[b] for b in fresh])
        changed += [(lost[a], fresh[b]) for a, b in pairs]
    for i, j in changed:
        found[j] = shown[i]
    return found, {shown[i].id for i, _ in (*in_order, *changed)}


def _new(sentence_id: int, line: ScriptSentence, language: str) -> Sentence:
    return Sentence(
        id=sentence_id,
        source_text=line.text,
        text=line.text,
        language=language,
        section=line.section,
        paragraph=line.paragraph,
        spoken=line.spoken,
    )


def _follow(row: Sentence, line: ScriptSentence, *, suggested: bool) -> Sentence:
    """The row as its line of the script has it now."""
    toggled = row.spoken != suggested
    changes: dict[str, Any] = {
        "hidden": False,
        "section": line.section,
        "paragraph": line.paragraph,
        "spoken": row.spoken if toggled else line.spoken,
    }
    if script_text(row) != line.text:
        # A pronunciation belongs to the words that it was made for.
        edited = row.text != row.source_text or row.say
        if row.source_text == line.text:
            changes["conflict"] = ""
        elif edited and row.text != line.text:
            changes["conflict"] = line.text
        else:
            changes.update(source_text=line.text, text=line.text, conflict="", failure="")
    if all(getattr(row, name) == value for name, value in changes.items()):
        return row
    return replace(row, **changes)


def _what_happened(before: Sentence, after: Sentence) -> str | None:
    if before.hidden:
        return "restored"
    if script_text(before) == script_text(after):
        return None
    if after.conflict:
        return "conflicts"
    return None if before.source_text == after.source_text else "changed"


def _positions(
    order: Sequence[int], places: Mapping[int, Place], settled: set[int]
) -> dict[int, float]:
    """A position for each row of the script, and for others where there is no room left.

    A row that is new in its place in the script comes after the row that it follows there,
    wherever the desk has put that.

    Args:
        settled: the rows that the script has in the same order as before, and so stay where they
            are.
    """
    moved = set(order) - settled
    positions = {id_: place.position for id_, place in places.items() if id_ not in moved}
    taken = sorted(positions.values())
    before: int | None = None
    for is_settled, group in groupby(order, key=settled.__contains__):
        run = list(group)
        if not is_settled:
            low = None if before is None else positions[before]
            above = 0 if low is None else bisect_right(taken, low)
            high = taken[above] if above < len(taken) else None
            positions.update(zip(run, spread(len(run), low, high), strict=True))
        before = run[-1]
    ranked = sorted(positions, key=lambda id_: (positions[id_], id_))
    if any(positions[b] - positions[a] < LEAST_GAP for a, b in pairwise(ranked)):
        return {id_: float(number) for number, id_ in enumerate(ranked, start=1)}
    return positions
