"""Our loop of frames beside the package's generation, with the dimensions of the real 0.6B model.

Run: python -m tests.benchmarks.bench_decode [--scale X] [--threads N] [--at-once N] [PART ...]

Parts: speed, first, memory, sound, identity; all of them where none is named; and at-once, which
shows what a processor gains by several sentences at once, and by bfloat16. The weights are
random: no sentence ends by itself, and each is given as many frames as it would be long. All that
is compared is measured one after the other in one process; trust the ratios. Nothing else should
run beside it.
"""

from __future__ import annotations

import argparse
import os
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import torch

from engine.backends.base import Job, Samples
from engine.backends.qwen.decode.codec import Memory, StreamingDecoder
from engine.backends.qwen.decode.speaker import FrameSpeaker
from engine.backends.qwen.requests import Requests
from engine.backends.qwen.sampling import Chance, Chances, chances_of
from engine.backends.qwen.voices import Line
from engine.domain import FRAME_SECONDS, FinishReason, SpeechRequest, Spoken
from engine.errors import EngineError, SpeechFailed
from engine.qwen_options import QwenOptions
from engine.script import read_script
from tests.benchmarks import real_model

SCRIPT = Path(__file__).parents[2] / "sample_scripts" / "korean_intro.txt"

_FRAMES_A_SYLLABLE = 2.5
# Five syllables a second, as a calm narrator has.

_CLIP_FRAMES = 69
# A clip of five seconds, and half a second of silence.

_LONG_FRAMES = 125
# Ten seconds.

_ALMOST_ALL = 16
# Frames of the clip where frames are few: the longest that the codec's convolutions reach back.


class Voice:
    """A clip of noise that is continued, instead of one that would have to be listened to."""

    names = ("noise",)
    fingerprint = ""

    def __init__(self, wrapper: Any, frames: int) -> None:
        from qwen_tts import VoiceClonePromptItem

        self.codes = torch.randint(0, 2048, (frames, 16))
        self.item = VoiceClonePromptItem(
            ref_code=self.codes,
            ref_spk_embedding=torch.randn(wrapper.model.talker.config.hidden_size),
            x_vector_only_mode=False,
            icl_mode=True,
            ref_text="Words of the clip.",
        )

    def check(self, request: SpeechRequest) -> None: ...

    def prepare(self, prompts: Any) -> None: ...

    def lead_in(self, line: Line) -> torch.Tensor:
        return self.codes

    def generate(self, wrapper: Any, lines: Sequence[Line], **asked: Any) -> Any:
        return wrapper.generate_voice_clone(
            text=[line.text for line in lines],
            language=["Korean"] * len(lines),
            voice_clone_prompt=[self.item] * len(lines),
            **asked,
        )


@dataclass
class Plenty:
    """There is room for so many sentences."""

    most: int
    free: int = 10**12
    advice: str = ""

    def halve(self, sentences: int) -> None:
        raise MemoryError

    def overflowed(self, sentences: int) -> bool:
        return False

    def failure(self, error: Exception) -> SpeechFailed:
        raise error


@dataclass
class Listener:
    """A job that notes when it hears something."""

    request: SpeechRequest
    began: float = field(default_factory=time.perf_counter)
    first: float = 0.0
    samples: int = 0
    cancelled: bool = False

    def emit(self, samples: Samples) -> None:
        self.first = self.first or time.perf_counter() - self.began
        self.samples += len(samples)

    def progress(self, frames: int) -> None: ...

    def finish(self, reason: FinishReason, frames: int) -> None:
        assert (reason, frames) == ("length", self.request.max_frames)

    def fail(self, error: EngineError) -> None:
        raise error


def said(text: str, frames: int, seed: int = 1) -> SpeechRequest:
    return SpeechRequest(Spoken(text, "Korean"), seed, max_frames=frames)


def sentences(scale: float) -> list[SpeechRequest]:
    """Those of the sample that are spoken, each with its frames."""
    texts = [one.text for one in read_script(SCRIPT).sentences if one.spoken]
    syllables = [sum(not letter.isspace() for letter in text) for text in texts]
    return [
        said(text, max(2, round(_FRAMES_A_SYLLABLE * scale * count)), seed)
        for seed, (text, count) in enumerate(zip(texts, syllables, strict=True))
    ]


