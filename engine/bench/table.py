"""What was found out, as a table for people and as an object for programs."""

from __future__ import annotations

import math
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from engine.bench.measuring import Measured, Work
from engine.bench.running import Findings, Row
from engine.domain import EngineInfo, MemoryOf
from engine.i18n import N_, _, ngettext

WIDTH = 80
"""Columns of the narrowest terminal that the program is made for."""

_MEMORY: dict[MemoryOf, str] = {
    "process": N_("Peak memory: of the engine's process, with all that it loads."),
    "card": N_("Peak memory: what the engine reserved of the graphics card."),
    "now": N_("Memory: what the engine held at the end; this device keeps no peak."),
}


def figure(value: float) -> str:
    """Two digits that mean something, however small, and no decimals where there are more."""
    if value <= 0:
        return "0"
    decimals = max(0, 1 - math.floor(math.log10(value)))
    return f"{value:.{decimals}f}"


def rendered(findings: Findings) -> RenderableType:
    """The table with what is said above and below it."""
    above = [] if findings.info is None else _about(findings.info, _reasons(findings))
    return Group(*above, _table(findings.rows), *map(Text, _remarks(findings)))


def print_table(findings: Findings, console: Console | None = None) -> None:
    """On stdout unless a console is given."""
    console = console or Console(highlight=False, markup=False, emoji=False)
    console.print(rendered(findings), width=min(console.width, WIDTH))


def _about(info: EngineInfo, reasons: list[str]) -> list[Text]:
    told = _("{engine}: {model} on {device}, {dtype}").format(
        engine=info.engine, model=info.model, device=info.device, dtype=info.dtype
    )
    return [Text(told), *map(Text, reasons)]


def _reasons(findings: Findings) -> list[str]:
    told = (row.info.reason for row in findings.rows if row.info is not None)
    return list(dict.fromkeys(reason for reason in told if reason))


def _table(rows: list[Row]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for title in (
        _("Batch size"),
        _("Numbers"),
        _("Speed"),
        _("First audio"),
        _("Frames/s"),
        _("Peak memory"),
    ):
        table.add_column(Text(title), justify="right")
    for row in rows:
        table.add_row(*map(Text, _cells(row)))
    return table


def _cells(row: Row) -> list[str]:
    dtype = "" if row.info is None else row.info.dtype
    measured = row.measured
    if measured is None:
        return [str(row.batch_size), dtype, _("failed"), "", "", ""]
    if row.fits is not None:
        return [str(row.batch_size), dtype, _("no memory"), "", "", _gigabytes(measured)]
    return [
        _batch(row.batch_size, measured.reached),
        dtype,
        f"{figure(measured.speed)}×",
        _("{seconds} s").format(seconds=figure(measured.first_audio)),
        figure(measured.frames_a_second),
        _gigabytes(measured),
    ]


def _batch(asked: int, reached: int | None) -> str:
    return str(asked) if reached in (None, asked) else f"{asked} ({reached})"


def _gigabytes(measured: Measured) -> str:
    return "" if measured.memory is None else f"{figure(measured.memory.size / 1e9)} GB"


def _remarks(findings: Findings) -> list[str]:
    remarks = [_("Speed: seconds of sound in a second of work. 12.5 frames are a second of sound.")]
    memories = [row.measured.memory for row in findings.rows if row.measured is not None]
    kinds = {memory.of for memory in memories if memory is not None}
    remarks += [_(words) for kind, words in _MEMORY.items() if kind in kinds]
    if any(_parallel_differs(row) for row in findings.rows):
        remarks.append(_("In brackets: how many sentences the engine spoke at once."))
    for row in findings.rows:
        remarks += _troubles(row)
    if findings.left_out:
        remarks.append(_("Left out: {sizes}.").format(sizes=", ".join(map(str, findings.left_out))))
    return remarks


def _parallel_differs(row: Row) -> bool:
    measured = row.measured
    return measured is not None and measured.reached not in (None, row.batch_size)


def _troubles(row: Row) -> list[str]:
    """What went wrong at one batch size; nothing where all went well."""
    told: list[str] = []
    if row.error is not None:
        told.append(str(row.error))
    if row.fits is not None:
        told.append(_("The memory does not suffice; {fits} at once fit.").format(fits=row.fits))
    if row.measured is not None:
        told += _unfinished(row.measured)
    return [_("Batch size {size}: {what}").format(size=row.batch_size, what=one) for one in told]


def _unfinished(measured: Measured) -> list[str]:
    told: list[str] = []
    answers, failures = len(measured.answers), measured.failures
    if cut_off := answers - measured.ends["stop"]:
        told.append(
            ngettext(
                "{count} of {total} sentence came to no end by itself.",
                "{count} of {total} sentences came to no end by themselves.",
                answers,
            ).format(count=cut_off, total=answers)
        )
    if failures:
        told.append(
            _("{count} of {total} failed: {reason}").format(
                count=len(failures), total=answers + len(failures), reason=failures[0]
            )
        )
    return told


def as_object(findings: Findings, work: Work) -> dict[str, Any]:
    """Everything that was found out, in seconds and bytes."""
    info = findings.info
    return {
        "engine": info and info.engine,
        "model": info and info.model,
        "version": info and info.version,
        "language": work.language,
        "seed": work.seed,
        "max_frames": work.max_frames,
        "results": [_result(row) for row in findings.rows],
        "left_out": list(findings.left_out),
        "interrupted": findings.interrupted,
    }


def _result(row: Row) -> dict[str, Any]:
    info, measured = row.info, row.measured
    return {
        "batch_size": row.batch_size,
        "device": info and info.device,
        "dtype": info and info.dtype,
        "reason": info and info.reason,
        "out_of_memory": row.fits is not None,
        "fits": row.fits,
        "error": row.error and str(row.error),
        **({} if measured is None else _figures(measured)),
    }


def _figures(measured: Measured) -> dict[str, Any]:
    memory = measured.memory
    return {
        "reached": measured.reached,
        "rounds": len(measured.rounds),
        "sentences": len(measured.answers),
        "failed": len(measured.failures),
        "finish_reasons": dict(measured.ends),
        "seconds": round(measured.seconds, 4),
        "audio_seconds": round(measured.audio, 4),
        "frames": measured.frames,
        "speed": measured.speed,
        "first_audio_seconds": measured.first_audio,
        "frames_per_second": measured.frames_a_second,
        "peak_memory": memory and memory.size,
        "peak_memory_of": memory and memory.of,
    }
