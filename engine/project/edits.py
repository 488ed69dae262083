"""What may be edited of a sentence, and what an edit brings with it. No I/O."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from engine.domain import Sentence, TakeDraft
from engine.errors import ProjectError
from engine.i18n import N_, _

_TEXTS = frozenset({"text", "say", "label", "voice", "language", "instruct", "conflict", "note"})
_SEED_LIMIT = 2**64
_LONGEST_PAUSE = 60.0
_SPEEDS = (0.25, 4.0)
# What an engine may be asked for; see engine/worker/schemas.py.


def edit(sentence: Sentence, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that differ from the sentence's, with those that follow from them.

    A failure was about what was to be said then, and a conflict ends once the script's text is
    taken over, or the desk's given once more.

    Raises:
        ProjectError: a value that no sentence can have.
        TypeError: a field that cannot be edited, or a value of another type.
    """
    wanted = {name: _checked(name, value) for name, value in fields.items()}
    edited = replace(sentence, **wanted)
    if sentence.failure and edited.to_speak() != sentence.to_speak():
        wanted["failure"] = ""
    if "text" in fields and edited.text in (sentence.conflict, sentence.text):
        wanted["conflict"] = ""
    return {name: value for name, value in wanted.items() if value != getattr(sentence, name)}


def edit_name(fields: Collection[str]) -> str:
    """What undo calls an edit of these fields, untranslated: it is stored."""
    names = {
        "text": N_("Edit text"),
        "say": N_("Edit pronunciation"),
        "label": N_("Edit label"),
        "voice": N_("Change voice"),
        "instruct": N_("Change instruction"),
        "language": N_("Change language"),
        "speed": N_("Change speed"),
        "seed": N_("Change seed"),
        "pause_after": N_("Change pause"),
        "spoken": N_("Change what is spoken"),
        "conflict": N_("Keep the text"),
        "note": N_("Edit note"),
    }
    return next((names[field] for field in fields if field in names), N_("Edit row"))


def script_text(sentence: Sentence) -> str:
    """What the script said of a sentence when it was last read. In a conflict, the source text
    stays what the desk's edit was based on."""
    return sentence.conflict or sentence.source_text


def settled(sentence: Sentence, script: str) -> Sentence:
    """The sentence with its conflict as it stands between its text and the script's.

    Args:
        script: what the script says of it now.
    """
    if sentence.conflict and script not in (sentence.text, sentence.source_text):
        return replace(sentence, conflict=script)
    return replace(sentence, conflict="", source_text=script)


def storable(text: str) -> str:
    """The text without halves of characters, which reach a program from broken input and which no
    database holds."""
    return text.encode("utf-8", "replace").decode("utf-8")


def checked_draft(draft: TakeDraft) -> TakeDraft:
    """The draft, fit to be stored.

    Raises:
        ProjectError: a time or a score that is not a number.
    """
    cut = draft.cut
    if not all(map(math.isfinite, (draft.duration, cut.start, cut.end, cut.score))):
        raise ProjectError(_("A take whose length is not a number cannot be kept."))
    return replace(
        draft,
        engine=storable(draft.engine),
        model=storable(draft.model),
        voice=storable(draft.voice),
        closing_phrase=storable(draft.closing_phrase),
        complaints=tuple(map(storable, draft.complaints)),
    )


def _checked(field: str, value: Any) -> Any:
    if field in _TEXTS:
        return _text(field, value)
    if field == "spoken":
        return _typed(field, value, bool)
    if field == "seed":
        return None if value is None else _seed(value)
    if field == "pause_after":
        return None if value is None else _measure(field, value)
    if field == "speed":
        return _measure(field, value)
    raise TypeError(f"{field} cannot be edited")


def _typed(field: str, value: Any, *kinds: type) -> Any:
    if not isinstance(value, kinds):
        raise TypeError(f"{field} cannot be {value!r}")
    return value


def _text(field: str, value: Any) -> str:
    text = storable(_typed(field, value, str))
    if field == "text" and not text.strip():
        raise ProjectError(
            _("A sentence cannot be empty."), _("Mark it as not spoken to leave it out.")
        )
    return text


def _seed(value: Any) -> int:
    seed = _typed("seed", value, int)
    if not 0 <= seed < _SEED_LIMIT:
        raise ProjectError(
            _("{value} is not a seed.").format(value=seed),
            _("A seed is a whole number from 0 to {limit}.").format(limit=_SEED_LIMIT - 1),
        )
    return seed


def _measure(field: str, value: Any) -> float:
    number = float(_typed(field, value, int, float))
    least, most = (0.0, _LONGEST_PAUSE) if field == "pause_after" else _SPEEDS
    if not least <= number <= most:
        raise ProjectError(
            _("{value} is out of range.").format(value=value),
            (
                _("A pause is {least:g} to {most:g} seconds.")
                if field == "pause_after"
                else _("A speed is {least:g} to {most:g}; 1 is the voice's own.")
            ).format(least=least, most=most),
        )
    return number
