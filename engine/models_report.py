"""What ``tts-studio models`` prints: on stdout, a table for people or one object for programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import typer

from engine.i18n import N_, _
from engine.models.catalogue import CATALOGUE, Model
from engine.models.store import cache_folder, held_bytes, locate
from engine.report import print_json
from engine.sizes import shown_bytes

State = Literal["here", "partly", "absent"]

_MEMORY = {
    "float32": ("float32", "float32"),
    "float16": ("float16", "float32"),
    "bfloat16": ("bfloat16", "bfloat16"),
}
# Of talker and code predictor, by what the user calls it: in float16 the latter would overflow.

_HERE = {"here": N_("yes"), "partly": N_("{size} of it"), "absent": N_("no")}


@dataclass(frozen=True)
class Standing:
    """A model of the catalogue and how it stands with it on this machine.

    Attributes:
        held: bytes that its folder takes up.
        path: of the files, where all are there.
    """

    model: Model
    held: int
    path: Path | None

    @property
    def state(self) -> State:
        if self.path:
            return "here"
        return "partly" if self.held else "absent"

    @property
    def memory(self) -> dict[str, int]:
        """Bytes of the weights alone by dtype."""
        return {
            name: self.model.weight_bytes(talker, predictor)
            for name, (talker, predictor) in _MEMORY.items()
        }


def standings() -> list[Standing]:
    """All of the catalogue, in its order."""
    return [Standing(model, held_bytes(model), locate(model)) for model in CATALOGUE]


def print_models() -> None:
    """A table that fits 80 columns."""
    from rich import box
    from rich.console import Console, Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column(_("Model"), ratio=1)
    table.add_column(_("Download"), justify="right", no_wrap=True)
    table.add_column(_("Memory (weights)"), no_wrap=True)
    table.add_column(_("Here"), no_wrap=True)
    for standing in standings():
        model = standing.model
        table.add_row(
            Group(Text(model.name, style="bold"), Padding(Text(_(model.about)), (0, 0, 0, 2))),
            shown_bytes(model.download_bytes),
            _memory(standing),
            _(_HERE[standing.state]).format(size=shown_bytes(standing.held)),
        )
    console = Console(highlight=False, markup=False, emoji=False)
    console.print(table)
    typer.echo(_("Downloaded models lie in {folder}").format(folder=cache_folder()))


def _memory(standing: Standing) -> str:
    if standing.model.kind == "Tokenizer":
        return shown_bytes(standing.memory["float32"])
    return "\n".join(f"{name:<9}{shown_bytes(size)}" for name, size in standing.memory.items())


def print_models_json() -> None:
    print_json({"models": [_model(each) for each in standings()], "folder": str(cache_folder())})


def _model(standing: Standing) -> dict[str, Any]:
    model = standing.model
    return {
        "name": model.name,
        "repository": model.repository,
        "kind": model.kind,
        "about": _(model.about),
        "instructs": model.instructs,
        "download_bytes": model.download_bytes,
        "memory_bytes": standing.memory,
        "state": standing.state,
        "held_bytes": standing.held,
        "path": None if standing.path is None else str(standing.path),
    }
