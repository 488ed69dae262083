"""What of the project is being heard: takes, found, cut and handed to the player."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from engine.domain import SAMPLE_RATE, Cut, Take

if TYPE_CHECKING:
    from engine.flight import LiveAudio
    from engine.project import Project
    from tui.player import Player
    from tui.tape import Samples, Sound


Part = Callable[[Take], tuple[float, float]]
"""From where to where a take is played, in seconds of it, however its cut may move."""


def kept(take: Take) -> tuple[float, float]:
    """What the cut keeps."""
    return take.draft.cut.start, take.draft.cut.end


class Look(NamedTuple):
    """What has become of the playback since the last look.

    Attributes:
        seconds: heard so far, None while nothing sounds.
        ended: it has just come to its end.
        went_on: the take that was prepared has just begun.
        landed: what was heard while it was being spoken has become this take.
    """

    seconds: float | None = None
    ended: bool = False
    went_on: bool = False
    landed: Take | None = None


class Playback:
    """Knows which sentence plays.

    Attributes:
        sentence_id: the one that plays or is about to, or None.
        take: the take of it that plays; None while it is heard as it is being spoken.
    """

    def __init__(self, project: Project, player: Player) -> None:
        self._project = project
        self._player = player
        self.sentence_id: int | None = None
        self.take: Take | None = None
        self._sound: Sound | None = None
        self._next: tuple[Take, Sound] | None = None
        self._live: LiveAudio | None = None
        self._begun = False
        self._turn = 0
        self._part: Part = kept
        self._from = 0.0  # seconds of the raw take at which the sound begins

    async def play(self, take: Take, *, silence: float = 0.0, part: Part = kept) -> None:
        """Play a take, instead of what plays now.

        Args:
            silence: seconds that follow it and count as a part of it.
            part: what of it, if not what its cut keeps.

        Raises:
            AudioError: its file cannot be read, or there is no sound to be had.
        """
        turn = self._begin(take.sentence_id, take)
        start, end = part(take)
        self._part, self._from = part, start
        try:
            sound = await self._load(take, silence, (start, end))
            await self._sounding(sound, turn)
        except BaseException:
            self._give_up(turn)
            raise

    async def play_live(self, sentence_id: int, live: LiveAudio) -> None:
        """Play a sentence that is still being spoken; :meth:`look` brings more of it.

        Raises:
            AudioError: there is no sound to be had.
        """
        from tui.tape import Sound

        turn = self._begin(sentence_id, None)
        self._live = live
        try:
            await self._sounding(Sound(_samples(live), SAMPLE_RATE, complete=False), turn)
        except BaseException:
            self._give_up(turn)
            raise

    async def play_in_place(self, take: Take, *, silence: float = 0.0) -> None:
        """Play another take of the sentence that plays, from the same place on.

        Raises:
            AudioError: its file cannot be read.
        """
        # From the same place after the beginning of what is kept.
        shift = self.take.draft.cut.start - self._from if self.take else 0.0
        await self._replace(take, shift, silence)

    async def follow_cut(self, take: Take, *, silence: float = 0.0) -> None:
        """Go on in the take that plays, now that its cut has moved.

        Raises:
            AudioError: its file cannot be read.
        """
        if self.hears(take):
            await self._replace(take, self._part(take)[0] - self._from, silence, self._part)

    async def land(self, take: Take, *, silence: float = 0.0) -> None:
        """Go on with the finished take where it has been heard live.

        Raises:
            AudioError: its file cannot be read; what is there of it plays to its end.
        """
        await self._replace(take, take.draft.cut.start, silence)

    async def prepare(self, take: Take, *, silence: float = 0.0) -> None:
        """Have this take follow what plays, without a gap.

        Raises:
            AudioError: its file cannot be read.
        """
        turn = self._turn
        sound = await self._load(take, silence, kept(take))
        if turn == self._turn:
            self._next = (take, sound)
            await asyncio.wrap_future(self._player.play_next(sound))

    def stop(self) -> None:
        self._player.stop()
        self._forget()

    def seek(self, by: float) -> None:
        """Go forward or back by so many seconds."""
        self._player.seek(by)

    @property
    def remaining(self) -> float | None:
        """Seconds until the end of what plays; None while that is not known."""
        position, sound = self._player.position, self._sound
        if position is None or sound is None or not sound.complete:
            return None
        return sound.seconds - position

    @property
    def place(self) -> float | None:
        """Seconds of the raw take that is heard now; None while nothing sounds."""
        position = self._player.position
        return None if position is None else self._from + position

    def go_to(self, place: float) -> None:
        """Go to a place in the raw take, as far as it plays there."""
        here = self.place
        if here is not None:
            self._player.seek(place - here)

    def hears(self, take: Take) -> bool:
        """Whether this take plays."""
        return self.take is not None and self.take.id == take.id

    def is_heard(self, take: Take) -> bool:
        """Whether this take plays, or is heard while it is being recorded."""
        known = self.take or (self._live and self._live.take)
        return known is not None and known.id == take.id

    def look(self) -> Look:
        """See how far it has come, and let what is heard live grow."""
        landed = self._listen_on()
        went_on = self._has_gone_on()
        position = self._player.position
        ended = position is None and self._begun
        if ended:
            self._forget()
        return Look(position, ended, went_on, landed)

    def _listen_on(self) -> Take | None:
        live, sound = self._live, self._sound
        if live is None or sound is None:
            return None
        over = live.over  # before what has come is read
        samples = _samples(live)
        if live.take is not None:
            self._live, self.take = None, live.take
            return live.take
        if len(samples) or over:
            self._player.extend(sound, samples, last=over)
        if over:
            self._live = None
        return None

    def _has_gone_on(self) -> bool:
        if self._next is None or self._player.sound is not self._next[1]:
            return False
        self.take, self._sound = self._next
        self._part, self._from = kept, self.take.draft.cut.start
        self.sentence_id, self._next = self.take.sentence_id, None
        return True

    def _begin(self, sentence_id: int, take: Take | None) -> int:
        self.stop()
        self.sentence_id, self.take = sentence_id, take
        return self._turn

    async def _sounding(self, sound: Sound, turn: int) -> None:
        if turn == self._turn:
            self._sound = sound
            await asyncio.wrap_future(self._player.play(sound))
            self._begun = turn == self._turn

    def _give_up(self, turn: int) -> None:
        if turn == self._turn:
            self.stop()

    def _forget(self) -> None:
        self._turn += 1
        self._part, self._from = kept, 0.0
        self.sentence_id = self.take = self._sound = self._next = self._live = None
        self._begun = False

    async def _replace(self, take: Take, shift: float, silence: float, part: Part = kept) -> None:
        turn, before, span = self._turn, self._sound, part(take)
        try:
            sound = await self._load(take, silence, span)
        except BaseException:
            if turn == self._turn and before is not None:
                self._player.extend(before, before.samples[:0], last=True)
            raise
        if turn == self._turn:
            self.take, self._sound, self._live, self._next = take, sound, None, None
            self._part, self._from = part, span[0]
            await asyncio.wrap_future(self._player.play_in_place(sound, shift=shift))

    async def _load(self, take: Take, silence: float, span: tuple[float, float]) -> Sound:
        return await asyncio.to_thread(self._read, take, silence, span)

    def _read(self, take: Take, silence: float, span: tuple[float, float]) -> Sound:
        from engine.audio import deliver
        from tui.tape import Sound

        raw = self._project.read_audio(take)
        return Sound(deliver(raw, SAMPLE_RATE, Cut(*span), silence=silence), SAMPLE_RATE)


def _samples(live: LiveAudio) -> Samples:
    from engine.audio import from_pcm16

    return from_pcm16(live.read())
