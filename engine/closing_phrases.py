"""The closing phrases that a user sets, checked: a table of the settings file, or JSON text."""

from __future__ import annotations

import json
from collections.abc import Mapping

from engine.closing import LONGEST, bare
from engine.errors import InputError
from engine.i18n import _
from engine.languages import CODES, language_name


def closing_phrases(value: object) -> dict[str, str]:
    """Phrases by the codes of their languages. An empty one stands for the usual one and is left
    out.

    Args:
        value: a mapping, or its JSON as it stands in the environment; a language by code or name.

    Raises:
        ValueError: with the reason in the user's words.
    """
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            value = None
    if not isinstance(value, Mapping):
        example = '{"ko": "그럼 잠시 쉬겠습니다."}'
        raise ValueError(  # noqa: TRY004 - pydantic tells of no other
            _("It must be a table, for example {example}.").format(example=example)
        )
    phrases = {_code(language): closing_phrase(phrase) for language, phrase in value.items()}
    return {code: phrase for code, phrase in phrases.items() if phrase}


def closing_phrase(value: object) -> str:
    """One phrase, without the pause that it may be written with.

    Raises:
        ValueError: as above.
    """
    if not isinstance(value, str):
        raise ValueError(_("It must be text in quotes."))  # noqa: TRY004 - as above
    phrase = bare(" ".join(value.split()))
    if len(phrase) > LONGEST:
        raise ValueError(_("A closing phrase has {most} characters at most.").format(most=LONGEST))
    if phrase and not any(letter.isalpha() for letter in phrase):
        raise ValueError(_("A closing phrase must have words that can be said."))
    return phrase


def _code(language: object) -> str:
    try:
        return CODES[language_name(str(language))]
    except InputError as error:
        raise ValueError(f"{error.title}. {error.hint}") from error
