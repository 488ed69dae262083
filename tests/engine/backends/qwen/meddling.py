"""Faults of a device, put where the model computes: in either way of decoding."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from typing import Any


@contextlib.contextmanager
def meddled(part: str, meddle: Callable[[Any, Any], None]) -> Generator[None]:
    """Have ``meddle(inputs, outputs)`` change what a part computes, or raise.

    Args:
        part: ``talker``, ``predictor`` or ``codec``.
    """
    import torch
    from qwen_tts.core.models import modeling_qwen3_tts as talking
    from qwen_tts.core.tokenizer_12hz import modeling_qwen3_tts_tokenizer_v2 as sounding

    from engine.backends.qwen.decode.codec import StreamingDecoder
    from engine.backends.qwen.decode.predictor import PredictorStack
    from engine.backends.qwen.decode.talker import TalkerStack

    kinds = {
        "talker": (talking.Qwen3TTSTalkerModel, TalkerStack),
        "predictor": (talking.Qwen3TTSTalkerCodePredictorModel, PredictorStack),
        "codec": (sounding.Qwen3TTSTokenizerV2Decoder, StreamingDecoder),
    }[part]

    def look(module: Any, inputs: Any, outputs: Any) -> None:
        if type(module) in kinds:
            meddle(inputs, outputs)

    hook = torch.nn.modules.module.register_module_forward_hook(look)
    try:
        yield
    finally:
        hook.remove()


def out_of_memory_beyond(rows: int) -> Callable[[Any, Any], None]:
    """A device that holds no more than so many sentences at once."""
    import torch

    def meddle(_inputs: Any, outputs: Any) -> None:
        if len(outputs.last_hidden_state) > rows:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    return meddle


def nan_in(row: int, *, after: int, times: int | None = None) -> Callable[[Any, Any], None]:
    """Values that are no numbers in one row, from a step on, for so many steps or for good."""
    steps = 0

    def meddle(_inputs: Any, outputs: Any) -> None:
        nonlocal steps
        steps += 1
        if after < steps and (times is None or steps <= after + times):
            outputs.last_hidden_state[row] = float("nan")

    return meddle
