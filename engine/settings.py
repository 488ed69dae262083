"""What can be set, from where, and which of several answers holds.

Flags before the environment (``TTS_STUDIO_*``), the environment before ``.env`` in the working
folder, that before the project, the project before the user's file, and that before the defaults.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from engine import places
from engine.closing import MODES
from engine.closing_phrases import closing_phrases
from engine.errors import InputError
from engine.i18n import LANGUAGES, _
from engine.languages import language_name
from engine.model_settings import ModelSettings
from engine.remote_settings import RemoteSettings
from engine.settings_sources import DOTENV, PREFIX, Origin, sources

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class Settings(ModelSettings, RemoteSettings):
    """Every setting, checked."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    engine: str | None = Field(default=None, description="espeak, qwen, http://host:7860")
    language: str | None = Field(
        default=None, description="a code or an English name; empty: guessed"
    )
    hard_wrapped: bool | None = Field(
        default=None, description="line ends are spaces; empty: guessed"
    )
    closing: str | None = Field(
        default=None,
        description="when a closing phrase is said after a sentence, to be cut away: always, "
        "never, after_cut_short; empty: what suits the engine",
    )
    closing_phrases: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict, description="the closing phrase of a language, by its code"
    )
    silence: float = Field(
        default=0.2, ge=0, le=10, description="seconds after each exported sentence"
    )
    pause: float = Field(
        default=0.3, ge=0, le=60, description="seconds between two sentences in continuous play"
    )
    paragraph_pause: float = Field(
        default=0.9, ge=0, le=60, description="seconds between two paragraphs in continuous play"
    )
    play_after_accept: bool = Field(default=True, description="accepting a take plays the next one")
    play_new_takes: bool = Field(
        default=True, description="a take that was asked for by hand is played when it lands"
    )
    volume: int = Field(default=100, ge=0, le=100, description="of playback, in percent")
    playback_speed: float = Field(
        default=1.0, ge=0.75, le=2, description="of playback; the pitch stays"
    )
    output_device: str | None = Field(
        default=None, description="the sound device to play on; empty: the system's"
    )
    waveform: bool = Field(default=True, description="the current take is drawn on the desk")
    bell: bool = Field(default=True, description="ring when the queue is done")
    interface: str | None = Field(
        default=None, description="the language of the program: en, ko; empty: the system's"
    )
    theme: str | None = Field(default=None, description="a Textual theme")

    @field_validator("language")
    @classmethod
    def _full_name(cls, value: str | None) -> str | None:
        if not value:
            return None
        try:
            return language_name(value)
        except InputError as error:
            raise ValueError(error.hint) from error

    @field_validator("closing")
    @classmethod
    def _when_to_close(cls, value: str | None) -> str | None:
        if value and value not in MODES:
            raise ValueError(
                _("It must be one of {known}, or empty for what suits the engine.").format(
                    known=", ".join(MODES)
                )
            )
        return value or None

    @field_validator("closing_phrases", mode="before")
    @classmethod
    def _phrases(cls, value: object) -> dict[str, str]:
        return closing_phrases(value)

    @field_validator("interface")
    @classmethod
    def _of_the_program(cls, value: str | None) -> str | None:
        if value and value not in LANGUAGES:
            raise ValueError(
                _("It must be one of {known}, or empty for the system's language.").format(
                    known=", ".join(LANGUAGES)
                )
            )
        return value or None


def load_settings(
    flags: Mapping[str, Any] | None = None,
    *,
    project: Mapping[str, Any] | None = None,
    config_file: Path | None = None,
) -> Settings:
    """The settings that hold now.

    Args:
        flags: as given on the command line; None values count as not given.
        project: what the project remembers.
        config_file: the user's file, where it is not the usual one.

    Raises:
        InputError: a value is out of bounds, or the file can't be read; the hint says which.
    """
    given = only_given(flags)
    remembered = only_given(project)
    config_file = config_file or places.config_file()
    from_file = read_config(config_file)
    fields = set(Settings.model_fields) - NEVER_IN_FILES
    unknown = sorted(set(from_file) - fields - TABLES)
    if unknown:
        raise InputError(
            _("Unknown setting in config.toml: {names}").format(names=", ".join(unknown)),
            _("Known settings: {names}.").format(names=", ".join(sorted(fields))),
        )

    class Sourced(Settings):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_usual: Any, **_named: Any
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return tuple(sources(settings_cls, given, remembered, from_file).values())

    try:
        return _for_one_server(Sourced(), given)
    except ValidationError as error:
        name, value, reason = first_refused(error)
        origin = _origin(name, value, {**remembered, **given}, {str(config_file): from_file})
        raise InputError(
            refusal_title(name, value), " ".join(filter(None, [reason, origin]))
        ) from error
    except (UnicodeDecodeError, OSError, SettingsError) as error:
        raise InputError(
            _("The settings in {path} cannot be read.").format(path=Path(DOTENV).absolute()),
            _("Save it as UTF-8, or start in another folder ({reason}).").format(reason=error),
        ) from error


