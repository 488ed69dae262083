"""What can be set, from where, and which of several answers holds.

Flags before the environment (``TTS_STUDIO_*``), the environment before ``.env`` in the working
folder, that before the project, the project before the user's file, and that before the defaults.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from engine import places
from engine.errors import InputError
from engine.i18n import _
from engine.languages import language_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PREFIX = "TTS_STUDIO_"


class Settings(BaseSettings):
    """Every setting, checked."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    engine: str | None = Field(default=None, description="espeak")
    language: str | None = Field(
        default=None, description="a code or an English name; empty: guessed"
    )
    hard_wrapped: bool | None = Field(
        default=None, description="line ends are spaces; empty: guessed"
    )
    silence: float = Field(
        default=0.2, ge=0, le=10, description="seconds after each exported sentence"
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
            raise ValueError(str(error)) from error


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
    given = _given(flags)
    remembered = _given(project)
    from_file = read_config(config_file or places.config_file())
    unknown = sorted(set(from_file) - set(Settings.model_fields) - TABLES)
    if unknown:
        raise InputError(
            _("Unknown setting in config.toml: {names}").format(names=", ".join(unknown)),
            _("Known settings: {names}.").format(names=", ".join(sorted(Settings.model_fields))),
        )

    class Sourced(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (
                InitSettingsSource(settings_cls, given),
                EnvSettingsSource(settings_cls, env_ignore_empty=True),
                DotEnvSettingsSource(settings_cls, env_file=".env", env_ignore_empty=True),
                InitSettingsSource(settings_cls, remembered),
                InitSettingsSource(settings_cls, from_file),
            )

    try:
        return Sourced()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise InputError(
            _("The setting {name} cannot be {value!r}.").format(name=name, value=first["input"]),
            first["msg"].removeprefix("Value error, "),
        ) from error


TABLES = {"keymap"}
"""Tables of the user's file that are read elsewhere, before the first paint."""


def read_config(path: Path) -> dict[str, Any]:
    """The user's file as plain values; empty where there is none.

    Raises:
        InputError: it is not TOML; the hint says where.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            _("The settings file cannot be read: {path}").format(path=path), str(error)
        ) from error


def _given(values: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (values or {}).items() if value is not None}
