"""Which hub the models come from, and as whom: its own variables ``HF_ENDPOINT`` and ``HF_TOKEN``,
of the environment or of ``.env`` in the working folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from engine.errors import InputError
from engine.i18n import _

OFFICIAL = "https://huggingface.co"
ENDPOINT_VARIABLE, TOKEN_VARIABLE = "HF_ENDPOINT", "HF_TOKEN"
_DOTENV = ".env"


@dataclass(frozen=True)
class HubAccess:
    """A hub and who asks it.

    Attributes:
        endpoint: its address, without a slash at the end.
        token: a secret; None leaves it to the hub's library, which knows of a login, and False
            sends none.
    """

    endpoint: str = OFFICIAL
    token: str | Literal[False] | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        """For messages: without a password that stands in the address."""
        return urlsplit(self.endpoint).netloc.rpartition("@")[2]

    @property
    def is_mirror(self) -> bool:
        return self.endpoint != OFFICIAL


def hub_access() -> HubAccess:
    """As the environment and ``.env`` say, the environment first.

    Raises:
        InputError: one of the values cannot be what it should be, or ``.env`` cannot be read.
    """
    given, file = os.environ, _read_dotenv()
    endpoint = given.get(ENDPOINT_VARIABLE) or file.get(ENDPOINT_VARIABLE)
    token = given.get(TOKEN_VARIABLE) or file.get(TOKEN_VARIABLE)
    if endpoint and not given.get(ENDPOINT_VARIABLE):
        # A folder from elsewhere may bring its .env along: it gets nobody's token sent anywhere.
        token = file.get(TOKEN_VARIABLE) or False
    return HubAccess(_address(endpoint or OFFICIAL), _secret(token) if token else token)


def _read_dotenv() -> Mapping[str, str | None]:
    from dotenv import dotenv_values

    try:
        return dotenv_values(_DOTENV, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            _("The settings in {path} cannot be read.").format(path=Path(_DOTENV).absolute()),
            _("Save it as UTF-8, or start in another folder ({reason}).").format(
                reason=type(error).__name__
            ),
        ) from error


def _address(endpoint: str) -> str:
    address = endpoint.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise InputError(
            _("HF_ENDPOINT is no address of a hub."),
            _("It looks like this: https://hub.example.com"),
        )
    return address


def _secret(token: str) -> str:
    bare = token.strip()
    if not bare.isascii() or not bare.isprintable() or " " in bare:
        raise InputError(
            _("HF_TOKEN holds characters that no token has."), _("Copy it again from the hub.")
        )
    return bare