def _for_one_server(settings: Settings, given: Mapping[str, Any]) -> Settings:
    """The settings without the environment's key where the engine was not named with the program,
    but by a project or a file: the key is not for a server that was once named there. Nor is it for
    one that the ``.env`` of the working folder names, which may be another's, unless it too stands
    there."""
    if settings.api_key is None:
        return settings
    told = sources(Settings, given, {}, {})
    for origin in (Origin.FLAG, Origin.ENVIRONMENT, Origin.DOTENV):
        values = told[origin]()
        if "engine" in values:
            return settings
        if "api_key" in values:
            break
    return settings.model_copy(update={"api_key": None})


def check_setting(name: str, value: Any) -> Any:
    """The value of one setting as it would hold; a text is read as the environment's are.

    Raises:
        InputError: it is out of bounds, or no such value; the hint says why.
    """
    try:
        return getattr(_Alone(**{name: value}), name)
    except ValidationError as error:
        name, value, reason = first_refused(error)
        raise InputError(refusal_title(name, value), reason) from error


def default_of(name: str) -> Any:
    """What holds where nobody has set anything."""
    return Settings.model_fields[name].get_default(call_default_factory=True)


class _Alone(Settings):
    """Only what it is given, whatever else is set."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *_usual: Any,
        **_named: Any,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def first_refused(error: ValidationError) -> tuple[str, Any, str]:
    """The name and the value that were refused, and why."""
    first = error.errors()[0]
    return str(first["loc"][0]), first["input"], _reason(first)


NEVER_IN_FILES = {"api_key"}
"""Files of settings are shown around; keys have a file of their own."""

TABLES = {"keymap"}
"""Tables of the user's file that are read elsewhere, before the first paint."""


def read_config(path: Path) -> dict[str, Any]:
    """The user's file as plain values; empty where there is none.

    Raises:
        InputError: it is not TOML; the hint says where.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            _("The settings file cannot be read: {path}").format(path=path), str(error)
        ) from error


def only_given(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """The values without those that were not given."""
    return {name: value for name, value in (values or {}).items() if value is not None}


def refusal_title(name: str, value: Any) -> str:
    """That a setting cannot have a value."""
    if name == "language" and isinstance(value, str):
        return _("Unknown language: {value}.").format(value=value)
    return _("The setting {name} cannot be {value!r}.").format(name=name, value=value)


def _reason(error: ErrorDetails) -> str:
    """Why a value is refused, in our words where there are some."""
    reasons = {
        "greater_than_equal": _("It must be {ge:g} or more."),
        "string_too_long": _("It must be at most {max_length} characters long."),
        "less_than_equal": _("It must be {le:g} or less."),
        "float_parsing": _("It must be a number."),
        "float_type": _("It must be a number."),
        "int_parsing": _("It must be a whole number."),
        "int_type": _("It must be a whole number."),
        "int_from_float": _("It must be a whole number."),
        "string_type": _("It must be text in quotes."),
        "bool_parsing": _("It must be true or false."),
        "bool_type": _("It must be true or false."),
    }
    known = reasons.get(error["type"])
    return (
        known.format(**error.get("ctx", {}))
        if known
        else error["msg"].removeprefix("Value error, ")
    )


def _origin(
    name: str, value: Any, told: Mapping[str, Any], files: Mapping[str, Mapping[str, Any]]
) -> str:
    """Where a bad value stands; empty where the user has just typed it.

    Args:
        told: the flags, and what the project remembers.
        files: what each settings file holds, by its path.
    """
    variable = f"{PREFIX}{name.upper()}"
    if told.get(name) == value:
        return ""
    found = [variable] if os.environ.get(variable) == value else []
    found += [path for path, content in files.items() if content.get(name) == value]
    place = found[0] if found else Path(DOTENV).absolute()
    return _("It stands in {place}.").format(place=place)
