"""Closing takes: each voice's closing phrase, spoken alone once, for the finder to match."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import numpy as np

from engine.audio import Samples, from_pcm16
from engine.checks import SILENT_PEAK
from engine.client.base import Engine
from engine.closing_store import ClosingStore, VoicedPhrase
from engine.cuts import find_cut
from engine.domain import SAMPLE_RATE, AudioDelta, SpeechDone, SpeechProgress, SpeechRequest
from engine.errors import EngineLost, EngineStartError, SpeechFailed
from engine.flight import listen
from engine.syllables import count_syllables
from engine.takes import frame_cap

SEEDS = range(3)
"""Tried one after the other until a take is sound. Always the same, so that what was lost is made
again as it was."""

CRASHES = 2
"""Of the engine while it speaks a phrase alone, after which it is asked for no more of them."""

_MOST_KNOWN = 256
# Phrases in voices, some 100 kB each. Clients of a server may name ever new ones.

FASTEST, SLOWEST = 0.06, 0.45
"""Seconds per syllable. Nobody speaks faster; what is slower holds more than the phrase."""

_log = logging.getLogger(__name__)


class ClosingTakes:
    """Makes them when they are first needed, one at a time. Whatever goes wrong with one is the
    fault of no sentence, which is then cut without it.

    Args:
        store: where they are kept, if not where the user's are.
        told: called when one begins to be made, with its phrase, and with "" when that has ended.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        store: ClosingStore | None = None,
        told: Callable[[str], None] = lambda _phrase: None,
    ) -> None:
        self._engine = engine
        self._store = store or ClosingStore()
        self._told = told
        self._known: dict[VoicedPhrase, Samples | None] = {}
        self._turn = asyncio.Lock()
        self._crashes = 0

    async def get(self, voiced: VoicedPhrase, still_wanted: Callable[[], None]) -> Samples | None:
        """The phrase in its voice, mono float32 at SAMPLE_RATE; None where it can't be had.

        Args:
            still_wanted: called for each piece that is heard; ends the making by raising.
        """
        if voiced not in self._known:
            # It is made in the flight of the sentence that needs it first. If that is cancelled,
            # the next that waits here makes it.
            async with self._turn:
                if voiced not in self._known:
                    await self._find(voiced, still_wanted)
        return self.known(voiced)

    def known(self, voiced: VoicedPhrase) -> Samples | None:
        """The phrase in its voice, where that has been had."""
        return self._known.get(voiced)

    async def kept(self, voiced: VoicedPhrase) -> Samples | None:
        """The phrase in its voice, where that has been had before, at an earlier start too. Nothing
        is spoken for it."""
        known = self.known(voiced)
        return await asyncio.to_thread(self._kept, voiced) if known is None else known

    def put(self, voiced: VoicedPhrase, samples: Samples) -> None:
        """Let this hold until the program ends: the engine may be able to say it then."""
        self._remember(voiced, samples)

    def _remember(self, voiced: VoicedPhrase, samples: Samples | None) -> None:
        self._known[voiced] = samples
        if len(self._known) > _MOST_KNOWN:
            del self._known[next(iter(self._known))]

    async def _find(self, voiced: VoicedPhrase, still_wanted: Callable[[], None]) -> None:
        kept = await asyncio.to_thread(self._kept, voiced)
        if kept is not None:
            self._remember(voiced, kept)
        elif self._crashes < CRASHES:
            self._told(voiced.phrase)
            try:
                await self._learn(voiced, still_wanted)
            finally:
                self._told("")

    def _kept(self, voiced: VoicedPhrase) -> Samples | None:
        samples = self._store.load(voiced)
        return samples if samples is not None and _is_sound(samples, voiced.phrase) else None

    async def _learn(self, voiced: VoicedPhrase, still_wanted: Callable[[], None]) -> None:
        made = None
        try:
            made = await self._make(voiced, still_wanted)
        except (EngineLost, EngineStartError) as error:
            # It may be had another time. Where the engine is gone for good, the sentence will tell.
            _log.warning("No closing take this time: %s", error)
            self._crashes += isinstance(error, EngineLost) and not error.from_outside
            return
        except Exception:  # noqa: BLE001 - no sentence must fail of it
            _log.warning("No closing take", exc_info=True)
        self._remember(voiced, made)
        if made is not None:
            await asyncio.to_thread(self._store.save, voiced, made)

    async def _make(self, voiced: VoicedPhrase, still_wanted: Callable[[], None]) -> Samples | None:
        """The first sound take; None where there is none.

        Raises:
            EngineError: the engine was lost, or refuses to say it.
        """
        spoken = voiced.spoken
        for seed in SEEDS:
            pieces: list[bytes] = []

            def hear(event: AudioDelta | SpeechProgress, pieces: list[bytes] = pieces) -> None:
                still_wanted()
                if isinstance(event, AudioDelta):
                    pieces.append(event.pcm)

            request = SpeechRequest(spoken, seed, frame_cap(spoken))
            try:
                done = await listen(self._engine, request, hear)
            except SpeechFailed as error:
                _log.warning("A closing take failed: %s", error)
                continue
            made = await asyncio.to_thread(_sound_part, b"".join(pieces), done, voiced)
            if made is not None:
                return made
        _log.warning("No closing take is sound in %d attempts", len(SEEDS))
        return None


def _sound_part(pcm: bytes, done: SpeechDone, voiced: VoicedPhrase) -> Samples | None:
    """The speech of an answer; None where it does not hold the phrase as it should be."""
    samples = from_pcm16(pcm)
    if done.finish_reason not in ("stop", "unknown") or not len(samples):
        return None
    cut = find_cut(samples, SAMPLE_RATE, text=voiced.phrase, closing="", language=voiced.language)
    kept = samples[round(cut.start * SAMPLE_RATE) : round(cut.end * SAMPLE_RATE)]
    return kept if _is_sound(kept, voiced.phrase) else None


def _is_sound(samples: Samples, phrase: str) -> bool:
    syllables = count_syllables(phrase)
    seconds = len(samples) / SAMPLE_RATE
    audible = np.abs(samples).max(initial=0.0) >= SILENT_PEAK
    return bool(audible) and FASTEST * syllables.fewest <= seconds <= SLOWEST * syllables.most
