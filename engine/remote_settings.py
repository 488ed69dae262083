"""The settings of servers elsewhere. Part of :class:`engine.settings.Settings`."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class RemoteSettings(BaseSettings):
    """What is said to a server besides what is said to every engine."""

    consent: bool = Field(
        default=False, description="the speaker of the clip agrees that a server hears it"
    )
    api_key: SecretStr | None = Field(
        default=None,
        repr=False,
        description="of the server that --engine names; from the environment or .env alone",
    )