def seconds_of(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def package_speaks(wrapper: Any, voice: Voice, batch: Sequence[SpeechRequest]) -> None:
    """As its users have it: until the longest has all its frames, and then all the sound."""
    lines = [Line(one.spoken.text, "Korean", one.spoken) for one in batch]
    most = max(one.max_frames or 0 for one in batch)
    voice.generate(wrapper, lines, max_new_tokens=most + 1)


def own(wrapper: Any, voice: Voice, room: Plenty) -> FrameSpeaker:
    tokenizer = wrapper.processor.tokenizer
    chances = chances_of(wrapper.generate_defaults, QwenOptions())
    cast: Any = voice
    requests = Requests(cast, tokenizer, None)
    speaker = FrameSpeaker(wrapper, cast, requests, cast, chances, room)
    speaker.warm_up()
    return speaker


def own_speaks(speaker: FrameSpeaker, batch: Sequence[SpeechRequest]) -> list[Listener]:
    listeners = [Listener(one) for one in batch]
    jobs: Sequence[Job] = listeners
    speaker.speak(jobs, lambda _room: ())
    return listeners


@contextmanager
def without(talker: Any) -> Generator[None]:
    """Give the package's generation back afterwards."""
    try:
        yield
    finally:
        del talker.generate


def bench_speed(wrapper: Any, scale: float, at_once: int) -> None:
    every = sentences(scale)
    voice = Voice(wrapper, max(_ALMOST_ALL, round(_CLIP_FRAMES * scale)))
    frames = [one.max_frames or 0 for one in every]
    print(f"{len(every)} sentences of {min(frames)} to {max(frames)} frames, {sum(frames)} in all;")
    print(f"a clip of {len(voice.codes)} frames; bfloat16; {torch.get_num_threads()} threads\n")
    print("| who speaks them | seconds | of audio in a second | against ours |\n|---|---|---|---|")
    package_speaks(wrapper, voice, every[:1])
    by_length = sorted(every, key=lambda one: one.max_frames or 0)
    taken: dict[str, float] = {}
    with without(wrapper.model.talker):
        speaker = own(wrapper, voice, Plenty(at_once))
        taken[f"ours, {at_once} at once"] = seconds_of(lambda: own_speaks(speaker, every))
    ours = next(iter(taken.values()))
    for size in (1, 8, len(every)):
        batches = [by_length[start : start + size] for start in range(0, len(every), size)]
        name = f"the package, {size} at once, of like length" if size > 1 else "it, one by one"
        taken[name] = seconds_of(
            lambda batches=batches: [package_speaks(wrapper, voice, batch) for batch in batches]
        )
    for name, seconds in taken.items():
        pace = sum(frames) * FRAME_SECONDS / seconds
        print(f"| {name} | {seconds:.1f} | {pace:.2f} | {seconds / ours:.2f} × |")


def bench_first(wrapper: Any) -> None:
    voice = Voice(wrapper, _CLIP_FRAMES)
    request = said("처음부터 끝까지 십 초쯤 걸리는 문장을 하나 말합니다.", _LONG_FRAMES)
    with without(wrapper.model.talker):
        [heard] = own_speaks(own(wrapper, voice, Plenty(1)), [request])
    whole = seconds_of(lambda: package_speaks(wrapper, voice, [request]))
    print(
        f"\n{_LONG_FRAMES * FRAME_SECONDS:.0f} seconds: our first sound after {heard.first:.1f} s,"
    )
    print(f"the package's last after {whole:.1f} s: {heard.first / whole:.1%}")


def bench_at_once() -> None:
    print("\n| numbers | at once | seconds a sentence | first sound |\n|---|---|---|---|")
    for dtype in (torch.float32, torch.bfloat16):
        wrapper = real_model.build(dtype)
        voice = Voice(wrapper, _CLIP_FRAMES)
        batch = [said(f"문장 번호 {number}을 말합니다.", 16, number) for number in range(8)]
        for most in (1, 4, 8):
            with without(wrapper.model.talker):
                speaker = own(wrapper, voice, Plenty(most))
                started = time.perf_counter()
                listeners = own_speaks(speaker, batch)
                taken = (time.perf_counter() - started) / len(batch)
            first = min(one.first for one in listeners)
            print(f"| {dtype} | {most} | {taken:.2f} | {first:.1f} |")


class Peak:
    """The most memory that the process has while it is entered."""

    def __enter__(self) -> Peak:
        self._process = psutil.Process()
        self.bytes = self._process.memory_info().rss
        self._done = threading.Event()
        self._watching = threading.Thread(target=self._watch)
        self._watching.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._done.set()
        self._watching.join()

    def _watch(self) -> None:
        while not self._done.wait(0.01):
            self.bytes = max(self.bytes, self._process.memory_info().rss)


def bench_memory(wrapper: Any, scale: float) -> None:
    voice = Voice(wrapper, _CLIP_FRAMES)
    frames = max(8, round(_LONG_FRAMES * scale))
    peaks: list[int] = []
    room = Plenty(1)
    with without(wrapper.model.talker):
        speaker = own(wrapper, voice, room)
        for room.most in (1, 8):
            batch = [said("메모리를 봅니다.", frames, seed) for seed in range(room.most)]
            with Peak() as peak:
                own_speaks(speaker, batch)
            peaks.append(peak.bytes)
    one, eight = peaks
    print(f"\npeak memory: one in flight {one / 1e9:.2f} GB, eight {eight / 1e9:.2f} GB,")
    print(f"{eight / one:.2f} ×")


def bench_sound(wrapper: Any) -> None:
    decoder = wrapper.model.speech_tokenizer.model.decoder
    codes = torch.randint(0, 2048, (48, 16))
    with torch.inference_mode():
        whole = decoder(codes.T.unsqueeze(0)).reshape(-1)
        streaming, memory = StreamingDecoder(decoder), Memory()
        pieces = (codes[:4], *codes[4:].split(12))
        heard = torch.cat([streaming(piece, memory) for piece in pieces])
        primed = streaming.prime(codes[:24])
        gone_on = torch.cat([streaming(piece, primed) for piece in codes[24:].split(12)])
    for name, one, other in (
        ("in pieces", heard, whole),
        ("after a clip that it was primed with", gone_on, whole[len(whole) // 2 :]),
    ):
        difference = 20 * ((one - other).norm() / other.norm()).log10()
        print(f"\nthe codec {name}: {difference:.0f} dB beside the whole")


def bench_identity(scale: float) -> None:
    wrapper = real_model.build(torch.float32)
    voice = Voice(wrapper, _ALMOST_ALL)
    every = [said(one.spoken.text, max(4, round(24 * scale))) for one in sentences(scale)[:2]]
    codes = kept_codes(wrapper)
    lines = [Line(one.spoken.text, "Korean", one.spoken) for one in every]
    voice.generate(
        wrapper,
        lines,
        max_new_tokens=(every[0].max_frames or 0) + 1,
        do_sample=False,
        subtalker_dosample=False,
    )
    theirs = [one[len(voice.codes) :] for one in codes]
    ours = likeliest(wrapper, voice, every)
    same = [torch.equal(one, other) for one, other in zip(ours, theirs, strict=True)]
    frames = [len(one) for one in theirs]
    print(f"\nthe likeliest codes of {frames} frames in float32: the package's own: {same}")


def kept_codes(wrapper: Any) -> list[torch.Tensor]:
    """The package's codes, from now on, instead of their sound."""
    kept: list[torch.Tensor] = []

    def keep(encoded: list[dict[str, torch.Tensor]]) -> Any:
        kept.extend(one["audio_codes"] for one in encoded)
        return [torch.zeros(len(one["audio_codes"])) for one in encoded], 24_000

    wrapper.model.speech_tokenizer.decode = keep
    return kept


def likeliest(wrapper: Any, voice: Voice, every: Sequence[SpeechRequest]) -> list[torch.Tensor]:
    sure = Chances(Chance(1.0, 1, 1.0), Chance(1.0, 1, 1.0), 1.05)
    cast: Any = voice
    requests = Requests(cast, wrapper.processor.tokenizer, None)
    speaker = FrameSpeaker(wrapper, cast, requests, cast, sure, Plenty(8))
    codes: dict[int, torch.Tensor] = {}
    ends = speaker.sound

    def keep(utterance: Any) -> bool:
        codes[id(utterance.job)] = torch.stack(utterance.track.codes)
        return ends(utterance)

    speaker.sound = keep
    listeners = own_speaks(speaker, every)
    return [codes[id(one)] for one in listeners]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--scale", type=float, default=1.0, help="of all frames")
    parser.add_argument("--threads", type=int, default=psutil.cpu_count(logical=False))
    parser.add_argument("--at-once", type=int, default=23)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    parts = asked.parts or ["speed", "first", "memory", "sound", "identity"]
    print(f"load before: {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "")
    if set(parts) - {"identity", "at-once"}:
        wrapper = real_model.build(torch.bfloat16)
        if "speed" in parts:
            bench_speed(wrapper, asked.scale, asked.at_once)
        if "first" in parts:
            bench_first(wrapper)
        if "memory" in parts:
            bench_memory(wrapper, asked.scale)
        if "sound" in parts:
            bench_sound(wrapper)
        del wrapper
    if "identity" in parts:
        bench_identity(asked.scale)
    if "at-once" in parts:
        bench_at_once()


if __name__ == "__main__":
    main()
