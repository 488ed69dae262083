"""The one door through which every user-visible string passes."""

from __future__ import annotations

import gettext

_translation = gettext.NullTranslations()


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a message of a table that is made before the language is known; who shows it calls
    :func:`_`."""
    return message


def _(message: str) -> str:
    """The message in the user's language."""
    return _translation.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form of the message that fits the count, in the user's language."""
    return _translation.ngettext(singular, plural, count)
