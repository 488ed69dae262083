"""What goes wrong in our own loop of frames, and whom it costs what."""

from __future__ import annotations

import gc
import random
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.backends.base import BackendPoisoned, Job
from engine.backends.qwen.backend import QwenBackend
from engine.domain import Clip
from tests.engine.backends.listening import Heard, asking, hear
from tests.engine.backends.qwen.meddling import meddled, nan_in
from tests.engine.backends.qwen.speaking import TRANSCRIPT, loaded, speak_all, write_clip

Models = Callable[..., Path]

NAN = float("nan")

TEXTS = ("One.", "Two two.", "Three three three.", "Four four four four.")


@pytest.fixture(scope="module")
def preset(tiny_models: Models) -> QwenBackend:
    return loaded(tiny_models("custom_voice"), batch_size=4, dtype="float32")


@pytest.fixture(scope="module")
def alone(preset: QwenBackend) -> list[Heard]:
    return [hear(preset, request) for request in requests()]


def requests() -> list[Any]:
    return [asking(text, seed=seed) for seed, text in enumerate(TEXTS, 3)]


@pytest.mark.parametrize(("part", "after"), [("talker", 5), ("predictor", 20)])
def test_values_that_are_no_numbers_once_cost_no_sample(
    preset: QwenBackend, alone: list[Heard], part: str, after: int
) -> None:
    with meddled(part, nan_in(1, after=after, times=1)):
        jobs = speak_all(preset, requests())

    for job, other in zip(jobs, alone, strict=True):
        assert job.end == other.end
        np.testing.assert_array_equal(job.audio, other.audio)


@pytest.fixture
def never_finite(monkeypatch: pytest.MonkeyPatch) -> str:
    """A text at whose second frame the model computes what are no numbers, time and again."""
    from engine.backends.qwen.decode.frames import Frames
    from engine.backends.qwen.decode.prompt import Prompt
    from engine.backends.qwen.sampling import Chances

    begin = Frames.track
    spoilt = "Spoilt."

    def track(frames: Frames, prompt: Prompt, seed: int, chances: Chances) -> Any:
        if seed == 99:
            text = prompt.text.new_zeros(3, prompt.text.shape[1])
            text[1] = NAN
            prompt = replace(prompt, text=text)
        return begin(frames, prompt, seed, chances)

    monkeypatch.setattr(Frames, "track", track)
    return spoilt


def test_values_that_are_no_numbers_again_fail_their_sentence_alone(
    preset: QwenBackend, alone: list[Heard], never_finite: str
) -> None:
    others = [Heard(request) for request in requests()[:3]]
    spoilt = Heard(asking(never_finite, seed=99))
    preset.speak([others[0], spoilt, *others[1:]])

    assert spoilt.error is not None
    assert "no numbers" in spoilt.error.title
    assert spoilt.frames == [1]
    for job, other in zip(others, alone, strict=False):
        assert job.end == other.end
        np.testing.assert_array_equal(job.audio, other.audio)


