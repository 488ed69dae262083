"""Our own loop of frames: what it computes, and who is in it when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.backends.base import Job
from engine.backends.qwen.backend import QwenBackend
from engine.domain import Clip, Sampling, SpeechRequest
from tests.engine.backends.listening import FRAME, Heard, asking, hear
from tests.engine.backends.qwen.speaking import TRANSCRIPT, loaded, speak_all, write_clip

Models = Callable[..., Path]

TEXTS = (
    "Good morning.",
    "A much longer sentence, which has more to say than the others.",
    "안녕하세요, 여러분.",
    "No.",
    "And so it goes on, one frame after another.",
)


LONG = asking("This one goes on and on.", seed=5)
# Its end comes after thirty frames.


@pytest.fixture(scope="module")
def preset(tiny_models: Models) -> QwenBackend:
    return loaded(tiny_models("custom_voice"), batch_size=4, dtype="float32")


@pytest.fixture(scope="module")
def cloned(tiny_models: Models, tmp_path_factory: pytest.TempPathFactory) -> QwenBackend:
    clip = write_clip(tmp_path_factory.mktemp("clips") / "me.wav")
    options = {"batch_size": 4, "ref_audio": str(clip), "ref_text": TRANSCRIPT}
    return loaded(tiny_models("base"), dtype="float32", **options)


def greedy_of_the_package(folder: Path, texts: Sequence[str]) -> list[Any]:
    """The codes of each text, as the package chooses the likeliest."""
    import torch
    from qwen_tts import Qwen3TTSModel

    wrapper: Any = Qwen3TTSModel.from_pretrained(
        str(folder), dtype=torch.float32, local_files_only=True
    )
    codes: list[Any] = []
    codec = wrapper.model.speech_tokenizer
    decode = codec.decode

    def listen(encoded: list[dict[str, Any]]) -> Any:
        codes.extend(one["audio_codes"] for one in encoded)
        return decode(encoded)

    codec.decode = listen
    wrapper.generate_voice_design(
        text=list(texts),
        language=["English"] * len(texts),
        instruct=["A child."] * len(texts),
        do_sample=False,
        subtalker_dosample=False,
        max_new_tokens=60,
    )
    return codes


@pytest.mark.parametrize("predictor_hidden", [32, 48])
def test_the_likeliest_codes_are_those_of_the_package(
    tiny_models: Models, predictor_hidden: int
) -> None:
    import torch
    from qwen_tts import Qwen3TTSModel

    from engine.backends.qwen.decode.choosing import Chooser
    from engine.backends.qwen.decode.frames import Frames
    from engine.backends.qwen.decode.predictor import Predictor
    from engine.backends.qwen.decode.prompt import Prompter
    from engine.backends.qwen.decode.talker import Talker
    from engine.backends.qwen.sampling import Chance, Chances

    # Several layers: in one alone, nothing comes of what an earlier position attends to.
    folder = tiny_models("voice_design", predictor_hidden=predictor_hidden, layers=3)
    theirs = greedy_of_the_package(folder, TEXTS)
    wrapper: Any = Qwen3TTSModel.from_pretrained(
        str(folder), dtype=torch.float32, local_files_only=True
    )
    talker = wrapper.model.talker
    likeliest = Chance(1.0, 1, 1.0)
    chooser = Chooser(talker.config, likeliest, talker.device)
    chances = Chances(likeliest, likeliest, 1.05)
    frames = Frames(Talker(talker), Predictor(talker, chooser), chooser)
    prompter = Prompter(talker)

    def ask(text: str) -> object:
        return wrapper.generate_voice_design(text=text, language="English", instruct="A child.")

    with torch.inference_mode():
        prompts = [prompter.prompt(lambda text=text: ask(text)) for text in TEXTS]
        tracks = [frames.track(prompt, 1, chances) for prompt in prompts]
        for place, track in enumerate(tracks):
            assert frames.hear(track, place)
        for _frame in range(max(map(len, theirs))):
            assert frames.step(tracks) == []

    for track, codes in zip(tracks, theirs, strict=True):
        assert torch.stack(track.codes)[: len(codes)].tolist() == codes.tolist()
    assert len({tuple(codes.flatten().tolist()) for codes in theirs}) == len(TEXTS)


@pytest.mark.parametrize("voice", ["preset", "cloned"])
def test_a_seed_means_the_same_sound_to_the_package(
    voice: str, request: pytest.FixtureRequest, tiny_models: Models, tmp_path: Path
) -> None:
    ours: QwenBackend = request.getfixturevalue(voice)
    clip = {"ref_audio": str(write_clip(tmp_path / "me.wav")), "ref_text": TRANSCRIPT}
    kind, options = ("base", clip) if voice == "cloned" else ("custom_voice", {})
    theirs = loaded(tiny_models(kind), batch_size=4, dtype="float32", decode="package", **options)
    narrow, calm = Sampling(top_k=3), Sampling(temperature=0.5, repetition_penalty=1.5)
    wishes = (Sampling(), narrow, calm, Sampling(), narrow)
    requests = [
        replace(asking(text, seed=seed), sampling=wish)
        for seed, (text, wish) in enumerate(zip(TEXTS, wishes, strict=True), 5)
    ]

    for one, other in zip(speak_all(ours, requests), speak_all(theirs, requests), strict=True):
        assert one.end == other.end
        difference = np.abs(one.audio - other.audio).max()
        assert difference < 1e-4 * np.abs(other.audio).max()


@dataclass
class Story:
    """Who had how many frames, and whose sound came, in order."""

    told: list[tuple[str, str, int]] = field(default_factory=list)

    def job(self, request: SpeechRequest) -> Told:
        return Told(request, story=self)


@dataclass
class Told(Heard):
    story: Story = field(default_factory=Story)

    def emit(self, samples: Any) -> None:
        super().emit(samples)
        self.story.told.append((self.request.spoken.text, "sound", self.frames[-1]))

    def progress(self, frames: int) -> None:
        super().progress(frames)
        self.story.told.append((self.request.spoken.text, "frame", frames))


def one_by_one(jobs: Sequence[Job], every: int) -> Callable[[int], Sequence[Job]]:
    """Who comes later: one each so many times that somebody is asked for."""
    waiting = list(jobs)
    asked = 0

    def more(room: int) -> Sequence[Job]:
        nonlocal asked
        asked += 1
        return [waiting.pop(0)] if waiting and room and asked % every == 0 else []

    return more


@pytest.mark.parametrize(("order", "every"), [((3, 0, 4, 2, 1), 1), ((1, 2, 0, 4, 3), 2)])
def test_who_joins_when_changes_no_sample_of_anybody(
    preset: QwenBackend, order: Sequence[int], every: int
) -> None:
    requests = [asking(text, seed=seed) for seed, text in enumerate(TEXTS, 5)]
    alone = [hear(preset, request) for request in requests]
    jobs = [Heard(requests[index]) for index in order]
    preset.speak(jobs[:1], one_by_one(jobs[1:], every))

    for index, job in zip(order, jobs, strict=True):
        assert job.end == alone[index].end
        np.testing.assert_array_equal(job.audio, alone[index].audio)


def test_a_sentence_that_comes_later_is_spoken_while_a_long_one_goes_on(
    preset: QwenBackend,
) -> None:
    story = Story()
    long = story.job(replace(LONG, max_frames=28))
    first, second = (story.job(replace(asking(text), max_frames=2)) for text in TEXTS[:2])
    preset.speak([long], one_by_one([first, second], 3))

    frames = [(text, frame) for text, what, frame in story.told if what == "frame"]
    assert long.end == ("length", 28)
    for job in (first, second):
        assert job.end is not None
        ended = frames.index((job.request.spoken.text, job.end[1]))
        assert ended < frames.index((LONG.spoken.text, 20))


def test_no_more_are_asked_for_than_there_is_room(preset: QwenBackend) -> None:
    rooms: list[int] = []

    def more(room: int) -> Sequence[Job]:
        rooms.append(room)
        return ()

    preset.speak([Heard(asking(text)) for text in TEXTS[:3]], more)
    assert rooms[0] == 1
    assert rooms[-1] == 4


def test_whatever_is_drawn_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from engine.backends.qwen.decode.choosing import Noise

    monkeypatch.setattr(torch.Tensor, "exponential_", lambda drawn, generator: drawn.zero_())
    assert Noise(1, 8, torch.device("cpu")).of(0).isfinite().all()


@pytest.mark.parametrize(("score", "broken"), [("inf", True), ("nan", True), ("-inf", False)])
def test_a_score_beyond_all_others_is_no_number_and_a_forbidden_code_is(
    score: str, broken: bool
) -> None:
    import torch

    from engine.backends.qwen.decode.choosing import Chooser
    from engine.backends.qwen.sampling import Chance

    predictor = SimpleNamespace(vocab_size=4)
    config = SimpleNamespace(
        codec_eos_token_id=2000,
        vocab_size=2048,
        num_code_groups=2,
        code_predictor_config=predictor,
    )
    chooser = Chooser(config, Chance(1.0, 0, 1.0), torch.device("cpu"))
    scores = torch.tensor([[0.0, 1.0, 2.0, float(score)], [0.0, 1.0, 2.0, 3.0]])
    chosen, bad = chooser.other(scores, 0, torch.zeros(2, chooser.draws))
    assert bad.tolist() == [broken, False]
    assert chosen.tolist() == [0 if broken else 2, 3]


def test_the_clips_that_were_asked_for_last_are_remembered(
    tiny_models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.backends.qwen.decode import speaker
    from engine.backends.qwen.decode.codec import StreamingDecoder

    heard: list[int] = []
    listened = StreamingDecoder.prime

    def prime(decoder: Any, codes: Any) -> Any:
        heard.append(len(codes))
        return listened(decoder, codes)

    monkeypatch.setattr(speaker, "_MOST_PRIMED", 2)
    monkeypatch.setattr(StreamingDecoder, "prime", prime)
    backend = loaded(tiny_models("base"), dtype="float32", clips_by_request=True)
    clips = [
        Clip(write_clip(tmp_path / f"{seconds}.wav", seconds).read_bytes(), TRANSCRIPT)
        for seconds in (3.0, 4.0, 5.0)
    ]
    first, second, third = [replace(asking(TEXTS[3]), clip=clip, max_frames=1) for clip in clips]
    for request in (first, second, third):
        hear(backend, request)
    assert len(heard) == 3
    for request in (third, second, third):
        hear(backend, request)
    assert len(heard) == 3
    hear(backend, first)
    assert len(heard) == 4


def test_sound_is_handed_over_as_it_is_made_the_first_early(preset: QwenBackend) -> None:
    story = Story()
    job = story.job(replace(LONG, max_frames=28))
    preset.speak([job])

    sounds = [frame for _text, what, frame in story.told if what == "sound"]
    assert sounds == [4, 16, 28]
    assert [len(piece) // FRAME for piece in job.pieces] == [4, 12, 12]


def test_a_voice_that_is_cloned_does_not_have_its_clip_decoded_for_each_sentence(
    cloned: QwenBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.backends.qwen.decode.codec import StreamingDecoder

    decoded: list[int] = []
    listened = StreamingDecoder.prime

    def prime(decoder: Any, codes: Any) -> Any:
        decoded.append(len(codes))
        return listened(decoder, codes)

    monkeypatch.setattr(StreamingDecoder, "prime", prime)
    jobs = speak_all(cloned, [asking(text) for text in TEXTS[:3]])

    assert [job.error for job in jobs] == [None] * 3
    assert decoded == []
