"""The user's settings while the program runs: how they stand, and changing one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.settings_file import Standing, standings, write_setting
from engine.studio import LAST_ENGINE, remembered
from tui.early import Flags

if TYPE_CHECKING:
    from engine.project import Project


class Preferences:
    """What the settings screen works on.

    Args:
        flags: as given on the command line.
        project: of the script on the desk, where there is one.
        take_up: lets a value take effect that holds now, by the setting's name.
    """

    def __init__(
        self, flags: Flags, project: Project | None, take_up: Callable[[str, Any], None]
    ) -> None:
        self._flags = flags
        self._project = project
        self._take_up = take_up
        self._turn = asyncio.Lock()

    async def look(self) -> Mapping[str, Standing]:
        """How every setting stands.

        Raises:
            InputError: the user's file has been made such that it cannot be read.
        """
        return await asyncio.to_thread(self._standings)

    async def write(self, name: str, value: Any) -> Mapping[str, Standing]:
        """Keep a value and let it take effect; one after the other, in the order of the calls. The
        engine is that of the script on the desk too, whatever the command line has asked for.

        Raises:
            StudioError: it cannot be kept.
        """
        async with self._turn:
            await asyncio.to_thread(write_setting, name, value)
            if name == "engine":
                self._flags = replace(self._flags, engine=None)
                if self._project and not self._project.read_only:
                    self._project.set_setting(LAST_ENGINE, value or "")
            found = await self.look()
            self._take_up(name, found[name].value)
            return found

    def _standings(self) -> Mapping[str, Standing]:
        known = remembered(self._project) if self._project else None
        return standings(self._flags.settings(), project=known)


def write_those_that_count(flags: Flags, project: Project, values: Mapping[str, Any]) -> None:
    """Keep values that were changed in passing. Where a flag or the environment says another, what
    the user's file says has been set aside for this once, and stays. Blocks.

    Raises:
        StudioError: they cannot be kept.
    """
    found = standings(flags.settings(), project=remembered(project))
    for name, value in values.items():
        if not found[name].overridden:
            write_setting(name, value)
