"""From what a row asks for to what is recorded of it: said with its closing phrase, and cut."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from engine.audio import Samples
from engine.client.base import Engine
from engine.closing import Closing
from engine.closing_bootstrap import Bootstrap
from engine.closing_store import VoicedPhrase
from engine.closing_takes import ClosingTakes
from engine.domain import (
    SAMPLE_RATE,
    AudioDelta,
    EngineInfo,
    SpeechDone,
    SpeechProgress,
    SpeechRequest,
    Spoken,
    Take,
    TakeDraft,
)
from engine.errors import SpeechFailed
from engine.flight import Flight, listen
from engine.i18n import _
from engine.project import Project
from engine.syllables import count_syllables
from engine.takes import draft_take, frame_cap, is_cut_short
from engine.waiting import Job

SLOW = 0.3
"""Seconds per syllable of a phrase that nobody has heard yet."""

SLOWER = 1.25
"""Times the closing take: no two takes are alike, and there is a pause before the phrase."""


@dataclass(frozen=True)
class Answer:
    """What came of one request.

    Attributes:
        closing_take: the closing phrase of the request alone and in the same voice, where known.
    """

    request: SpeechRequest
    done: SpeechDone
    info: EngineInfo
    closing_take: Samples | None

    @property
    def voiced(self) -> VoicedPhrase:
        """The closing phrase in the voice that was asked for."""
        return _voiced(self.request.spoken, self.info, self.request.closing_phrase)


class Speaker:
    """Asks an engine for one sentence at a time, for each of several callers.

    Args:
        project: where the takes are kept.
        closing: when a closing phrase is said, and which; can be exchanged at any time.
        learns: told what phrase is being spoken alone, and "" when that has ended.
    """

    def __init__(
        self,
        engine: Engine,
        project: Project,
        closing: Closing,
        learns: Callable[[str], None],
    ) -> None:
        self.closing = closing
        self._engine = engine
        self._closing_takes = ClosingTakes(engine, told=learns)
        self._bootstrap = Bootstrap(project, self._closing_takes)

    async def speak(
        self,
        flight: Flight,
        spoken: Spoken,
        info: EngineInfo,
        heard: Callable[[AudioDelta | SpeechProgress], None],
    ) -> Answer:
        """Have it said; ``heard`` is told of each piece of it.

        Raises:
            EngineError: as :meth:`engine.client.base.Engine.speak` says.
            asyncio.CancelledError: nobody wants the flight any more.
        """
        cut_short = flight.job.cut_short
        phrase = self.closing.phrase_for(info.engine, spoken.language, cut_short=cut_short)
        closing_take = await self._closing_take(flight, spoken, info, phrase) if phrase else None
        flight.held_back = _seconds_of(phrase, closing_take)
        request = SpeechRequest(spoken, flight.seed, frame_cap(spoken, phrase), phrase)
        done = await listen(self._engine, request, heard)
        flight.check_wanted()
        if done.finish_reason in ("cancelled", "error"):
            raise SpeechFailed(_("The engine gave this sentence up."))
        return Answer(request, done, info, closing_take)

    async def draft(self, answer: Answer, pcm: bytes) -> tuple[Samples, TakeDraft]:
        """The samples of an answer, and what is known of them."""
        return await asyncio.to_thread(
            draft_take, answer.request, pcm, answer.done, answer.info, answer.closing_take
        )

    async def recorded(self, answer: Answer, take: Take) -> Take:
        """Learn from a take what could not be learnt otherwise. Returns the take, which may have
        been cut again by that."""
        if answer.closing_take is not None:
            await self._bootstrap.catch_up(answer.voiced)
        elif answer.request.closing_phrase and answer.done.finish_reason in ("stop", "unknown"):
            return await self._bootstrap.add(answer.voiced, take)
        return take

    async def closing_take_of(self, draft: TakeDraft, info: EngineInfo | None) -> Samples | None:
        """The closing phrase of a take as its voice says it alone, where that has been had.

        Args:
            info: what the present engine says of itself, once it has.
        """
        if not draft.closing_phrase:
            return None
        asked, known = draft.asked, info if info and info.engine == draft.engine else None
        voiced = VoicedPhrase(
            draft.engine,
            draft.model,
            draft.voice,
            asked.language,
            draft.closing_phrase,
            "" if known and known.instructs is False else asked.instruct,
            known.fingerprint if known else "",
        )
        return await self._closing_takes.kept(voiced)

    def mends(self, job: Job, draft: TakeDraft) -> bool:
        """Whether a sentence is to be said again, with a closing phrase this time."""
        return self.closing.mends and not job.cut_short and is_cut_short(draft)

    async def _closing_take(
        self, flight: Flight, spoken: Spoken, info: EngineInfo, phrase: str
    ) -> Samples | None:
        voiced = _voiced(spoken, info, phrase)
        found = await self._closing_takes.get(voiced, flight.check_wanted)
        flight.check_wanted()
        return found


def _seconds_of(phrase: str, closing_take: Samples | None) -> float:
    """How long a phrase takes to be said, the pause before it too; rather too long than too
    short."""
    if closing_take is None:
        return SLOW * count_syllables(phrase).fewest
    return SLOWER * len(closing_take) / SAMPLE_RATE


def _voiced(spoken: Spoken, info: EngineInfo, phrase: str) -> VoicedPhrase:
    return VoicedPhrase(
        info.engine,
        info.model,
        info.voice_of(spoken),
        spoken.language,
        phrase,
        # A phrase that is whispered is matched by a whisper.
        "" if info.instructs is False else spoken.instruct,
        info.fingerprint,
    )
