"""The codec in pieces."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Models = Callable[..., Path]

FRAMES = 150
# More than its window has.


@pytest.fixture(scope="module")
def decoder(tiny_models: Models) -> Any:
    import torch
    from qwen_tts import Qwen3TTSModel

    wrapper: Any = Qwen3TTSModel.from_pretrained(
        str(tiny_models("custom_voice")), dtype=torch.float32, local_files_only=True
    )
    return wrapper.model.speech_tokenizer.model.decoder


@pytest.fixture(scope="module")
def codes() -> Any:
    import torch

    return torch.randint(0, 64, (FRAMES, 16), generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def whole(decoder: Any, codes: Any) -> Any:
    import torch

    with torch.inference_mode():
        return decoder(codes.T.unsqueeze(0)).reshape(-1)


def decibels(heard: Any, whole: Any) -> float:
    """How loud the difference is beside the sound."""
    return float(20 * ((heard - whole).norm() / whole.norm()).log10())


@pytest.mark.parametrize("piece", [1, 4, 12, FRAMES])
def test_pieces_sound_as_the_whole(decoder: Any, codes: Any, whole: Any, piece: int) -> None:
    import torch

    from engine.backends.qwen.decode.codec import Memory, StreamingDecoder

    streaming, memory = StreamingDecoder(decoder), Memory()
    with torch.inference_mode():
        heard = torch.cat([streaming(part, memory) for part in codes.split(piece)])

    assert decibels(heard, whole) < -80


def test_two_sentences_go_on_from_one_clip(decoder: Any, codes: Any, whole: Any) -> None:
    import torch

    from engine.backends.qwen.decode.codec import StreamingDecoder

    streaming = StreamingDecoder(decoder)
    with torch.inference_mode():
        primed = streaming.prime(codes[:100])
        other = primed.copy()
        streaming(codes[:30], other)
        heard = streaming(codes[100:], primed.copy())
        another = streaming(codes[100:], primed.copy())

    assert decibels(heard, whole[100 * 1920 :]) < -80
    assert torch.equal(heard, another)
