"""A finished sentence, as the guide's own server delivers it: said with the closing phrase, cut,
and followed by silence."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

from engine.audio import Samples, deliver, encode
from engine.backends.base import BackendInfo
from engine.client.base import EngineChanged
from engine.closing import Closing
from engine.closing_store import ClosingStore, VoicedPhrase
from engine.closing_takes import ClosingTakes
from engine.domain import (
    SAMPLE_RATE,
    AudioDelta,
    EngineInfo,
    SpeechDone,
    SpeechEvent,
    SpeechRequest,
    TakeDraft,
)
from engine.i18n import _
from engine.script.guessing import guess_language
from engine.server.asked import Asked, Asking
from engine.server.errors import Unfit
from engine.server.upstream import Ended
from engine.takes import draft_take, frame_cap, is_cut_short
from engine.version import __version__

RUNAWAY_RETRIES = 2
"""New seeds tried after a take that ran into its cap, as the director does."""

_RANDOM_SEEDS = 2**31
_ITSELF = "closing takes"

Hear = Callable[[str, Asked], Awaitable[tuple[bytes, Ended]]]
"""Has a client's request spoken: its audio, 16-bit PCM at SAMPLE_RATE, and its end."""


@dataclass(frozen=True)
class Wish:
    """A sentence that somebody wants finished.

    Attributes:
        language: by which it is cut; the request names none where the model does not know it.
        free_seed: another seed may be tried than the request's.
    """

    client: str
    asked: Asked
    info: BackendInfo
    language: str
    free_seed: bool


@dataclass(frozen=True)
class Finished:
    """A finished WAV, and what is to be known of it."""

    wav: bytes
    draft: TakeDraft


def wish(client: str, asked: Asked, info: BackendInfo, *, free_seed: bool) -> Wish:
    """A wish in the language that was named, or else in that of its letters."""
    spoken = asked.request.spoken
    language = spoken.language or guess_language(spoken.text)
    known = language if language in info.languages else ""
    request = replace(asked.request, spoken=replace(spoken, language=known))
    return Wish(client, replace(asked, request=request), info, language, free_seed)


class Cloning:
    """Speaks sentences for whoever wants them finished.

    Args:
        silence: seconds of it after each.
    """

    def __init__(self, hear: Hear, asking: Asking, closing: Closing, silence: float) -> None:
        self._hear = hear
        self._closing = closing
        self._silence = silence
        self._engine = _Engine(hear, asking)
        self._closing_takes = ClosingTakes(self._engine, store=_Unkept())

    async def finished(self, wish: Wish) -> Finished:
        """The sentence, cut out of what is said.

        Raises:
            EngineError: it could not be spoken.
            Unfit: it did not come to an end.
        """
        phrase = self._closing.phrase_for(wish.info.name, wish.language)
        samples, draft = await self._spoken(wish, phrase)
        if self._closing.mends and is_cut_short(draft):
            phrase = self._closing.phrase_for(wish.info.name, wish.language, cut_short=True)
            samples, draft = await self._spoken(wish, phrase)
        wav = await asyncio.to_thread(self._delivered, samples, draft)
        return Finished(wav, draft)

    async def raw(self, wish: Wish) -> Finished:
        """What is said of the text without a closing phrase, as it comes.

        Raises:
            EngineError, Unfit: as above.
        """
        samples, draft = await self._spoken(wish, "")
        return Finished(await asyncio.to_thread(encode, samples, SAMPLE_RATE, "wav"), draft)

    async def _spoken(self, wish: Wish, phrase: str) -> tuple[Samples, TakeDraft]:
        closing_take = await self._closing_take(wish, phrase) if phrase else None
        request = replace(
            wish.asked.request,
            closing_phrase=phrase,
            max_frames=frame_cap(wish.asked.request.spoken, phrase),
        )
        for _attempt in range(1 + RUNAWAY_RETRIES):
            pcm, end = await self._hear(wish.client, replace(wish.asked, request=request))
            done = _done(end)
            if done.finish_reason == "stop":
                said = replace(request, spoken=replace(request.spoken, language=wish.language))
                info = _told(wish.info)
                return await asyncio.to_thread(draft_take, said, pcm, done, info, closing_take)
            if not wish.free_seed:
                break
            request = replace(request, seed=secrets.randbelow(_RANDOM_SEEDS))
        # No fault that a client should answer by asking once more, as most do after a 5xx.
        raise Unfit(
            422,
            "no_end",
            _("The model did not come to an end with this text."),
            _("Try another seed, or a shorter text."),
            param="text",
        )

    async def _closing_take(self, wish: Wish, phrase: str) -> Samples | None:
        spoken, info = wish.asked.request.spoken, wish.info
        self._engine.info = info
        voiced = VoicedPhrase(
            info.name,
            info.model,
            wish.asked.voice,
            spoken.language,
            phrase,
            spoken.instruct if info.instructs else "",
            info.fingerprint,
        )
        return await self._closing_takes.get(voiced, lambda: None)

    def _delivered(self, samples: Samples, draft: TakeDraft) -> bytes:
        finished = deliver(samples, SAMPLE_RATE, draft.cut, silence=self._silence)
        return encode(finished, SAMPLE_RATE, "wav")


class _Unkept(ClosingStore):
    """Nothing is kept on the disk of what is said here, in voices that may be deleted."""

    def load(self, voiced: VoicedPhrase) -> Samples | None:
        return None

    def save(self, voiced: VoicedPhrase, samples: Samples) -> None:
        pass


class _Engine:
    """The server itself, as :class:`engine.closing_takes.ClosingTakes` asks for speech."""

    name = "server"
    loads = ""
    log_file: Path | None = None
    on_state: Callable[[EngineChanged], None] | None = None

    def __init__(self, hear: Hear, asking: Asking) -> None:
        self._hear = hear
        self._asking = asking
        self.info: BackendInfo | None = None

    async def ready(self) -> EngineInfo:
        return _told(self._known())

    async def describe(self) -> EngineInfo:
        return await self.ready()

    async def speak(self, request: SpeechRequest) -> AsyncGenerator[SpeechEvent, None]:
        asked = await self._asking.in_voice(request, self._known())
        pcm, end = await self._hear(_ITSELF, asked)
        yield AudioDelta(pcm)
        yield _done(end)

    def sentence_finished(self) -> None:
        pass

    async def aclose(self) -> None:
        pass

    def _known(self) -> BackendInfo:
        assert self.info is not None
        return self.info


def _done(end: Ended) -> SpeechDone:
    return SpeechDone(end.said["finish_reason"], end.said["seed"], end.said["frames"])


def _told(info: BackendInfo) -> EngineInfo:
    return EngineInfo(
        engine=info.name,
        model=info.model,
        device=info.device,
        dtype=info.dtype,
        languages=info.languages,
        capacity=info.capacity,
        version=__version__,
        voices=info.voices,
        instructs=info.instructs,
        reason=info.reason,
        fingerprint=info.fingerprint,
    )
