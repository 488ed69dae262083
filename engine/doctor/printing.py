"""How ``doctor`` prints what it found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import typer

from engine.doctor.finding import Finding, State
from engine.i18n import N_, _
from engine.report import print_json

TITLES = {
    "python": "Python",
    "studio": N_("Studio"),
    "folder": N_("Folders"),
    "sound": N_("Sound"),
    "espeak": N_("Preview voice"),
    "model": N_("Models"),
    "qwen": "Qwen3-TTS",
    "pytorch": "PyTorch",
    "torchaudio": "torchaudio",
    "device": N_("Hardware"),
    "flash-attn": "flash-attn",
    "choice": N_("Speaks with"),
}
"""By :attr:`Finding.about`, in the order in which they are printed."""

_MARKS: dict[State, tuple[str, str]] = {
    "well": ("✓", "green"),
    "note": ("!", "yellow"),
    "problem": ("✗", "bold red"),
}


def print_findings(engine: str, found: Sequence[Finding]) -> None:
    """A line for each thing, its remedy below it; what it comes to at the end."""
    from rich.console import Console, Group
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    before = ""
    for finding in sorted(found, key=lambda each: list(TITLES).index(each.about)):
        mark, colour = _MARKS[finding.state]
        said = [Text(finding.said)]
        if finding.mend:
            said.append(Text(f"→ {finding.mend}", style=colour))
        title = "" if finding.about == before else _(TITLES[finding.about])
        table.add_row(Text(mark, style=colour), title, Group(*said))
        before = finding.about
    Console(highlight=False, markup=False, emoji=False).print(table)
    typer.echo()
    typer.echo(_summary(engine, found))


def _summary(engine: str, found: Sequence[Finding]) -> str:
    if all_well(found):
        return _("The engine {name} can speak here.").format(name=engine)
    return _("The engine {name} cannot speak here as it was asked to: see ✗.").format(name=engine)


def print_findings_json(engine: str, found: Sequence[Finding]) -> None:
    print_json(
        {"ok": all_well(found), "engine": engine, "findings": [asdict(each) for each in found]}
    )


def all_well(found: Sequence[Finding]) -> bool:
    """Whether nothing keeps from working what was asked for."""
    return all(finding.state != "problem" for finding in found)
