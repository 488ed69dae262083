"""What becomes of the stored sentences when the script is read again. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from engine.domain import ScriptSentence, Sentence
from engine.project import diff
from engine.project.edits import script_text
from engine.project.rows import Place

_LEAST_GAP = 1e-6
# Between two positions: long before the fractions of a double run out.


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
    again when they return.

    Args:
        language: full English name, of the sentences that are new.
    """
    rows = sorted(sentences.values(), key=lambda sentence: places[sentence.id].position)
    shown = [row for row in rows if not row.hidden]
    found, settled = _match(shown, [row for row in rows if row.hidden], script)
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
            if happened := _what_happened(row, follower):
                lists[happened].append(row.id)
    kept = set(order)
    gone = [row for row in shown if row.id not in kept]
    result.sentences.update((row.id, replace(row, hidden=True)) for row in gone)
    positions = _positions(order, {id_: place.position for id_, place in places.items()}, settled)
    for id_, line in zip(order, script, strict=True):
        place = Place(positions[id_], line.spoken)
        if places.get(id_) != place:
            result.places[id_] = place
    result.report = MergeReport(
        hidden=tuple(row.id for row in gone), **{name: tuple(ids) for name, ids in lists.items()}
    )
    return result


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
    order: Sequence[int], stored: Mapping[int, float], settled: set[int]
) -> dict[int, float]:
    """A rising position for each row, as few as possible of them new.

    Args:
        settled: the rows that are in the same order as before, and so stay where they are.
    """
    positions: dict[int, float] = {}
    run: list[int] = []
    low: float | None = None
    for id_ in order:
        if id_ not in settled:
            run.append(id_)
            continue
        positions.update(_spread(run, low, stored[id_]))
        low = positions[id_] = stored[id_]
        run = []
    positions.update(_spread(run, low, None))
    values = [positions[id_] for id_ in order]
    if any(after - before < _LEAST_GAP for before, after in pairwise(values)):
        return {id_: float(number) for number, id_ in enumerate(order, start=1)}
    return positions


def _spread(run: Sequence[int], low: float | None, high: float | None) -> dict[int, float]:
    """Positions between two others, or beyond the one there is."""
    if low is None and high is None:
        low = 0.0
    if high is None:
        high = (low or 0.0) + len(run) + 1
    if low is None:
        low = high - len(run) - 1
    step = (high - low) / (len(run) + 1)
    return {id_: low + step * number for number, id_ in enumerate(run, start=1)}
