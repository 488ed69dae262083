"""Noting what stands in the script once rows were written there. No I/O.

The script and the project are two files, and a program may end between the one and the other. So
what will stand in the script is stored before it is written: the next opening sees whether it was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.domain import ScriptSentence, Sentence
from engine.project.gathering import gathered
from engine.project.rows import Place

BEGUN = "script.begun"
"""The key of the setting that keeps, while the script is being written, what will stand there."""

HARD_WRAPPED = "script.hard_wrapped"
"""The key of the setting that keeps whether the script was hard-wrapped when it was written."""

YES, NO = "yes", "no"

Standing = Sequence[tuple[int, str]]
"""The ids of the rows that stand in the script, in its order, and what it says of each."""


def in_script(sentences: Mapping[int, Sentence], places: Mapping[int, Place]) -> list[Sentence]:
    """The rows that the script has, in the order in which it was last read."""
    there = [row for row in sentences.values() if row.source_text and not row.hidden]
    return sorted(there, key=lambda row: places[row.id].line or 0)


def settled(
    sentences: Mapping[int, Sentence], places: Mapping[int, Place], standing: Standing
) -> tuple[dict[int, Sentence], dict[int, Place]]:
    """The rows, and the places, that are no longer as they were. A row that the script has no
    longer is as if it had been made in the desk."""
    rows: dict[int, Sentence] = {}
    for row in in_script(sentences, places):
        rows[row.id] = replace(row, source_text="", conflict="")
    found = {id_: places[id_]._replace(line=None) for id_ in rows}
    for line, (id_, text) in enumerate(standing):
        row = sentences[id_]
        rows[id_] = row if row.conflict else replace(row, source_text=text)
        found[id_] = places[id_]._replace(line=line)
    return (
        {id_: row for id_, row in rows.items() if row != sentences[id_]},
        {id_: place for id_, place in found.items() if place != places[id_]},
    )


def encoded(standing: Standing) -> str:
    """As a project keeps it."""
    return json.dumps(list(standing), ensure_ascii=False)


def was_written(begun: str, script: Sequence[ScriptSentence]) -> Standing | None:
    """What stands in the script, if it is what was about to be written there; else None."""
    standing: Standing = [(int(id_), str(text)) for id_, text in json.loads(begun)] if begun else []
    texts = [text for _id, text in standing]
    found = [sentence.text for sentence in gathered(texts, script)]
    return standing if standing and found == texts else None
