"""What a choice is made from and of: the facts of a machine, and where and how a model runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from engine.i18n import _
from engine.models.catalogue import DTYPE_BYTES, Model

DeviceKind = Literal["cuda", "mps", "cpu"]

BFLOAT16_CAPABILITY = (8, 0)
"""Compute capability from which on a card has bfloat16, and flash-attn 2 runs (Ampere)."""

RUNTIME_BYTES = 500_000_000
"""What the libraries take beside weights and caches: workspaces, and the codec's pass over a whole
sentence."""

_POSITIONS = 1000
# Of text and frames together: a sentence of a minute. Most are far shorter.

_CACHE_VALUES = 2 * 28 * 8 * 128
# Keys and values of one position: 28 layers with 8 heads of 128, the same in both sizes.

GIGABYTE = 1e9


@dataclass(frozen=True)
class Device:
    """Something that can run a model.

    Attributes:
        name: as PyTorch has it: ``cuda:0``, ``mps``, ``cpu``.
        title: what it is sold as.
        free, total: bytes of its memory.
        capability: CUDA's compute capability; None for what is no CUDA card.
        bfloat16: whether a processor computes in it as fast as in float32 or faster.
        usable: whether this PyTorch was built for it.
    """

    name: str
    title: str
    kind: DeviceKind
    free: int
    total: int
    capability: tuple[int, int] | None = None
    bfloat16: bool = False
    usable: bool = True

    @property
    def is_modern(self) -> bool:
        """A card that computes in bfloat16."""
        return self.capability is not None and self.capability >= BFLOAT16_CAPABILITY

    @property
    def words(self) -> str:
        """For people: with the name that ``--device`` takes."""
        return f"{self.title} ({self.name})" if self.title else self.name


@dataclass(frozen=True)
class LocalModel:
    """A model whose files are on this machine."""

    model: Model
    folder: Path


@dataclass(frozen=True)
class Machine:
    """What there is to choose from.

    Attributes:
        devices: the processor among them.
        flash_attention: whether flash-attn can be imported.
    """

    devices: tuple[Device, ...]
    models: tuple[LocalModel, ...]
    flash_attention: bool = False


@dataclass(frozen=True)
class Placement:
    """Where and how a model runs.

    Attributes:
        device: as PyTorch names it.
        talker, predictor, codec: names of dtypes; the speaker encoder has the codec's.
        attention: as transformers names it.
        batch_size: sentences at once.
    """

    device: str
    talker: str
    predictor: str
    attention: str
    batch_size: int = 1
    codec: str = "float32"


@dataclass(frozen=True)
class Choice:
    """A model in its place, and why.

    Attributes:
        why: clauses in the user's language.
    """

    local: LocalModel
    device: Device
    placement: Placement
    why: tuple[str, ...] = ()

    @property
    def weights(self) -> int:
        """Bytes."""
        placed = self.placement
        return self.local.model.weight_bytes(placed.talker, placed.predictor, placed.codec)

    @property
    def sentence(self) -> int:
        """Bytes that one sentence of a batch takes."""
        return _POSITIONS * _CACHE_VALUES * DTYPE_BYTES[self.placement.talker]

    @property
    def needed(self) -> int:
        """Bytes, all in all."""
        return self.weights + RUNTIME_BYTES + self.placement.batch_size * self.sentence

    @property
    def fits(self) -> bool:
        return self.needed <= self.device.free

    @property
    def is_tight(self) -> bool:
        """There is room for the model and a sentence, and little beside them."""
        return self.weights + self.sentence <= self.device.free

    def at_once(self, sentences: int) -> Choice:
        """The same with another batch size."""
        return replace(self, placement=replace(self.placement, batch_size=sentences))

    def because(self, *clauses: str) -> Choice:
        """The same for these reasons too."""
        return replace(self, why=(*self.why, *clauses))

    @property
    def dtypes(self) -> str:
        """As ``float16 + float32`` where the code predictor's is another than the talker's."""
        return " + ".join(dict.fromkeys((self.placement.talker, self.placement.predictor)))

    @property
    def reason(self) -> str:
        """One sentence in the user's language."""
        return _(
            "{model} on {device}: {dtype}, {attention}, batch {size}, {needed:.1f} GB of the "
            "{free:.1f} that are free; {why}."
        ).format(
            model=self.local.model.name,
            device=self.device.words,
            dtype=self.dtypes,
            attention=self.placement.attention,
            size=self.placement.batch_size,
            needed=self.needed / GIGABYTE,
            free=self.device.free / GIGABYTE,
            why="; ".join(self.why),
        )
