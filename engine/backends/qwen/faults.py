"""What an exception of the model's libraries means for the process that met it."""

from __future__ import annotations

import gc

_NO_MEMORY = (
    "out of memory",
    "not enough memory",
    "can't allocate memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
)
# PyTorch on CUDA and MPS, its CPU allocator on Windows and on Linux, and cuBLAS, which allocates
# by itself.

_POISONED = (
    "CUDA error",
    "device-side assert",
    "CUBLAS_STATUS",
    "CUDNN_STATUS",
    "unspecified launch failure",
)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the same work in smaller pieces may succeed."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError) and _mentions(error, _NO_MEMORY)


def is_poisoned(error: BaseException) -> bool:
    """Whether the device is lost to this process for good, as after an assert in a CUDA kernel: it
    answers every further call with the same error."""
    if not isinstance(error, RuntimeError) or is_out_of_memory(error):
        return False
    return type(error).__name__ == "AcceleratorError" or _mentions(error, _POISONED)


def _mentions(error: BaseException, words: tuple[str, ...]) -> bool:
    said = str(error).lower()
    return any(word.lower() in said for word in words)


def free_memory() -> None:
    """Give back what nothing uses any more, on whatever device."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    elif torch.backends.mps.is_available():
        torch.mps.empty_cache()
