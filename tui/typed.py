"""Settings that are typed: a value as text, and a text as a value."""

from __future__ import annotations

from typing import Any, Protocol

from engine.closing import Closing
from engine.languages import CODES
from engine.settings import check_setting, default_of


class Typed(Protocol):
    """How one setting is typed."""

    @property
    def default(self) -> Any: ...

    def text(self, value: Any) -> str:
        """As it is shown and edited."""
        ...

    def value(self, text: str, before: Any) -> Any:
        """What a text stands for in place of what was there; None for the default.

        Raises:
            InputError: it stands for nothing.
        """
        ...


class Number:
    """Emptied, it is the default again."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.default: Any = default_of(name)

    def text(self, value: Any) -> str:
        if value is None:
            return ""
        return f"{value:g}" if isinstance(value, float) else str(value)

    def value(self, text: str, before: Any) -> Any:
        return check_setting(self._name, text) if text.strip() else None


class Words:
    """Any text, a file's name among them; emptied, there is none."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.default: Any = default_of(name)

    def text(self, value: Any) -> str:
        return value or ""

    def value(self, text: str, before: Any) -> Any:
        return check_setting(self._name, text) if text.strip() else None


class Phrase:
    """The closing phrase of one language, among those of others, which stay.

    Args:
        language: its full name.
    """

    def __init__(self, name: str, language: str) -> None:
        self._name = name
        self._language = language
        self.default: Any = default_of(name)

    def text(self, value: Any) -> str:
        return Closing(phrases=value).phrase(self._language)

    def value(self, text: str, before: Any) -> Any:
        return check_setting(self._name, {**before, CODES[self._language]: text}) or None
