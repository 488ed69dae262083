"""The one door through which every user-visible string passes."""

from __future__ import annotations

import functools
import gettext
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

ENGLISH = "en"
LANGUAGES = (ENGLISH, "ko")
"""The languages of the interface; the messages in the sources are the English ones."""

VARIABLE = "TTS_STUDIO_INTERFACE"
DOMAIN = "tts_studio"
CATALOGUES = Path(__file__).with_name("locale")

_translation = gettext.NullTranslations()
_language = ENGLISH


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a message of a table that is made before the language is known; who shows it calls
    :func:`_`."""
    return message


def _(message: str) -> str:
    """The message in the user's language."""
    # To gettext, the empty message is the head of the catalogue.
    return _translation.gettext(message) if message else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form of the message that fits the count, in the user's language."""
    return _translation.ngettext(singular, plural, count)


def language() -> str:
    """The language of the interface as it is now, one of LANGUAGES."""
    return _language


def use_language(code: str) -> None:
    """Show what is shown from now on in this language; in English where it is not known, or where
    its catalogue cannot be read."""
    global _translation, _language
    _translation, _language = gettext.NullTranslations(), ENGLISH
    if code != ENGLISH and code in LANGUAGES and (found := _catalogue(code)):
        _translation, _language = found, code


def translated(message: str, code: str) -> str:
    """The message in another language than that of this process's user; the message itself where
    the language is not known, or where its catalogue cannot be read."""
    found = _catalogue(code) if code != ENGLISH and code in LANGUAGES else None
    return found.gettext(message) if found and message else message


def language_asked_for(accepted: str) -> str:
    """The language of LANGUAGES that an ``Accept-Language`` header (RFC 9110, 12.5.4) likes best,
    else English."""
    liked: list[tuple[float, str]] = []
    for part in accepted.split(","):
        name, _semicolon, weight = part.partition(";")
        value = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", weight)
        if (known := _known(name)) and (not weight or value):
            liked.append((float(value[1]) if value else 1.0, known))
    best = max(liked, key=lambda one: one[0], default=(0.0, ENGLISH))
    return best[1] if best[0] > 0 else ENGLISH


def _catalogue(code: str) -> gettext.GNUTranslations | None:
    return _read(CATALOGUES / code / "LC_MESSAGES" / f"{DOMAIN}.mo")


@functools.cache
def _read(path: Path) -> gettext.GNUTranslations | None:
    try:
        with path.open("rb") as file:
            return gettext.GNUTranslations(file)
    except (OSError, UnicodeDecodeError):
        return None


def pick_language(wanted: str | None, environment: Mapping[str, str] | None = None) -> str:
    """The language to use: the one that is set, else the system's, else English.

    Args:
        wanted: the setting ``interface``; empty or None where it is left to the system.
        environment: where not the process's own.
    """
    if wanted:
        return _known(wanted) or ENGLISH
    environment = os.environ if environment is None else environment
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    place = next((environment[name] for name in names if environment.get(name)), "")
    if _code(place) in ("c", "posix"):
        return ENGLISH  # whatever LANGUAGE says, as in every program that uses gettext
    asked = [*environment.get("LANGUAGE", "").split(":"), place]
    if not any(asked):
        asked = [_system_language()]
    return next((known for name in asked if (known := _known(name))), ENGLISH)


def _known(name: str) -> str | None:
    code = _code(name)
    return code if code in LANGUAGES else None


def _code(name: str) -> str:
    """``ko`` of ``ko_KR.UTF-8``."""
    return re.split(r"[-_.@]", name.strip().lower())[0]


def _system_language() -> str:
    """What a system says that has no such variables."""
    if sys.platform != "win32":
        return ""
    import ctypes
    import locale

    return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
