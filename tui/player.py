"""Plays sounds through one stream that stays open, so that takes follow each other without gaps.

This module is imported after the first paint; PortAudio itself is looked for at the first play.
All places and lengths are seconds of the sound as it was recorded, at whatever speed it plays.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING

from tui.mixer import Head, Mixer
from tui.output import BLOCK, open_output
from tui.tape import Samples, Sound, Tape

if TYPE_CHECKING:
    import sounddevice


class Player:
    """One output stream.

    Everything returns at once: opening the device and changing the speed of a sound happen on a
    thread of its own.

    Attributes:
        missing_device: the name of a device that was wanted and is not there, so that the
            system's plays instead; None where all is well.
    """

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="player")
        self._stream: sounddevice.OutputStream | None = None
        self._mixer = Mixer()
        self._rate = 1
        self._latency = 0
        self._speed = 1.0
        self._device: str | None = None
        self.missing_device: str | None = None
        self._turn = 0
        self._turn_lock = Lock()

    # What is heard

    def play(self, sound: Sound, *, start: float = 0.0) -> Future[None]:
        """Play this instead of what plays now.

        The future is done when the device is open and fails with AudioError where there is none;
        the sound goes on after it.
        """
        turn = self.stop()
        return self._executor.submit(self._start, sound, start, turn)

    def play_in_place(self, sound: Sound, *, shift: float = 0.0) -> Future[None]:
        """Play this from the place where what plays now has come to by then.

        Args:
            shift: seconds by which the new sound begins later than the old.
        """
        return self._executor.submit(self._take_place, sound, shift, self._turn)

    def play_next(self, sound: Sound) -> Future[None]:
        """Play this when what plays now has come to its end, without a gap."""
        return self._executor.submit(self._follow, sound, self._turn)

    def extend(self, sound: Sound, samples: Samples, *, last: bool = False) -> None:
        """Let a sound grow, whether it plays or not."""
        self._executor.submit(self._extend, sound, samples, last)

    def stop(self) -> int:
        """Let what plays die away, and what is about to play not begin. Returns the new turn."""
        with self._turn_lock:
            self._mixer.wanted = None
            self._mixer.paused = False
            self._turn += 1
            return self._turn

    def seek(self, by: float) -> None:
        """Go forward or back in what plays, as far as it goes."""
        with self._turn_lock:
            head = self._mixer.head
            if head is not None:
                place = min(max(0.0, head.seconds + by), head.tape.seconds_at(head.tape.length))
                self._mixer.wanted = Head(
                    head.tape, head.tape.index_at(place), following=head.following
                )

    @property
    def position(self) -> float | None:
        """Seconds heard of what plays, or None when nothing does."""
        head, stream = self._mixer.head, self._stream
        if head is None or stream is None or not stream.active:
            return None
        behind = max(0, self._latency - head.idle)
        if head.at_end and not behind and not self.loop and head.following is None:
            return None
        return max(0.0, head.seconds - head.tape.seconds_at(behind))

    @property
    def sound(self) -> Sound | None:
        """What plays."""
        head = self._mixer.head
        return head.tape.sound if head else None

    # How it is heard

    @property
    def paused(self) -> bool:
        return self._mixer.paused

    @paused.setter
    def paused(self, paused: bool) -> None:
        self._mixer.paused = paused

    @property
    def loop(self) -> bool:
        """What plays begins again at its end."""
        return self._mixer.loop

    @loop.setter
    def loop(self, loop: bool) -> None:
        self._mixer.loop = loop

    @property
    def volume(self) -> float:
        """From 0.0 to 1.0."""
        return self._mixer.volume

    @volume.setter
    def volume(self, volume: float) -> None:
        self._mixer.volume = volume

    @property
    def speed(self) -> float:
        """From 0.75 to 2.0; the pitch stays."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._speed = speed
        if self._mixer.head is not None:
            self._executor.submit(self._record_again, self._turn)

    @property
    def device(self) -> str | None:
        """The name of the device to play on; None for the system's. What plays then stops."""
        return self._device

    @device.setter
    def device(self, name: str | None) -> None:
        if name != self._device:
            self._device = name
            self.stop()
            self._executor.submit(self._close_stream)

    def close(self) -> None:
        """Let go of the device. Blocks until it is gone."""
        self.stop()
        self._executor.submit(self._close_stream)
        self._executor.shutdown(wait=True)

    # On the player's thread

    def _start(self, sound: Sound, start: float, turn: int) -> None:
        self._be_open(sound.rate)
        tape = Tape(sound, self._rate, self._speed)
        self._put_on(Head(tape, tape.index_at(start)), turn)

    def _take_place(self, sound: Sound, shift: float, turn: int) -> None:
        if self._mixer.head is None:
            return
        tape = Tape(sound, self._rate, self._speed)
        self._put_on(Head(tape, after=self._mixer.head, shift=shift), turn)

    def _record_again(self, turn: int) -> None:
        head = self._mixer.head
        if head is None or head.tape.speed == self._speed:
            return
        tape = Tape(head.tape.sound, self._rate, self._speed)
        following = head.following
        self._put_on(Head(tape, after=head), turn)
        if following is not None:
            self._follow(following.tape.sound, turn)

    def _put_on(self, head: Head, turn: int) -> None:
        """Have it heard as soon as the tape reaches so far."""
        tape, shown = head.tape, False
        while not shown or not tape.complete:
            more = tape.record()
            if not shown and (not more or tape.seconds_at(tape.length) > head.seconds):
                shown = True
                with self._turn_lock:
                    if turn != self._turn:
                        return
                    self._mixer.wanted = head
            if not more:
                return

    def _follow(self, sound: Sound, turn: int) -> None:
        head = self._mixer.head
        if head is None:
            return
        tape = Tape(sound, self._rate, self._speed)
        while tape.record():
            pass
        with self._turn_lock:
            if turn == self._turn and self._mixer.head is not None:
                self._mixer.head.following = Head(tape)

    def _extend(self, sound: Sound, samples: Samples, last: bool) -> None:
        sound.add(samples, last=last)
        head = self._mixer.head
        if head is not None and head.tape.sound is sound:
            while head.tape.record():
                pass

    def _be_open(self, rate: int) -> None:
        if self._stream is not None and self._stream.active:
            return
        self._close_stream()
        self._stream, as_wanted = open_output(self._device, rate, self._mixer.fill)
        self.missing_device = None if as_wanted else self._device
        self._rate = round(self._stream.samplerate)
        self._latency = round(self._stream.latency * self._rate)
        self._mixer.tune(self._rate, round(BLOCK * self._rate))
        self._stream.start()

    def _close_stream(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close(ignore_errors=True)
        self._mixer.clear()
