"""The ten languages that Qwen3-TTS speaks, by code and by the full name that engines expect."""

from __future__ import annotations

from engine.errors import InputError
from engine.i18n import _

LANGUAGES = {
    "zh": "Chinese",
    "en": "English",
    "ja": "Japanese",
    "ko": "Korean",
    "de": "German",
    "fr": "French",
    "ru": "Russian",
    "pt": "Portuguese",
    "es": "Spanish",
    "it": "Italian",
}
"""Code to full English name. Source: the Qwen3-TTS model card."""

CODES = {name: code for code, name in LANGUAGES.items()}


def language_name(value: str) -> str:
    """The full English name of a language given by code or name, in any case.

    Raises:
        InputError: the language is none of the ten; the hint lists them.
    """
    wanted = value.strip()
    by_code = LANGUAGES.get(wanted.lower())
    if by_code:
        return by_code
    if wanted.title() in CODES:
        return wanted.title()
    known = ", ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
    raise InputError(
        _("Unknown language: {value}").format(value=value),
        _("Known languages: {known}.").format(known=known),
    )
