from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.backends.base import BackendPoisoned
from engine.backends.qwen.backend import QwenBackend
from engine.domain import SAMPLE_RATE, Clip
from engine.errors import EngineStartError, SpeechFailed
from tests.engine.backends.listening import Heard, asking, hear
from tests.engine.backends.qwen.meddling import meddled, nan_in, out_of_memory_beyond
from tests.engine.backends.qwen.speaking import TRANSCRIPT, loaded, speak_all, write_clip

Models = Callable[..., Path]

TEXTS = ("One.", "Two two.", "Three three three.", "Four four four four.")


@pytest.fixture(params=["own", "package"])
def decode(request: pytest.FixtureRequest) -> str:
    """The way of decoding."""
    return request.param


@pytest.fixture
def preset(tiny_models: Models, decode: str) -> QwenBackend:
    return loaded(tiny_models("custom_voice"), batch_size=4, decode=decode)


@pytest.fixture
def least(tiny_models: Models, decode: str) -> QwenBackend:
    """In whose place nothing smaller could be chosen."""
    return loaded(tiny_models("custom_voice"), batch_size=4, dtype="bfloat16", decode=decode)


@pytest.mark.parametrize("part", ["talker", "predictor"])
def test_values_that_are_no_numbers_fail_their_sentence_alone_in_a_batch_of_the_package(
    tiny_models: Models, part: str
) -> None:
    preset = loaded(tiny_models("custom_voice"), batch_size=4, decode="package")
    requests = [asking(text, seed=3) for text in TEXTS[:3]]
    sound = speak_all(preset, requests)
    with meddled(part, nan_in(1, after=1)):
        jobs = speak_all(preset, requests)

    assert isinstance(jobs[1].error, SpeechFailed)
    assert "no numbers" in jobs[1].error.title
    assert jobs[1].pieces == []
    for index in (0, 2):
        assert jobs[index].end == sound[index].end
        np.testing.assert_array_equal(jobs[index].audio, sound[index].audio)


def test_the_process_speaks_on_after_values_that_are_no_numbers(preset: QwenBackend) -> None:
    request = asking(TEXTS[2], seed=3)
    before = hear(preset, request)
    with meddled("talker", nan_in(0, after=0)):
        assert hear(preset, request).error is not None

    np.testing.assert_array_equal(hear(preset, request).audio, before.audio)


def test_a_batch_that_does_not_fit_is_halved_until_it_does(preset: QwenBackend) -> None:
    requests = [asking(text, seed=3) for text in TEXTS]
    whole = speak_all(preset, requests)
    with meddled("talker", out_of_memory_beyond(1)):
        jobs = speak_all(preset, requests)

    assert [job.error for job in jobs] == [None] * 4
    for one, other in zip(jobs, whole, strict=True):
        np.testing.assert_array_equal(one.audio, other.audio)


def test_a_batch_that_did_not_fit_is_not_tried_again(preset: QwenBackend) -> None:
    rows: list[int] = []

    def watch(_inputs: Any, outputs: Any) -> None:
        rows.append(len(outputs.last_hidden_state))
        out_of_memory_beyond(2)(_inputs, outputs)

    requests = [asking(text, seed=3) for text in TEXTS]
    with meddled("talker", watch):
        speak_all(preset, requests)
        rows.clear()
        speak_all(preset, requests)

    assert (preset.info.max_batch, preset.info.capacity) == (2, 4)
    assert preset.info.out_of_memory == 1
    assert "batch 2" in preset.info.reason
    assert "memory ran out" in preset.info.reason
    assert max(rows) == 2


