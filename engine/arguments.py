"""Arguments that several subcommands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.i18n import N_, _


def path_argument(value: str) -> Path:
    """A path as it was typed; an empty one would be the working folder, which nobody meant."""
    if not value.strip():
        raise typer.BadParameter(_("A path cannot be empty."))
    return Path(value)


Json = Annotated[bool, typer.Option("--json", help=N_("Print one JSON object on stdout."))]