def test_who_is_in_flight_goes_on_from_where_it_is_when_the_model_changes(
    preset: QwenBackend, alone: list[Heard], never_finite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.backends.qwen import backend

    # Once to the numbers that it has already, in which the others' samples can be compared.
    changes = iter([True])
    monkeypatch.setattr(
        backend, "wider", lambda choice, _free: choice if next(changes, False) else None
    )
    others = [Heard(request) for request in requests()]
    spoilt = [Heard(asking(never_finite, seed=99)) for _time in range(2)]
    preset.speak([*others[:2], *spoilt, *others[2:]])

    assert next(changes, None) is None
    assert all(job.error for job in spoilt)
    for job, other in zip(others, alone, strict=True):
        assert job.frames == other.frames
        np.testing.assert_array_equal(job.audio, other.audio)


def test_a_model_that_is_half_wide_poisons_the_process(
    tiny_models: Models, never_finite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.backends.qwen.decode import speaker

    def fail(_wrapper: Any, _placement: Any) -> None:
        raise RuntimeError("not enough memory")

    backend = loaded(tiny_models("custom_voice"), batch_size=4, dtype="bfloat16")
    monkeypatch.setattr(speaker, "widen_model", fail)
    with pytest.raises(BackendPoisoned, match="not enough memory"):
        backend.speak([Heard(asking(never_finite, seed=99)) for _time in range(2)])


def test_a_prompt_that_does_not_fit_costs_no_sample_and_lowers_how_many_are_in_flight(
    tiny_models: Models, alone: list[Heard]
) -> None:
    import torch

    backend = loaded(tiny_models("custom_voice"), batch_size=4, dtype="float32")
    steps: list[int] = []

    def meddle(inputs: Any, outputs: Any) -> None:
        steps.append(len(outputs.last_hidden_state))
        if inputs[0].shape[1] > 1 and max(steps) == 2 and 0 not in steps:
            steps.append(0)
            raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    with meddled("talker", meddle):
        jobs = speak_all(backend, requests())

    assert backend.info.max_batch == 1
    assert steps[steps.index(0) :].count(2) == 0
    for job, other in zip(jobs, alone, strict=True):
        np.testing.assert_array_equal(job.audio, other.audio)


def test_a_clip_that_has_no_room_beside_others_is_heard_when_there_is_some(
    tiny_models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from engine.backends.qwen.decode.codec import StreamingDecoder

    clip = Clip(write_clip(tmp_path / "me.wav").read_bytes(), TRANSCRIPT)
    asked = [replace(request, clip=clip) for request in requests()[:3]]
    listen = StreamingDecoder.prime
    backend = loaded(tiny_models("base"), batch_size=4, dtype="float32", clips_by_request=True)
    alone = [hear(backend, request) for request in asked]
    primed: list[int] = []

    def prime(decoder: Any, codes: Any) -> Any:
        primed.append(len(codes))
        if len(primed) == 2:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory.")
        return listen(decoder, codes)

    monkeypatch.setattr(StreamingDecoder, "prime", prime)
    other = Clip(write_clip(tmp_path / "you.wav", 4.0).read_bytes(), TRANSCRIPT)
    another = loaded(tiny_models("base"), batch_size=4, dtype="float32", clips_by_request=True)
    jobs = speak_all(another, [asked[0], replace(asked[0], clip=other), *asked[1:]])

    assert [job.error for job in jobs] == [None] * 4
    # Once for each clip, but for the one that was in vain.
    assert len(primed) == 3
    assert another.info.max_batch == 1
    for job, expected in zip((jobs[0], *jobs[2:]), alone, strict=True):
        np.testing.assert_array_equal(job.audio, expected.audio)


@pytest.mark.parametrize("failing", [1, 2])
def test_a_cache_that_could_not_grow_is_as_it_was(
    failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory runs out at one of its layers."""
    import torch

    from engine.backends.qwen.decode.caches import Cache

    cache = Cache((2, 1, 4), torch.float32, torch.device("cpu"))
    cache.reserve(1, 8)
    for layer in range(2):
        for kept in cache.layer(layer):
            kept.fill_(layer + 1)
    had = cache.bytes_beyond(3, 200)
    made, make = 0, torch.zeros

    def zeros(*shape: Any, **more: Any) -> Any:
        nonlocal made
        made += 1
        if made == failing:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory.")
        return make(*shape, **more)

    monkeypatch.setattr(torch, "zeros", zeros)
    with pytest.raises(torch.cuda.OutOfMemoryError):
        cache.reserve(3, 200)
    assert cache.bytes_beyond(3, 200) == had
    cache.reserve(3, 200)

    for layer in range(2):
        for kept in cache.layer(layer):
            assert kept.shape == (3, 1, 256, 4)
            assert (kept[0, :, :128] == layer + 1).all()


def test_no_more_sentences_are_in_flight_than_memory_has_room_for(
    preset: QwenBackend, alone: list[Heard], monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.backends.qwen import machine

    rows: list[int] = []

    def count(_inputs: Any, outputs: Any) -> None:
        rows.append(len(outputs.last_hidden_state))

    # One layer with a key head of 16 in float32: for two sentences of some two hundred positions.
    monkeypatch.setattr(machine, "free_bytes", lambda _device: 2 * 16 * 4 * 2 * 400)
    with meddled("talker", count):
        jobs = speak_all(preset, requests())

    assert max(rows) == 2
    for job, other in zip(jobs, alone, strict=True):
        np.testing.assert_array_equal(job.audio, other.audio)


def test_room_is_kept_for_who_is_in_flight_already(
    preset: QwenBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.backends.qwen import machine

    rows: list[int] = []

    def count(_inputs: Any, outputs: Any) -> None:
        rows.append(len(outputs.last_hidden_state))

    # As above: enough for a short one beside a long one as it is, not as it may become.
    monkeypatch.setattr(machine, "free_bytes", lambda _device: 2 * 16 * 4 * 2 * 400)
    long, short = (replace(asking(TEXTS[3], seed=6), max_frames=cap) for cap in (600, 2))
    with meddled("talker", count):
        jobs = speak_all(preset, [long, short])

    assert [job.error for job in jobs] == [None, None]
    assert max(rows) == 1


def test_a_piece_that_had_no_room_at_first_is_the_same_afterwards(preset: QwenBackend) -> None:
    import torch

    # Of thirty frames, in three pieces.
    request = asking("This one goes on and on.", seed=5)
    expected = hear(preset, request)
    pieces = 0

    def meddle(_inputs: Any, _outputs: Any) -> None:
        nonlocal pieces
        pieces += 1
        if pieces == 2:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory.")

    with meddled("codec", meddle):
        job = hear(preset, request)

    assert pieces > 3
    np.testing.assert_array_equal(job.audio, expected.audio)


class Leaves(Heard):
    """One whose listener hangs up when told to."""

    gone = False

    @property
    def cancelled(self) -> bool:
        return self.gone


def test_one_that_is_given_up_while_it_waits_to_join_again_costs_no_frame(
    tiny_models: Models, alone: list[Heard]
) -> None:
    import torch

    backend = loaded(tiny_models("custom_voice"), batch_size=4, dtype="float32")

    leaving, staying = Leaves(requests()[3]), Heard(requests()[2])
    had: list[int] = []
    steps = 0

    def meddle(_inputs: Any, outputs: Any) -> None:
        nonlocal steps
        steps += len(outputs.last_hidden_state) == 2
        if steps == 2 and not leaving.gone:
            leaving.gone = True
            had.extend(leaving.frames)
            raise torch.cuda.OutOfMemoryError("CUDA out of memory.")

    with meddled("talker", meddle):
        backend.speak([leaving, staying])

    assert had
    assert (leaving.end, leaving.frames) == (("cancelled", had[-1]), had)
    np.testing.assert_array_equal(staying.audio, alone[2].audio)


def test_nobody_is_left_for_the_next_where_the_loop_broke_off(
    preset: QwenBackend, alone: list[Heard]
) -> None:
    def broken(_room: int) -> Sequence[Job]:
        raise LookupError("nobody foresaw it")

    left = [Heard(request) for request in requests()[:2]]
    with pytest.raises(LookupError):
        preset.speak(left, broken)

    np.testing.assert_array_equal(hear(preset, alone[2].request).audio, alone[2].audio)
    assert all(job.frames == [] for job in left)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[weakref.ref[Any]]:
    """All that sentences in flight have, as long as it is there."""
    from engine.backends.qwen.decode.caches import Cache
    from engine.backends.qwen.decode.frames import Track

    every: list[weakref.ref[Any]] = []
    for kind in (Track, Cache):
        monkeypatch.setattr(kind, "__init__", listed(kind.__init__, every))
    return every


def listed(make: Callable[..., None], every: list[weakref.ref[Any]]) -> Callable[..., None]:
    def make_and_list(one: Any, *given: Any, **more: Any) -> None:
        make(one, *given, **more)
        every.append(weakref.ref(one))

    return make_and_list


def test_three_hundred_sentences_that_come_and_go_are_neither_lost_nor_mixed_up(
    preset: QwenBackend, made: list[weakref.ref[Any]]
) -> None:
    chance = random.Random(1)
    distinct = [
        replace(asking(text, seed=seed), max_frames=chance.randint(1, 12))
        for text in TEXTS
        for seed in range(5)
    ]
    whole = [hear(preset, request) for request in distinct]
    picked = [chance.randrange(len(distinct)) for _sentence in range(300)]
    jobs = [
        Heard(distinct[index], hang_up_at_frame=chance.choice((None, None, None, 1, 3, 7)))
        for index in picked
    ]

    with meddled("talker", now_and_then(chance)):
        preset.speak(jobs[:3], by_chance(jobs[3:], chance))

    for index, job in zip(picked, jobs, strict=True):
        expected = whole[index]
        assert job.error is None
        assert job.end is not None
        assert expected.end is not None
        if job.hang_up_at_frame is None or job.hang_up_at_frame > expected.end[1]:
            assert job.end == expected.end
            np.testing.assert_array_equal(job.audio, expected.audio)
        else:
            assert job.end == ("cancelled", job.hang_up_at_frame)
            heard = np.concatenate([np.zeros(0, np.float32), *job.pieces])
            np.testing.assert_array_equal(heard, expected.audio[: len(heard)])
    # The last is the empty one, for whoever comes next.
    gc.collect()
    assert len(made) > 300
    assert [ref for ref in made[:-1] if ref() is not None] == []


def now_and_then(chance: random.Random) -> Callable[[Any, Any], None]:
    """Values that are no numbers in some row, never twice for one frame."""
    sound = 0

    def meddle(_inputs: Any, outputs: Any) -> None:
        nonlocal sound
        sound += 1
        # The frame is tried again at once, after at most two prompts.
        if sound > 4 and chance.random() < 0.2:
            sound = 0
            outputs.last_hidden_state[chance.randrange(len(outputs.last_hidden_state))] = NAN

    return meddle


def by_chance(jobs: Sequence[Job], chance: random.Random) -> Callable[[int], Sequence[Job]]:
    """Now and then somebody comes, until all have come."""
    waiting = list(jobs)

    def more(room: int) -> Sequence[Job]:
        coming = min(room, len(waiting), chance.choice((1, 1, 2, 3)))
        return [waiting.pop(0) for _job in range(coming)]

    return more