@pytest.mark.parametrize(
    ("fault", "told"),
    [("shapes do not match", "No voice could be cloned"), ("CUDA out of memory.", "memory")],
)
def test_a_clip_that_the_model_cannot_hear_costs_its_own_sentence_alone(
    tiny_models: Models,
    tmp_path: Path,
    decode: str,
    fault: str,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from qwen_tts import Qwen3TTSModel

    sound, deaf = (
        Clip(write_clip(tmp_path / f"{seconds}.wav", seconds).read_bytes(), TRANSCRIPT)
        for seconds in (3.0, 4.0)
    )
    hear_clip = Qwen3TTSModel.create_voice_clone_prompt

    def create(wrapper: Any, ref_audio: Any, **more: Any) -> Any:
        if len(ref_audio[0]) > 3.8 * SAMPLE_RATE:
            raise RuntimeError(fault)
        return hear_clip(wrapper, ref_audio=ref_audio, **more)

    monkeypatch.setattr(Qwen3TTSModel, "create_voice_clone_prompt", create)
    backend = loaded(tiny_models("base"), batch_size=4, clips_by_request=True, decode=decode)
    requests = [replace(asking(text), clip=sound) for text in TEXTS[:2]]
    lost = replace(asking(TEXTS[3]), clip=deaf)
    before, job, after = speak_all(backend, [requests[0], lost, requests[1]])

    assert (before.error, after.error) == (None, None)
    assert isinstance(job.error, SpeechFailed)
    assert told in job.error.title


def test_a_sentence_that_does_not_fit_alone_fails_and_says_what_to_choose(
    least: QwenBackend,
) -> None:
    with meddled("talker", out_of_memory_beyond(0)):
        jobs = speak_all(least, [asking(text) for text in TEXTS[:2]])

    for job in jobs:
        assert isinstance(job.error, SpeechFailed)
        assert "memory" in job.error.title
        assert "Split the sentence. Close other programs" in job.error.hint
    assert hear(least, asking(TEXTS[0])).error is None


def test_codes_that_do_not_fit_into_memory_cost_their_own_sentence_only(
    preset: QwenBackend,
) -> None:
    import torch

    sounds = 0

    def meddle(_inputs: Any, _outputs: Any) -> None:
        nonlocal sounds
        sounds += 1
        if sounds <= 2:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory.")

    with meddled("codec", meddle):
        jobs = speak_all(preset, [asking(text, seed=3) for text in TEXTS[:2]])

    assert [job.error is None for job in jobs] == [False, True]


@pytest.mark.parametrize("part", ["talker", "predictor", "codec"])
def test_a_poisoned_device_is_told_to_whoever_replaces_the_process(
    preset: QwenBackend, part: str
) -> None:
    def meddle(_inputs: Any, _outputs: Any) -> None:
        raise RuntimeError("CUDA error: device-side assert triggered")

    with meddled(part, meddle), pytest.raises(BackendPoisoned, match="device-side assert"):
        preset.speak([Heard(asking(TEXTS[0]))])


def test_an_error_of_pytorchs_own_kind_for_devices_poisons_too(preset: QwenBackend) -> None:
    import torch

    def meddle(_inputs: Any, _outputs: Any) -> None:
        raise torch.AcceleratorError("an illegal memory access was encountered")

    with meddled("talker", meddle), pytest.raises(BackendPoisoned):
        preset.speak([Heard(asking(TEXTS[0]))])


@pytest.mark.parametrize("part", ["talker", "predictor"])
def test_a_fault_of_another_kind_fails_its_batch_with_its_reason(
    preset: QwenBackend, part: str
) -> None:
    def meddle(_inputs: Any, _outputs: Any) -> None:
        raise ValueError("shapes do not match")

    with meddled(part, meddle):
        jobs = speak_all(preset, [asking(text) for text in TEXTS[:2]])

    for job in jobs:
        assert isinstance(job.error, SpeechFailed)
        assert "shapes do not match" in job.error.hint


def test_a_model_that_loads_and_does_not_fit_says_what_to_choose(tiny_models: Models) -> None:
    folder = tiny_models("custom_voice")
    with (
        meddled("talker", out_of_memory_beyond(0)),
        pytest.raises(EngineStartError, match="does not fit") as raised,
    ):
        loaded(folder, dtype="bfloat16")

    assert "Close other programs" in raised.value.hint


def nan_in_narrow_numbers(_inputs: Any, outputs: Any) -> None:
    """A model that overflows in all but float32."""
    if str(outputs.last_hidden_state.dtype) != "torch.float32":
        outputs.last_hidden_state.fill_(float("nan"))


@pytest.mark.parametrize(("kind", "dtype"), [("base", "float16"), ("custom_voice", "bfloat16")])
def test_a_model_that_overflows_again_moves_to_float32_and_speaks_the_sentence(
    tiny_models: Models, tmp_path: Path, kind: str, dtype: str, decode: str
) -> None:
    voice = {"ref_audio": str(write_clip(tmp_path / "me.wav")), "ref_text": TRANSCRIPT}
    options = voice if kind == "base" else {}
    backend = loaded(tiny_models(kind), dtype=dtype, decode=decode, **options)
    with meddled("talker", nan_in_narrow_numbers):
        first = hear(backend, asking(TEXTS[0], seed=3))
        dtypes = [backend.info.dtype]
        second = hear(backend, asking(TEXTS[1], seed=3))
        dtypes.append(backend.info.dtype)

    assert first.error is not None
    assert "another seed" in first.error.hint
    assert second.error is None
    assert np.isfinite(second.audio).all()
    assert len(second.audio)
    assert dtypes == [dtype, "float32"]
    assert f"in {dtype}" in backend.info.reason
    assert "no numbers" in backend.info.reason


def test_a_model_that_would_not_fit_in_float32_stays_as_it_is(
    tiny_models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.backends.qwen import machine

    backend = loaded(tiny_models("custom_voice"), dtype="bfloat16")
    monkeypatch.setattr(machine, "free_bytes", lambda _device: 1000)
    with meddled("talker", nan_in_narrow_numbers):
        jobs = [hear(backend, asking(text)) for text in TEXTS[:3]]

    for job in jobs:
        assert job.error is not None
        assert "--dtype float32" in job.error.hint
    assert backend.info.dtype == "bfloat16"
