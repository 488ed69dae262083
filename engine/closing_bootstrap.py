"""A closing phrase learnt from the takes that end with it, where it cannot be had alone."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict

from engine.audio import Samples
from engine.closing_store import VoicedPhrase
from engine.closing_takes import ClosingTakes
from engine.cuts import closing_from_takes
from engine.domain import SAMPLE_RATE, Take, Verdict
from engine.project import Project
from engine.takes import cut_draft

FEWEST, MOST = 3, 12
"""Takes that are compared. With fewer none can agree; where so many do not, more never will."""

_log = logging.getLogger(__name__)


class Bootstrap:
    """Remembers the takes that were cut without a closing take. Once there is one, from them or
    from the engine after all, it cuts them again."""

    def __init__(self, project: Project, closing_takes: ClosingTakes) -> None:
        self._project = project
        self._closing_takes = closing_takes
        self._without: defaultdict[VoicedPhrase, list[Take]] = defaultdict(list)
        self._turn = asyncio.Lock()

    async def add(self, voiced: VoicedPhrase, take: Take) -> Take:
        """A take was cut without the closing take of its voice. Returns it as it is in the end."""
        self._without[voiced].append(take)
        await self.catch_up(voiced)
        return self._current(take) or take

    async def catch_up(self, voiced: VoicedPhrase) -> None:
        """Cut those again that can be now. Never fails."""
        async with self._turn:
            try:
                if voiced in self._without:
                    await self._learn(voiced)
            except Exception:  # noqa: BLE001 - no sentence must fail of it
                _log.warning("Takes could not be cut again", exc_info=True)

    async def _learn(self, voiced: VoicedPhrase) -> None:
        takes = self._without[voiced]
        phrase = self._closing_takes.known(voiced)
        if phrase is None and FEWEST <= len(takes) <= MOST:
            phrase = await asyncio.to_thread(self._common, voiced, tuple(takes))
            if phrase is not None:
                self._closing_takes.put(voiced, phrase)
        if phrase is not None:
            for take in self._without.pop(voiced):
                await self._cut_again(take, phrase)

    def _common(self, voiced: VoicedPhrase, takes: tuple[Take, ...]) -> Samples | None:
        clips = [(self._project.read_audio(take), take.draft.asked.text) for take in takes]
        return closing_from_takes(
            clips, SAMPLE_RATE, closing=voiced.phrase, language=voiced.language
        )

    async def _cut_again(self, take: Take, phrase: Samples) -> None:
        samples = await asyncio.to_thread(self._project.read_audio, take)
        draft = await asyncio.to_thread(cut_draft, take.draft, samples, phrase)
        now = self._current(take)
        if now and now.verdict is Verdict.NONE and not now.draft.cut.by_hand:
            await self._project.recut(take.id, draft.cut, draft.complaints)

    def _current(self, take: Take) -> Take | None:
        """The take as it stands now; None where it was deleted."""
        takes = self._project.row(take.sentence_id).takes
        return next((now for now in takes if now.id == take.id), None)
