"""Where a model runs where nobody has chosen."""

from __future__ import annotations

import torch

from engine.backends.qwen.loading import Placement
from engine.qwen_options import QwenOptions

_BFLOAT16_CAPABILITY = (8, 0)


def choose_placement(options: QwenOptions) -> Placement:
    """The device and the dtypes for this machine; what the options name comes first."""
    device = options.device or _device()
    talker = options.dtype or _dtype(device)
    # In float16 the code predictor overflows.
    predictor = "float32" if talker == "float16" else talker
    return Placement(device, talker, predictor, options.attn or "sdpa", options.batch_size or 1)


def _device() -> str:
    if torch.cuda.is_available():
        return "cuda:0"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _dtype(device: str) -> str:
    if not device.startswith("cuda"):
        return "float32"
    able = torch.cuda.get_device_capability(device) >= _BFLOAT16_CAPABILITY
    return "bfloat16" if able else "float16"
