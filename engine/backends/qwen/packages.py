"""The libraries that run the model: whether they are here and fit each other; their import."""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.machinery
import importlib.util
import logging
import os
import re
import shutil
import sys
import types
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from engine.errors import EngineStartError
from engine.i18n import _

logger = logging.getLogger(__name__)

_NEEDED = (0, 1, 1)
# Before it the codec took 80 ms from the audio's end for each code 0: last syllables were lost.

_INSTALL = 'pip install ".[qwen]"'

_ALLOCATOR = ("PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ALLOC_CONF")
# The second is the newer name, which older versions do not read.

_TORCHAUDIO = ("torchaudio", "torchaudio.compliance", "torchaudio.compliance.kaldi")
# The package imports them for its 25 Hz tokenizer alone.


def prepare_memory() -> None:
    """Have CUDA's memory grow in segments, unless the user has set how; to be called before PyTorch
    is imported. Sentences of every length leave holes that nothing else fits into."""
    if sys.platform.startswith("linux"):  # not on Windows; elsewhere there is no CUDA
        if not any(os.environ.get(name) for name in _ALLOCATOR):
            os.environ[_ALLOCATOR[0]] = "expandable_segments:True"


def check_packages(device: str) -> None:
    """See that what is asked for can be had.

    Raises:
        EngineStartError: with the command that mends it.
    """
    check_package()
    check_pytorch()
    check_card(device)


def check_package() -> None:
    """Raises EngineStartError: qwen-tts is missing or too old."""
    try:
        version = metadata.version("qwen-tts")
    except metadata.PackageNotFoundError as error:
        raise EngineStartError(
            _("Qwen3-TTS is not installed (package qwen-tts)."),
            _("Install it in the studio's folder: {command}").format(command=_INSTALL),
        ) from error
    if tuple(int(part) for part in re.findall(r"\d+", version)[:3]) < _NEEDED:
        raise EngineStartError(
            _("qwen-tts {version} is too old: it cuts the last syllables off.").format(
                version=version
            ),
            _("Install a newer one: {command}").format(
                command='pip install --upgrade "qwen-tts>=0.1.1"'
            ),
        )


def check_pytorch() -> None:
    """Raises EngineStartError: it is missing. Imports nothing."""
    if importlib.util.find_spec("torch") is None:
        raise EngineStartError(
            _("PyTorch is not installed, which runs the model."),
            _("Install it in the studio's folder: {command}").format(command=_INSTALL),
        )


def check_card(device: str) -> None:
    """Raises EngineStartError: this PyTorch can't use a card that is asked for, or that is there
    and could be used. Imports PyTorch unless the processor was asked for."""
    if device == "cpu":
        return
    asked = device.startswith("cuda")

    import torch

    if torch.cuda.is_available() or not (asked or _has_nvidia_card()):
        return
    if _has_nvidia_card() and torch.version.cuda is None and torch.version.hip is None:
        raise EngineStartError(
            _("This PyTorch ({version}) is for the CPU: it can't use the NVIDIA card.").format(
                version=torch.__version__
            ),
            other_build("12.6"),
        )
    if asked:
        raise EngineStartError(
            _("PyTorch finds no NVIDIA card."),
            _("See whether nvidia-smi lists it and update its driver, or choose --device cpu."),
        )


def other_build(cuda: str) -> str:
    """How to come by a PyTorch that was built for a version of CUDA."""
    return _(
        "Remove it with: pip uninstall torch. Then install the build that "
        "https://pytorch.org/get-started/locally names for CUDA {version}. To speak without the "
        "card, slowly, choose --device cpu."
    ).format(version=cuda)


def _has_nvidia_card() -> bool:
    return Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None


def import_packages() -> Any:
    """The class ``Qwen3TTSModel``. What the package prints goes to standard error.

    Raises:
        EngineStartError: a library cannot be imported.
    """
    with contextlib.redirect_stdout(sys.stderr), _garbage_left():
        _survive_torchaudio()
        try:
            from qwen_tts import Qwen3TTSModel
        except (ImportError, OSError, RuntimeError) as error:
            raise EngineStartError(
                _("The package qwen-tts cannot be imported."),
                _("{reason}. Install it anew: {command}").format(reason=error, command=_INSTALL),
            ) from error
    return Qwen3TTSModel


@contextlib.contextmanager
def _garbage_left() -> Iterator[None]:
    """Imports make a million objects that stay. Looking through them again and again would take a
    quarter of the time of the import, and as many moments afterwards."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.freeze()
            gc.enable()


def _survive_torchaudio() -> None:
    """Put empty modules in torchaudio's place where it does not load: one that is built for another
    PyTorch raises OSError."""
    try:
        importlib.import_module("torchaudio.compliance.kaldi")
    except Exception as error:  # noqa: BLE001 - whatever it raises, the 12 Hz models need none of it
        logger.warning("torchaudio does not load and is left out: %s", error)
        for name in _TORCHAUDIO:
            module = types.ModuleType(name)
            module.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=True)
            module.__path__ = []
            sys.modules[name] = module
            parent, _dot, child = name.rpartition(".")
            if parent:
                setattr(sys.modules[parent], child, module)
