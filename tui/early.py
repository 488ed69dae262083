"""The few settings that the first paint needs, from plain TOML and the environment: the typed
settings load after it."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PREFIX = "TTS_STUDIO_"
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


@dataclass(frozen=True)
class EarlySettings:
    """None where nothing is set. A wrong value is left out here; the typed settings complain."""

    theme: str | None = None
    language: str | None = None
    hard_wrapped: bool | None = None
    interface: str | None = None
    keymap: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Flags:
    """What was asked for on the command line; None where nothing was.

    Attributes:
        out: the folder for exports.
        speaking: what is said of the local model and its voice, by the names of the settings.
        elsewhere: the names of what is not from there, but from the environment or the user's
            file, which the first paint had to know.
    """

    engine: str | None = None
    language: str | None = None
    hard_wrapped: bool | None = None
    out: Path | None = None
    theme: str | None = None
    speaking: Mapping[str, Any] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()

    def settings(self) -> dict[str, Any]:
        """Those that come before every other setting, by its name."""
        asked = {
            "engine": self.engine,
            "language": self.language,
            "hard_wrapped": self.hard_wrapped,
            "theme": self.theme,
            **self.speaking,
        }
        return {
            name: value
            for name, value in asked.items()
            if value is not None and name not in self.elsewhere
        }


def read_early(config_file: Path, environment: Mapping[str, str] | None = None) -> EarlySettings:
    """What the environment and the user's file say; nothing where the file cannot be read."""
    try:
        values: dict[str, Any] = tomllib.loads(config_file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        values = {}
    for name in ("theme", "language", "hard_wrapped", "interface"):
        given = (os.environ if environment is None else environment).get(PREFIX + name.upper())
        if given:
            values[name] = given
    keymap = values.get("keymap")
    return EarlySettings(
        theme=_text(values.get("theme")),
        language=_text(values.get("language")),
        hard_wrapped=_switch(values.get("hard_wrapped")),
        interface=_text(values.get("interface")),
        keymap=_keymap(keymap) if isinstance(keymap, dict) else {},
    )


def flags_for_another(flags: Flags) -> Flags:
    """What holds for a script that is opened after the one that the command line was about: the
    engine and the voice that were asked for, and what the user's settings say of reading.

    Raises:
        InputError: the language that is set is none of the ten.
    """
    from engine.languages import language_name
    from engine.places import config_file

    early = read_early(config_file())
    return Flags(
        engine=flags.engine,
        language=language_name(early.language) if early.language else None,
        hard_wrapped=early.hard_wrapped,
        theme=flags.theme,
        speaking=flags.speaking,
        elsewhere=frozenset({"language", "hard_wrapped"}),
    )


def collect_garbage_again() -> None:
    """To be called after the first paint. Imports make a million objects that stay; looking through
    them again and again would cost a tenth of the time to it, so the program begins without."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _text(value: object) -> str | None:
    return value or None if isinstance(value, str) else None


def _switch(value: object) -> bool | None:
    word = str(value).lower()
    return True if word in _YES else False if word in _NO else None


def _keymap(table: Mapping[str, object]) -> dict[str, str]:
    return {name: keys for name, keys in table.items() if isinstance(keys, str) and keys}
