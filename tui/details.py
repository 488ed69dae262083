"""What the dock tells of a row beyond what the table shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.complaints import shown_complaint
from engine.domain import Status
from engine.i18n import _
from engine.labels import make_label
from tui.actions import BY_ID
from tui.display import model_name
from tui.marks import MARKS
from tui.widgets.sentence_dock import SEPARATOR, Detail

if TYPE_CHECKING:
    from engine.domain import Take
    from engine.project import Row


def detail_of(row: Row, language: str) -> Detail:
    """The words for a row of an open project.

    Args:
        language: the project's.
    """
    return Detail(
        section=row.sentence.section,
        take=_about(row.take, row.takes) if row.take else (),
        notes=tuple(_notes(row, language)),
    )


def _about(take: Take, takes: Sequence[Take]) -> tuple[str, ...]:
    draft = take.draft
    which = _("take {number} of {count}").format(number=takes.index(take) + 1, count=len(takes))
    return (
        which if len(takes) > 1 else "",
        _("{seconds:.1f} s").format(seconds=take.seconds),
        " ".join(dict.fromkeys(filter(None, (draft.engine, model_name(draft.model))))),
        draft.voice or draft.asked.voice,
        _("seed {seed}").format(seed=draft.seed),
    )


def _notes(row: Row, language: str) -> list[tuple[str, str]]:
    notes: list[tuple[str, str]] = []
    if row.sentence.failure:
        notes.append((MARKS[Status.FAILED].colour, _(row.sentence.failure)))
    if row.sentence.conflict:
        said = _("The script now says: {text}").format(text=row.sentence.conflict)
        notes.append((MARKS[Status.STALE].colour, said))
        take, keep = (BY_ID[id_].shown_keys[0] for id_ in ("edit.take_script", "edit.keep_mine"))
        keys = _("{take} takes that text, {keep} keeps yours.").format(take=take, keep=keep)
        notes.append(("$foreground-muted", keys))
    if row.take is not None:
        colour = MARKS[Status.FLAGGED].colour
        notes += [(colour, shown_complaint(complaint)) for complaint in row.take.draft.complaints]
    notes += [(colour, said) for colour, said in _own_words(row) if said]
    own = SEPARATOR.join(filter(None, _own_ways(row, language)))
    return [*notes, ("$foreground-muted", own)] if own else notes


def _own_words(row: Row) -> tuple[tuple[str, str], ...]:
    """What is said where that differs from what is written, and the user's note."""
    asked, note = row.asked.text, row.sentence.note
    differs = row.sentence.spoken and asked != row.sentence.text
    return (
        ("$text-accent", _("Said: {text}").format(text=asked) if differs else ""),
        ("$text-primary", _("Note: {text}").format(text=note) if note else ""),
    )


def _named(row: Row) -> bool:
    """Whether its label is another than it would have anyway."""
    label = row.sentence.label
    return bool(label) and label != make_label(row.sentence.text)


def _own_ways(row: Row, language: str) -> tuple[str, ...]:
    """What is set of the row rather than of all rows, in words."""
    sentence = row.sentence
    pause, speed, seed = sentence.pause_after, sentence.speed, sentence.seed
    return (
        _("pause after: {seconds:g} s").format(seconds=pause) if pause is not None else "",
        sentence.language if sentence.language != language else "",
        _("voice: {voice}").format(voice=sentence.voice) if sentence.voice else "",
        sentence.instruct,
        _("speed: {speed:g}×").format(speed=speed) if speed != 1 else "",
        _("always seed {seed}").format(seed=seed) if seed is not None else "",
        _("label: {label}").format(label=row.label) if _named(row) else "",
    )
