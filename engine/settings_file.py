"""The user's settings file: where each setting comes from, and how one is written.

::

    volume = 80          # comments and the order of the lines stay
    theme = "nord"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import places
from engine.settings import (
    Settings,
    check_setting,
    default_of,
    load_settings,
    only_given,
    read_config,
)
from engine.settings_sources import DOTENV, PREFIX, Origin, sources
from engine.toml_file import change_toml

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


@dataclass(frozen=True)
class Standing:
    """How a setting stands.

    Attributes:
        value: what holds.
        kept: what the user's file says, or the default where it says nothing.
        origin: where the value comes from.
        place: the flag, the variable or the file that says it; empty for the project's memory
            and for defaults.
    """

    value: Any
    kept: Any
    origin: Origin
    place: str

    @property
    def overridden(self) -> bool:
        """Whether what the user's file says does not count now."""
        return self.origin not in (Origin.FILE, Origin.DEFAULT)


def standings(
    flags: Mapping[str, Any] | None = None,
    *,
    project: Mapping[str, Any] | None = None,
    config_file: Path | None = None,
) -> dict[str, Standing]:
    """Every setting by its name, as :func:`engine.settings.load_settings` finds it. Blocks for as
    long as the disk does.

    Raises:
        InputError: as there.
    """
    path = config_file or places.config_file()
    holding = load_settings(flags, project=project, config_file=path)
    kept = {name: value for name, value in read_config(path).items() if name in _FIELDS}
    asked = sources(Settings, only_given(flags), only_given(project), kept)
    told = {origin: source() for origin, source in asked.items()}
    return {name: _standing(name, holding, kept, told, path) for name in _FIELDS}


_FIELDS = Settings.model_fields


def _standing(
    name: str,
    holding: Settings,
    kept: Mapping[str, Any],
    told: Mapping[Origin, Mapping[str, Any]],
    path: Path,
) -> Standing:
    origin = next((origin for origin, values in told.items() if name in values), Origin.DEFAULT)
    places_of = {
        Origin.FLAG: f"--{name.replace('_', '-')}",
        Origin.ENVIRONMENT: f"{PREFIX}{name.upper()}",
        Origin.DOTENV: str(Path(DOTENV).absolute()),
        Origin.FILE: str(path),
    }
    return Standing(
        value=getattr(holding, name),
        kept=check_setting(name, kept[name]) if name in kept else default_of(name),
        origin=origin,
        place=places_of.get(origin, ""),
    )


def write_setting(name: str, value: Any, *, config_file: Path | None = None) -> None:
    """Put one value into the user's file; all else in it stays, comments too. Blocks for as long
    as the disk does.

    Args:
        value: a text is read as the environment's are; None takes the setting out of the file, so
            that the default holds.

    Raises:
        InputError: the value is out of bounds, or the file is not TOML; nothing is written.
        StudioError: the file cannot be written.
    """
    value = None if value is None else check_setting(name, value)
    value = None if value == {} else value

    def change(document: TOMLDocument) -> None:
        if value is None:
            document.pop(name, None)
        elif isinstance(value, dict) and isinstance(table := document.get(name), dict):
            _change_table(table, value)
        else:
            document[name] = value

    change_toml(config_file or places.config_file(), change)


def _change_table(table: dict[str, Any], values: Mapping[str, Any]) -> None:
    """Line by line, so that the comments beside those that stay are kept."""
    for name in [name for name in table if name not in values]:
        del table[name]
    table.update((name, value) for name, value in values.items() if table.get(name) != value)
