"""What can be set of a row apart from its text: how it is shown, typed and checked. No screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.errors import InputError
from engine.i18n import _
from engine.labels import LONGEST, make_label
from engine.languages import language_name
from engine.project.edits import edit
from tui.display import safe

if TYPE_CHECKING:
    from engine.domain import EngineInfo, Sentence
    from engine.project import Row


ORDER = (
    *("say", "label", "pause_after", "language", "voice", "instruct"),
    *("speed", "seed", "note"),
)


class Surroundings(NamedTuple):
    """What an empty field falls back to, and what the engine is known to be able to do.

    Attributes:
        language: the project's.
        pause, paragraph_pause: the settings', in seconds.
        engine: None while it has not told of itself.
    """

    language: str
    pause: float
    paragraph_pause: float
    engine: EngineInfo | None = None


@dataclass(frozen=True)
class Field:
    """One thing that can be set, for one row or several.

    Attributes:
        name: of the sentence's attribute.
        about: what it is for, in one sentence.
        unset: what holds where nothing is set.
        shown: what stands in the field for a value; empty for one that is not set.
        read: the value that was typed; raises StudioError for what cannot be one.
        doubt: what the engine will make of a value that it cannot follow, or empty.
    """

    name: str
    label: str
    about: str
    unset: str
    shown: Callable[[Any], str] = str
    read: Callable[[str], Any] = str
    doubt: Callable[[Any], str] = lambda _value: ""


def row_fields(rows: Iterable[Row], around: Surroundings) -> dict[str, Field]:
    """The fields of these rows by their names, in the order of a form."""
    rows = list(rows)
    fields = (*_spoken_fields(rows, around), *_other_fields(rows, around))
    by_name = {field.name: field for field in fields}
    return {name: by_name[name] for name in ORDER}


def common(field: Field, rows: Iterable[Row]) -> str | None:
    """What the field shows for all of these rows; None where they differ."""
    shown = {field.shown(getattr(row.sentence, field.name)) for row in rows}
    return shown.pop() if len(shown) == 1 else None


def typed_value(field: Field, typed: str, sentence: Sentence) -> Any:
    """What was typed, as the sentence would hold it.

    Raises:
        StudioError: no sentence can have it.
    """
    value = field.read(" ".join(typed.split()))
    edit(sentence, {field.name: value})
    return value


def number_shown(value: float | None) -> str:
    """As a person types it: ``2``, ``0.5``; empty for None."""
    return "" if value is None else str(value).removesuffix(".0")


def _spoken_fields(rows: list[Row], around: Surroundings) -> tuple[Field, ...]:
    by_list = len(rows) == 1 and not rows[0].sentence.say and _said_otherwise(rows[0])
    return (
        Field(
            "say",
            _("Say"),
            _("How to say it where that differs from how it is written."),
            rows[0].asked.text if by_list else _("as it is written"),
        ),
        Field(
            "language",
            _("Language"),
            _("The language it is spoken in: a code or an English name."),
            _("{language}, as the script").format(language=around.language),
            lambda value: "" if value == around.language else value,
            lambda typed: language_name(typed) if typed else around.language,
            lambda value: _language_doubt(around.engine, value),
        ),
        Field(
            "voice",
            _("Voice"),
            _voice_about(around.engine),
            _("the engine's first"),
            doubt=lambda value: _voice_doubt(around.engine, value),
        ),
        Field(
            "instruct",
            _("Instruction"),
            _("How to act it, in words: “whispering”, “out of breath”."),
            _("none"),
            doubt=lambda value: _instruct_doubt(around.engine, value),
        ),
        Field(
            "speed",
            _("Speed"),
            _("How fast it is spoken: 1 is the voice's own pace, 1.2 a fifth faster."),
            _("1, the voice's own"),
            lambda value: "" if value == 1 else number_shown(value),
            lambda typed: _number(typed) if typed else 1.0,
        ),
        Field(
            "seed",
            _("Seed"),
            _("A number that makes the same take again, with the same engine and text."),
            _("a new one with each take"),
            number_shown,
            lambda typed: _whole_number(typed) if typed else None,
        ),
    )


def _other_fields(rows: list[Row], around: Surroundings) -> tuple[Field, ...]:
    pauses = _("{pause} s; at a paragraph's end {paragraph_pause} s")
    return (
        Field(
            "label",
            _("Label"),
            _("The name of the exported file, after its number."),
            rows[0].label if len(rows) == 1 else _("made of the text"),
            read=_label,
        ),
        Field(
            "pause_after",
            _("Pause after"),
            _("Seconds of silence after the row when rows are played on; 0 for none."),
            pauses.format(
                pause=number_shown(around.pause),
                paragraph_pause=number_shown(around.paragraph_pause),
            ),
            number_shown,
            lambda typed: _number(typed) if typed else None,
        ),
        Field("note", _("Note"), _("For yourself: it is never spoken, never exported."), _("none")),
    )


def _said_otherwise(row: Row) -> bool:
    return row.asked.text != row.sentence.text


def _number(typed: str) -> float:
    try:
        return float(typed.replace(",", "."))
    except ValueError:
        raise InputError(_("It must be a number.")) from None


def _whole_number(typed: str) -> int:
    try:
        return int(typed)
    except ValueError:
        raise InputError(_("It must be a whole number.")) from None


def _label(typed: str) -> str:
    if typed and not any(map(str.isalnum, typed)):
        raise InputError(_("A file's name needs a letter or a digit."))
    return make_label(typed, LONGEST) if typed else ""


def _language_doubt(engine: EngineInfo | None, language: str) -> str:
    if engine is None or not engine.languages or language in engine.languages:
        return ""
    said = _("{engine} does not speak {language}.")
    return said.format(engine=engine.engine, language=language)


def _voice_about(engine: EngineInfo | None) -> str:
    about = _("The name of the voice that speaks it.")
    if engine is None or not engine.voices:
        return about
    return f"{about} " + _("There are {known}.").format(known=safe(", ".join(engine.voices)))


def _voice_doubt(engine: EngineInfo | None, voice: str) -> str:
    if engine is None or not engine.voices or voice in ("", *engine.voices):
        return ""
    said = _("{engine} has no such voice. Its voices: {known}.")
    return said.format(engine=engine.engine, known=", ".join(engine.voices))


def _instruct_doubt(engine: EngineInfo | None, instruct: str) -> str:
    if engine is None or engine.instructs is not False or not instruct:
        return ""
    said = _("{engine} takes no instructions: it leaves them aside or refuses the row.")
    return said.format(engine=engine.engine)
