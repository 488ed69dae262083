"""Which model speaks, on what, and in what numbers: a function of the machine's facts and of what
the user asked for.

Cards of compute capability 8.0 and above compute in bfloat16. Older ones have only float16, in
which the code predictor overflows: it runs in float32 there, and a small model does altogether. The
codec is float32 everywhere: in bfloat16 it gives silence. A processor is quickest with a small
model, and in bfloat16 where it multiplies in that itself; the package's own loop gains by it only
with several sentences at once, which it speaks one by one unless it is told otherwise.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from engine.backends.qwen import reasons
from engine.backends.qwen.placement import Choice, Device, LocalModel, Machine, Placement
from engine.errors import EngineStartError
from engine.models.catalogue import Model, Task, find_model, models_of
from engine.qwen_options import QwenOptions, not_downloaded, nothing_here, unfit

FLASH, SDPA = "flash_attention_2", "sdpa"

_MOST_AT_ONCE = 8
# Where a batch's gain has levelled off: eight sentences take little longer than one.

_MOST_ON_A_PROCESSOR = 4
# Where twice as many gain little, and are heard twice as late.

_SMALL = 1_200_000_000
# Parameters; between the two sizes of the family.

_READY: tuple[Task, ...] = ("CustomVoice", "VoiceDesign", "Base")
# Where no voice was asked for: the first kind needs nothing, the last a clip.


def choose(machine: Machine, options: QwenOptions) -> Choice:
    """The best that fits into the memory that is free; what the options name comes first. What they
    name and does not fit is tried all the same.

    Raises:
        EngineStartError: nothing fits, or what is asked for cannot be.
    """
    models = _able(machine.models, options)
    devices = _devices(machine, options)
    if options.attn == FLASH:
        devices = _able_to_flash(machine, devices, options)
    ladder = [choice for device in devices for choice in _ladder(machine, device, models, options)]
    chosen = _first_that_fits(ladder)
    if chosen is None:
        chosen = min(ladder, key=lambda choice: choice.needed)
        if not (options.model or options.device or options.dtype):
            raise reasons.too_little(chosen)
    chosen = chosen.at_once(options.batch_size or _most_at_once(chosen, options.decode))
    missed = _missed(machine, chosen, options)
    return chosen.because(*reasons.why(chosen, ladder[0], options, machine, missed))


def smaller(machine: Machine, choice: Choice, options: QwenOptions) -> str:
    """What to choose where a choice's memory did not suffice, in the user's words: of what can do
    the same."""
    processors = (device for device in machine.devices if device.kind == "cpu")
    like = (local for local in machine.models if local.model.kind == choice.local.model.kind)
    able = (local for local in like if local.model.instructs or not options.instruct)
    models = sorted(able, key=_size, reverse=True)
    for device in dict.fromkeys((choice.device, *processors)):
        for other in _ladder(machine, device, models, QwenOptions()):
            if _is_smaller(other, choice):
                return reasons.instead(choice, other)
    for local in _catalogued(choice.local, options):
        for other in _ladder(machine, choice.device, [local], QwenOptions()):
            if _is_smaller(other, choice):
                return reasons.download_instead(local.model)
    return reasons.close_others()


def _is_smaller(other: Choice, choice: Choice) -> bool:
    elsewhere = other.device != choice.device
    return other.fits and (elsewhere or other.needed < choice.at_once(1).needed)


def wider(choice: Choice, free: int) -> Choice | None:
    """The same model wholly in float32, where numbers have not the room in a narrower dtype; None
    where it has that already, or does not fit.

    Args:
        free: bytes that are free beside the model as it is loaded.
    """
    placed = choice.placement
    if placed.talker == placed.predictor == "float32":
        return None
    attention = SDPA if placed.attention == FLASH else placed.attention
    device = replace(choice.device, free=free + choice.weights)
    wide = Placement(placed.device, "float32", "float32", attention)
    widened = Choice(choice.local, device, wide, (reasons.widened(choice),))
    if not widened.fits:
        return None
    return widened.at_once(min(placed.batch_size, _most_at_once(widened)))


def _able(models: Sequence[LocalModel], options: QwenOptions) -> list[LocalModel]:
    """Those that can do what is asked, the largest first."""
    if options.model:
        return [_named(models, options)]
    kinds = (options.kind,) if options.kind else _READY
    of_kind = next(
        (found for kind in kinds if (found := [one for one in models if one.model.kind == kind])),
        [],
    )
    if not of_kind:
        raise nothing_here(options.kind)
    able = [one for one in of_kind if one.model.instructs or not options.instruct]
    # None of them follows instructions: the voices say so.
    return sorted(able or of_kind, key=_size, reverse=True)


def _named(models: Sequence[LocalModel], options: QwenOptions) -> LocalModel:
    for local in models:
        if options.model in (local.model.name, str(local.folder)):
            if options.kind not in (None, local.model.kind):
                refused = unfit(local.model, options.kind)
                raise EngineStartError(refused.title, refused.hint)
            return local
    known = find_model(options.model)
    raise nothing_here(options.kind) if known is None else not_downloaded(known)


def _size(local: LocalModel) -> int:
    return local.model.talker + local.model.predictor


def _devices(machine: Machine, options: QwenOptions) -> list[Device]:
    """Those that may be used, the best first: of several cards the one with the most free."""
    kinds = ("cuda", "mps", "cpu")
    found = sorted(machine.devices, key=lambda device: (kinds.index(device.kind), -device.free))
    if options.device:
        found = [device for device in found if options.device in (device.name, device.kind)]
    if not found:
        raise reasons.no_such_device(options.device, machine.devices)
    usable = [device for device in found if device.usable]
    if not any(device.kind == "cuda" for device in usable) and len(usable) < len(found):
        # A card that waits for another PyTorch: speaking without it would be no service.
        raise reasons.no_kernels(found[0])
    return usable


def _able_to_flash(
    machine: Machine, devices: Sequence[Device], options: QwenOptions
) -> list[Device]:
    able = [device for device in devices if device.is_modern]
    if not able:
        raise reasons.no_flash_on(devices[0])
    if not machine.flash_attention:
        raise reasons.no_flash_installed()
    if options.dtype not in ("", "bfloat16"):
        raise reasons.no_flash_in(options.dtype)
    return able


def _ladder(
    machine: Machine, device: Device, models: Sequence[LocalModel], options: QwenOptions
) -> Iterator[Choice]:
    """From the preferred on downwards: first to a lesser model, then to a narrower dtype."""
    ordered = list(reversed(models)) if device.kind == "cpu" else models
    usual = [(local, _dtype(device, local, options)) for local in ordered]
    narrow = [] if options.dtype else [(local, _narrower(device, local)) for local in ordered]
    for local, talker in dict.fromkeys((*usual, *narrow)):
        if talker:
            yield Choice(local, device, _placed(machine, device, talker, options))


def _dtype(device: Device, local: LocalModel, options: QwenOptions) -> str:
    if options.dtype:
        return options.dtype
    if device.kind == "cuda":
        if device.is_modern:
            return "bfloat16"
        return "float32" if _size(local) < _SMALL else "float16"
    gains = options.decode != "package" or (options.batch_size or 1) > 1
    return "bfloat16" if device.kind == "cpu" and gains and device.bfloat16 else "float32"


def _narrower(device: Device, local: LocalModel) -> str:
    """The dtype for where the usual one does not fit; empty where there is none."""
    if device.kind == "cuda" and not device.is_modern:
        return "float16" if _size(local) < _SMALL else ""
    return "bfloat16" if device.kind == "cpu" and device.bfloat16 else ""


def _placed(machine: Machine, device: Device, talker: str, options: QwenOptions) -> Placement:
    predictor = "float32" if talker == "float16" else talker
    # Our own loop attends by PyTorch's own kernels, whatever is asked.
    able = machine.flash_attention and device.is_modern and talker == "bfloat16"
    flash = able and options.decode == "package"
    return Placement(device.name, talker, predictor, options.attn or (FLASH if flash else SDPA))


def _first_that_fits(ladder: Iterable[Choice]) -> Choice | None:
    """With a sentence at a time: a batch that does not fit is no reason for a lesser model. A card
    on which it is only tight comes before the processor, which would take ten times as long."""
    ladder = list(ladder)
    on_cards = [choice for choice in ladder if choice.device.kind == "cuda"]
    return next(
        itertools.chain(
            (choice for choice in on_cards if choice.fits),
            (choice for choice in on_cards if choice.is_tight),
            (choice for choice in ladder if choice.fits),
        ),
        None,
    )


def _most_at_once(choice: Choice, decode: str = "") -> int:
    most = _MOST_AT_ONCE
    if choice.device.kind == "cpu":
        # Nobody joins a batch of the package's, nor is heard before its end.
        most = 1 if decode == "package" else _MOST_ON_A_PROCESSOR
    room = choice.device.free - choice.at_once(0).needed
    return max(1, min(most, room // choice.sentence))


def _catalogued(like: LocalModel, options: QwenOptions) -> list[LocalModel]:
    """What could do the same, had it been downloaded."""
    kind = like.model.kind
    return [
        LocalModel(model, like.folder)
        for model in (models_of(kind) if kind != "Tokenizer" else ())
        if model.instructs or not options.instruct
    ]


def _missed(machine: Machine, chosen: Choice, options: QwenOptions) -> Model | None:
    """What would have been chosen on this device, had it been downloaded."""
    if options.model:
        return None
    models = _catalogued(chosen.local, options)
    best = _first_that_fits(_ladder(machine, chosen.device, models, options))
    here = {local.model.name for local in machine.models}
    return None if best is None or best.local.model.name in here else best.local.model
