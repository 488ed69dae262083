"""Where the values of the settings are looked for, and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
)

PREFIX = "TTS_STUDIO_"
DOTENV = ".env"


class Origin(Enum):
    """Where a value may come from, those first that come before the others."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    DOTENV = "dotenv"
    PROJECT = "project"
    FILE = "file"
    DEFAULT = "default"


def sources(
    settings_cls: type[BaseSettings],
    flags: Mapping[str, Any],
    project: Mapping[str, Any],
    from_file: Mapping[str, Any],
) -> dict[Origin, PydanticBaseSettingsSource]:
    """What is asked for the values, in this order; called, each tells those that it has."""
    return {
        Origin.FLAG: InitSettingsSource(settings_cls, dict(flags)),
        Origin.ENVIRONMENT: EnvSettingsSource(settings_cls, env_ignore_empty=True),
        Origin.DOTENV: DotEnvSettingsSource(
            settings_cls, env_file=DOTENV, env_file_encoding="utf-8-sig", env_ignore_empty=True
        ),
        Origin.PROJECT: InitSettingsSource(settings_cls, dict(project)),
        Origin.FILE: InitSettingsSource(settings_cls, dict(from_file)),
    }
