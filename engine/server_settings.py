"""The settings of ``tts-studio serve``: flags before the environment (``TTS_STUDIO_*``), that
before ``.env`` in the working folder, and that before the defaults. The desk never reads them."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from engine.errors import InputError
from engine.i18n import _
from engine.settings import first_refused, only_given, refusal_title
from engine.settings_sources import DOTENV, PREFIX, sources

PORT = 7860
"""That of the guide's own server, which its clients call."""

SHORTEST_KEY = 16
"""Characters; what is shorter can be guessed by whoever may try for long."""

_MOST_CHARACTERS = 10_000
# As many as a worker takes.


class ServerSettings(BaseSettings):
    """None, or an empty text, stands for nothing."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    host: str = Field(default="127.0.0.1", description="the address to listen on")
    port: int = Field(default=PORT, ge=0, le=65535)
    api_key: str = Field(default="", repr=False, description="what clients send as a bearer key")
    tls_cert: str = Field(default="", description="a file: the certificate, in PEM")
    tls_key: str = Field(default="", description="a file: its private key, in PEM")
    log_text: bool = Field(default=False, description="write what is spoken into the log")
    log_json: bool = Field(default=False, description="write the log as JSON")

    ray: bool = Field(default=False, description="speak by a cluster of Ray Serve")
    ray_address: str = Field(default="", description="of a cluster that runs; else one is made")
    ray_least_replicas: int = Field(default=1, ge=1, le=1_000)
    ray_most_replicas: int = Field(default=0, ge=0, le=1_000)
    ray_requests: int = Field(default=8, ge=1, le=1_000)
    ray_gpus: float = Field(default=1.0, ge=0, le=16)
    ray_cpus: float = Field(default=1.0, ge=0, le=256)

    max_characters: int = Field(default=_MOST_CHARACTERS, ge=1, le=_MOST_CHARACTERS)
    max_body_bytes: int = Field(default=16_000_000, ge=1_000, le=1_000_000_000)
    body_seconds: float = Field(default=30.0, ge=0.1, le=3600)
    max_clip_bytes: int = Field(default=10_000_000, ge=1_000, le=1_000_000_000)
    max_clip_seconds: float = Field(default=30.0, ge=1, le=60)
    max_voices: int = Field(default=100, ge=0, le=10_000)
    max_waiting: int = Field(default=64, ge=1, le=10_000)
    request_seconds: float = Field(default=600.0, ge=0.1, le=86_400)

    @field_validator("host", "ray_address", "tls_cert", "tls_key", "api_key")
    @classmethod
    def _bare(cls, value: str) -> str:
        return value.strip()

    @property
    def on_loopback(self) -> bool:
        """Whether nobody on another machine can reach it."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether a name or an address means this machine alone."""
    if host.lower() in ("localhost", "localhost."):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def load_server_settings(flags: Mapping[str, Any] | None = None) -> ServerSettings:
    """The settings that hold now, seen to be safe together.

    Raises:
        InputError: a value is out of bounds, another machine could speak without a key, or a file
            that is named is not there. No message holds the key.
    """
    given = only_given(flags)

    class Sourced(ServerSettings):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_usual: Any, **_named: Any
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return tuple(sources(settings_cls, given, {}, {}).values())

    try:
        settings = Sourced()
    except ValidationError as error:
        name, value, reason = first_refused(error)
        raise InputError(
            refusal_title(name, value), f"{reason} {_place_of(name, given)}"
        ) from error
    except (UnicodeDecodeError, OSError, SettingsError) as error:
        raise InputError(
            _("The settings in {path} cannot be read.").format(path=Path(DOTENV).absolute()),
            _("Save it as UTF-8, or start in another folder ({reason}).").format(reason=error),
        ) from error
    _check_key(settings)
    _check_tls(settings)
    return settings


def _place_of(name: str, given: Mapping[str, Any]) -> str:
    variable = f"{PREFIX}{name.upper()}"
    if name in given:
        place = f"--{name.replace('_', '-')}"
    else:
        place = variable if os.environ.get(variable) else Path(DOTENV).absolute()
    return _("It stands in {place}.").format(place=place)


def _check_key(settings: ServerSettings) -> None:
    variable = f"{PREFIX}API_KEY"
    init = _("`tts-studio serve --init` writes a file with a fresh one.")
    if not settings.api_key:
        if settings.on_loopback:
            return
        raise InputError(
            _("Without a key, only this machine may use the server, and {host} is more.").format(
                host=settings.host
            ),
            _("Set {variable}.").format(variable=variable) + " " + init,
        )
    if len(settings.api_key) < SHORTEST_KEY:
        raise InputError(
            _("The key in {variable} is too short.").format(variable=variable),
            _("It must have {count} characters or more.").format(count=SHORTEST_KEY) + " " + init,
        )
    if not settings.api_key.isascii() or not settings.api_key.isprintable():
        raise InputError(
            _("The key in {variable} has letters that no HTTP header can carry.").format(
                variable=variable
            ),
            _("Use letters, digits and signs of ASCII.") + " " + init,
        )


def _check_tls(settings: ServerSettings) -> None:
    files = {"--tls-cert": settings.tls_cert, "--tls-key": settings.tls_key}
    named = [flag for flag, path in files.items() if path]
    if len(named) == 1:
        raise InputError(
            _("TLS needs two files, and only {flag} is given.").format(flag=named[0]),
            _("Give the certificate with --tls-cert and its key with --tls-key."),
        )
    for flag in named:
        if not Path(files[flag]).is_file():
            raise InputError(
                _("The file of {flag} is not there: {path}").format(flag=flag, path=files[flag]),
                _("Give the certificate with --tls-cert and its key with --tls-key."),
            )
