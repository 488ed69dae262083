"""``python -m engine.backends.qwen.report``: what of this machine Qwen3-TTS would speak with, for
``tts-studio doctor``, whose own process loads no library of the models.

The environment has the options as JSON, or nothing where they are at fault already. One line of
JSON is printed: a list of findings.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from importlib import metadata

from engine.backends.qwen.packages import (
    check_card,
    check_package,
    check_pytorch,
    import_packages,
    prepare_memory,
)
from engine.backends.qwen.placement import GIGABYTE, Device, Machine
from engine.doctor.finding import Finding, problem
from engine.errors import StudioError
from engine.i18n import VARIABLE, _, use_language
from engine.qwen_options import QwenOptions
from engine.worker.protocol import OPTIONS_VARIABLE


def main() -> int:
    use_language(os.environ.get(VARIABLE, ""))
    told = os.environ.pop(OPTIONS_VARIABLE, "")
    options = QwenOptions.model_validate_json(told) if told else None
    with contextlib.redirect_stdout(sys.stderr):
        found = [asdict(finding) for finding in findings(options)]
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


def findings(options: QwenOptions | None) -> Iterator[Finding]:
    """Look at one thing after the other; what needs another that is missing is left out.

    Args:
        options: None to leave out what would be chosen by them.
    """
    prepare_memory()
    try:
        check_package()
    except StudioError as error:
        yield problem("qwen", error)
        return
    try:
        check_pytorch()
    except StudioError as error:
        yield problem("pytorch", error)
        return
    yield _pytorch(options or QwenOptions())
    yield _torchaudio()
    yield _package()

    from engine.backends.qwen.machine import look

    machine = look(QwenOptions())
    yield from map(_device, machine.devices)
    yield _flash(machine)
    if options is not None:
        yield _choice(options)


def _package() -> Finding:
    try:
        import_packages()
    except StudioError as error:
        return problem("qwen", error)
    return Finding("qwen", "well", f"qwen-tts {metadata.version('qwen-tts')}")


def _pytorch(options: QwenOptions) -> Finding:
    try:
        check_card(options.device)
    except StudioError as error:
        return problem("pytorch", error)
    except Exception as error:  # noqa: BLE001 - whatever a library that does not load raises
        return Finding(
            "pytorch",
            "problem",
            _("PyTorch does not load: {reason}").format(reason=error),
            _("Install it anew: {command}").format(
                command='pip install --force-reinstall ".[qwen]"'
            ),
        )
    import torch

    if torch.version.cuda:
        built = _("for CUDA {version}").format(version=torch.version.cuda)
    elif torch.version.hip:
        built = _("for ROCm {version}").format(version=torch.version.hip)
    else:
        built = _("without CUDA")
    return Finding("pytorch", "well", f"PyTorch {metadata.version('torch')}, {built}")


def _torchaudio() -> Finding:
    try:
        importlib.import_module("torchaudio.compliance.kaldi")
        return Finding("torchaudio", "well", f"torchaudio {metadata.version('torchaudio')}")
    except Exception as error:  # noqa: BLE001 - one that is built for another PyTorch raises OSError
        return Finding(
            "torchaudio",
            "note",
            _("torchaudio does not load, and none of these models needs it: {reason}").format(
                reason=str(error).partition("\n")[0]
            ),
            _("Nothing needs to be done. A torchaudio that was built for this PyTorch would load."),
        )


def _device(device: Device) -> Finding:
    said = _("{device}: {free:.1f} GB free of {total:.1f}").format(
        device=device.words, free=device.free / GIGABYTE, total=device.total / GIGABYTE
    )
    if device.capability:
        capability = ".".join(map(str, device.capability))
        said += _(", compute capability {capability}").format(capability=capability)
    if not device.usable:
        from engine.backends.qwen.reasons import no_kernels

        return problem("device", no_kernels(device))
    return Finding("device", "well", said)


def _flash(machine: Machine) -> Finding:
    if machine.flash_attention:
        return Finding("flash-attn", "well", _("flash-attn is installed"))
    if any(device.is_modern for device in machine.devices):
        return Finding(
            "flash-attn",
            "well",
            _("flash-attn is not installed; only --decode package would use it"),
        )
    return Finding("flash-attn", "well", _("flash-attn is of no use on this machine"))


def _choice(options: QwenOptions) -> Finding:
    """What would speak with these options, and whether it could in the voice that they ask for."""
    from engine.backends.qwen.machine import look
    from engine.backends.qwen.policy import choose
    from engine.backends.qwen.voices import voices_of
    from engine.models.checkpoint import read_checkpoint

    try:
        choice = choose(look(options), options)
        voices_of(read_checkpoint(choice.local.folder), options)
    except StudioError as error:
        return problem("choice", error)
    return Finding("choice", "well" if choice.fits else "note", choice.reason)


if __name__ == "__main__":
    sys.exit(main())
