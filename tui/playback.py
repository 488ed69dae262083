"""What of the project is being heard: takes, found, cut and handed to the player."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from engine.domain import SAMPLE_RATE, Take

if TYPE_CHECKING:
    from engine.project import Project
    from tui.player import Player


class Playback:
    """Knows which sentence plays.

    Attributes:
        sentence_id: the one that plays or is about to, or None.
    """

    def __init__(self, project: Project, player: Player) -> None:
        self._project = project
        self._player = player
        self.sentence_id: int | None = None
        self._begun = False
        self._turn = 0

    async def play(self, take: Take) -> None:
        """Play what is kept of a take, instead of what plays now.

        Raises:
            AudioError: its file cannot be read, or there is no sound to be had.
        """
        self.stop()
        self.sentence_id = take.sentence_id
        turn = self._turn
        try:
            samples = await asyncio.to_thread(self._load, take)
            if turn == self._turn:
                await asyncio.wrap_future(self._player.play(samples, SAMPLE_RATE))
        except BaseException:
            if turn == self._turn:
                self.stop()
            raise
        self._begun = turn == self._turn

    def stop(self) -> None:
        self._player.stop()
        self._turn += 1
        self.sentence_id, self._begun = None, False

    def look(self) -> tuple[float | None, bool]:
        """Seconds heard so far, None while nothing sounds; and whether it has just ended."""
        position = self._player.position
        ended = position is None and self._begun
        if ended:
            self.sentence_id, self._begun = None, False
        return position, ended

    def _load(self, take: Take):
        from engine.audio import deliver

        raw = self._project.read_audio(take)
        return deliver(raw, SAMPLE_RATE, take.draft.cut, silence=0.0)
