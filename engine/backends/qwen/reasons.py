"""The policy in the user's words: why it chose as it did, and why it could not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.backends.qwen.packages import other_build
from engine.backends.qwen.placement import GIGABYTE, Choice, Device, Machine
from engine.errors import EngineStartError
from engine.i18n import _
from engine.models.catalogue import Model
from engine.qwen_options import QwenOptions

_BLACKWELL = (10, 0)
# Compute capability of the cards that builds for CUDA 12.6 do not know yet, as those for 12.8 no
# longer know the oldest.


def why(
    chosen: Choice, preferred: Choice, options: QwenOptions, machine: Machine, missed: Model | None
) -> Iterator[str]:
    """The clauses of a choice's reason.

    Args:
        preferred: what would have been chosen, had there been room.
        missed: what would have been chosen, had it been downloaded.
    """
    if not chosen.fits:
        yield _("less is free than it probably needs, and memory may run out")
    elif (chosen.local, chosen.device) != (preferred.local, preferred.device):
        yield _(
            "{model} in {dtype} would need {needed:.1f} GB of the {free:.1f} that are "
            "free on {device}"
        ).format(
            model=preferred.local.model.name,
            dtype=preferred.dtypes,
            needed=preferred.needed / GIGABYTE,
            free=preferred.device.free / GIGABYTE,
            device=preferred.device.words,
        )
    if not options.device and all(device.kind == "cpu" for device in machine.devices):
        yield _("no graphics card was found that it could use")
    yield _asked(chosen, options) if options.dtype else _usual(chosen, preferred, options)
    if options.attn not in ("", "sdpa") and options.decode != "package":
        yield _("{attention} counts with --decode package alone").format(attention=options.attn)
    if missed is not None:
        yield _("{model} would suit this machine better and is not downloaded").format(
            model=missed.name
        )


def _asked(chosen: Choice, options: QwenOptions) -> str:
    device = chosen.device
    if options.dtype == "bfloat16" and device.capability and not device.is_modern:
        return _("bfloat16 was asked for, which this card can only imitate, slowly")
    if options.dtype == "float16" and device.kind == "cpu":
        return _("float16 was asked for, which is slow on a processor")
    return _("{dtype} was asked for").format(dtype=options.dtype)


def _usual(chosen: Choice, preferred: Choice, options: QwenOptions) -> str:
    device, talker = chosen.device, chosen.placement.talker
    if device.is_modern:
        return _("the card computes in bfloat16")
    if device.kind == "cuda" and talker == "float32":
        return _("the card has no bfloat16, and float32 is the safest")
    if device.kind == "cuda":
        return _("the card has no bfloat16, and in float16 the code predictor would overflow")
    if device.kind == "mps":
        return _("float32 is what is reliable on it")
    if preferred.placement.talker != talker:
        return _("in float32 it would not fit")
    if options.decode != "package":
        if talker == "bfloat16":
            return _("the processor computes in bfloat16")
        return _("the processor computes in float32 alone")
    if talker == "float32":
        return _("float32 is the quickest for one sentence at a time")
    return _("bfloat16 is the quickest for several sentences at once")


def widened(before: Choice) -> str:
    """The clause for a model that was moved to float32 while it spoke."""
    return _("in {dtype} it had computed what are no numbers").format(dtype=before.dtypes)


def halved() -> str:
    """The clause for a batch that was made smaller while it spoke."""
    return _("memory ran out with more at once")


def too_little(least: Choice) -> EngineStartError:
    """Nothing fits.

    Args:
        least: what would need the least.
    """
    return EngineStartError(
        _(
            "Too little memory is free: {model} needs {needed:.1f} GB, and {free:.1f} GB are free "
            "on {device}."
        ).format(
            model=least.local.model.name,
            needed=least.needed / GIGABYTE,
            free=least.device.free / GIGABYTE,
            device=least.device.words,
        ),
        _("Close other programs. To try it all the same: --device {device}").format(
            device=least.device.name
        ),
    )


def instead(choice: Choice, other: Choice) -> str:
    """What to choose where memory did not suffice: the flags that make the difference."""
    flags = {
        "--model": (choice.local.model.name, other.local.model.name),
        "--device": (choice.device.name, other.device.name),
        "--dtype": (choice.placement.talker, other.placement.talker),
    }
    return _("Choose what needs less: {flags}").format(
        flags=" ".join(f"{flag} {new}" for flag, (old, new) in flags.items() if old != new)
    )


def download_instead(model: Model) -> str:
    """As :func:`instead`, where what would fit is not here."""
    return _("A smaller model would fit: tts-studio models download {name}").format(name=model.name)


def close_others() -> str:
    """As :func:`instead`, where nothing needs less."""
    return _("Close other programs that use its memory.")


def no_such_device(asked: str, known: Sequence[Device]) -> EngineStartError:
    return EngineStartError(
        _("There is no device {asked} on this machine.").format(asked=asked),
        _("It has {known}.").format(known=", ".join(device.words for device in known)),
    )


def no_kernels(card: Device) -> EngineStartError:
    """This PyTorch was not built for the card."""
    return EngineStartError(
        _("This PyTorch was not built for {card}, of compute capability {capability}.").format(
            card=card.words, capability=".".join(map(str, card.capability or ()))
        ),
        other_build("12.8" if card.capability and card.capability >= _BLACKWELL else "12.6"),
    )


def no_flash_on(device: Device) -> EngineStartError:
    return EngineStartError(
        _("flash_attention_2 does not run on {device}.").format(device=device.words),
        _(
            "It needs an NVIDIA card of compute capability 8.0 or above. Leave --attn out, or "
            "choose --attn sdpa."
        ),
    )


def no_flash_installed() -> EngineStartError:
    return EngineStartError(
        _("flash-attn is not installed, and flash_attention_2 was asked for."),
        _("Choose --attn sdpa, or install it: {command}").format(
            command="pip install flash-attn --no-build-isolation"
        ),
    )


def no_flash_in(dtype: str) -> EngineStartError:
    return EngineStartError(
        _("flash_attention_2 does not compute in float32, as {dtype} needs.").format(dtype=dtype),
        _("Choose --attn sdpa, or --dtype bfloat16."),
    )
