"""Sentences and takes as rows of the database, and back."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NamedTuple

from engine.domain import Cut, Sentence, Spoken, Take, TakeDraft, Verdict

SENTENCE_COLUMNS = (
    "id",
    "source_text",
    "text",
    "language",
    "say",
    "label",
    "section",
    "paragraph",
    "spoken",
    "voice",
    "instruct",
    "speed",
    "seed",
    "pause_after",
    "take_id",
    "failure",
    "conflict",
    "hidden",
    "position",
    "suggested",
    "note",
    "removed",
    "line",
)
TAKE_COLUMNS = (
    "id",
    "sentence_id",
    "number",
    "made",
    "verdict",
    "seed",
    "engine",
    "model",
    "finish_reason",
    "duration",
    "closing_phrase",
    "complaints",
    "asked_text",
    "asked_language",
    "asked_voice",
    "asked_instruct",
    "asked_speed",
    "cut_start",
    "cut_end",
    "cut_status",
    "cut_score",
    "cut_by_hand",
    "lost",
    "deleted",
    "voice",
    "found_start",
    "found_end",
    "found_status",
    "found_score",
)
COLUMNS = {
    "sentence": SENTENCE_COLUMNS,
    "take": TAKE_COLUMNS,
    "history": ("id", "name", "changes", "undone"),
    "setting": ("key", "value"),
}
"""Of each table; the first is its key."""


class Place(NamedTuple):
    """What the project knows of a sentence beyond the sentence.

    Attributes:
        position: sorts the rows; a fraction between two others puts a row between them.
        suggested: whether the script last suggested to speak it.
        line: which sentence of the script it was when that was last read, from 0; None for a row
            that has none there.
    """

    position: float
    suggested: bool
    line: int | None = None


class Write(NamedTuple):
    """One row as it shall be, or None in place of its values where it shall be gone."""

    table: str
    key: int | str
    values: tuple[Any, ...] | None


def take_file(sentence_id: int, number: int) -> str:
    """The name of a take's file. Derived and never stored, so that no database can point elsewhere
    than into the folder of takes."""
    return f"{sentence_id}-{number}.flac"


def sentence_write(sentence: Sentence, place: Place) -> Write:
    values = (
        sentence.id,
        sentence.source_text,
        sentence.text,
        sentence.language,
        sentence.say,
        sentence.label,
        sentence.section,
        sentence.paragraph,
        sentence.spoken,
        sentence.voice,
        sentence.instruct,
        sentence.speed,
        None if sentence.seed is None else str(sentence.seed),
        sentence.pause_after,
        sentence.take_id,
        sentence.failure,
        sentence.conflict,
        sentence.hidden,
        place.position,
        place.suggested,
        sentence.note,
        sentence.removed,
        place.line,
    )
    return Write("sentence", sentence.id, values)


def sentence_of(row: tuple[Any, ...]) -> tuple[Sentence, Place]:
    """From a row in the order of SENTENCE_COLUMNS."""
    *start, spoken, voice, instruct, speed, seed, pause_after, take_id = row[:15]
    failure, conflict, hidden, position, suggested, note, removed, line = row[15:]
    sentence = Sentence(
        *start,
        spoken=bool(spoken),
        voice=voice,
        instruct=instruct,
        speed=speed,
        seed=None if seed is None else int(seed),
        pause_after=pause_after,
        take_id=take_id,
        failure=failure,
        conflict=conflict,
        hidden=bool(hidden),
        note=note,
        removed=bool(removed),
    )
    return sentence, Place(position, bool(suggested), line)


def take_write(take: Take, *, lost: bool = False) -> Write:
    draft, asked, cut = take.draft, take.draft.asked, take.draft.cut
    values = (
        take.id,
        take.sentence_id,
        take.number,
        take.made.isoformat(),
        take.verdict.value,
        str(draft.seed),
        draft.engine,
        draft.model,
        draft.finish_reason,
        draft.duration,
        draft.closing_phrase,
        json.dumps(draft.complaints, ensure_ascii=False) if draft.complaints else "",
        asked.text,
        asked.language,
        asked.voice,
        asked.instruct,
        asked.speed,
        cut.start,
        cut.end,
        cut.status,
        cut.score,
        cut.by_hand,
        lost,
        take.deleted,
        draft.voice,
        *_found_values(draft.found),
    )
    return Write("take", take.id, values)


def take_of(row: tuple[Any, ...]) -> tuple[Take, bool]:
    """From a row in the order of TAKE_COLUMNS; the second value says that it was marked lost."""
    take_id, sentence_id, number, made, verdict, seed, engine, model, finish_reason = row[:9]
    duration, closing_phrase, complaints, *asked = row[9:17]
    cut_start, cut_end, cut_status, cut_score, by_hand, lost, deleted, voice = row[17:25]
    found = row[25:]
    draft = TakeDraft(
        asked=Spoken(*asked),
        seed=int(seed),
        engine=engine,
        model=model,
        finish_reason=finish_reason,
        duration=duration,
        cut=Cut(cut_start, cut_end, cut_status, cut_score, bool(by_hand)),
        closing_phrase=closing_phrase,
        complaints=tuple(json.loads(complaints)) if complaints else (),
        voice=voice,
        found=None if found[0] is None else Cut(*found),
    )
    take = Take(
        id=take_id,
        sentence_id=sentence_id,
        number=number,
        file=take_file(sentence_id, number),
        draft=draft,
        made=datetime.fromisoformat(made),
        verdict=Verdict(verdict),
        deleted=bool(deleted),
    )
    return take, bool(lost)


def _found_values(found: Cut | None) -> tuple[Any, ...]:
    """Of the cut that was found, where the one that holds was made by hand."""
    if found is None:
        return (None, None, None, None)
    return found.start, found.end, found.status, found.score
