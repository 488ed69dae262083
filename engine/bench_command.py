"""``tts-studio bench``: how fast is this machine?

With ``--json`` one object is printed on stdout:

``engine``, ``model``, ``version``
    who spoke; null where nothing came to be measured
``language``, ``seed``, ``max_frames``
    what was asked, and the frames at which a sentence was broken off
``results``
    for each batch size: ``batch_size``; ``device``, ``dtype``, ``reason`` as the engine tells them;
    ``out_of_memory`` and ``fits``, how many at once the memory sufficed for; ``error`` or null; and
    unless there is one: ``reached``, sentences spoken at once; ``rounds``, ``sentences``,
    ``failed``, ``finish_reasons``; ``seconds`` of work, ``audio_seconds``, ``frames``; ``speed``,
    seconds of sound in a second of work; ``first_audio_seconds``, the median;
    ``frames_per_second``; ``peak_memory`` in bytes, ``peak_memory_of`` the ``process`` or the
    ``card``, or what it held ``now``
``left_out``
    batch sizes that were not tried, because a smaller one failed
``interrupted``
    whether somebody pressed Ctrl-C
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine import report
from engine.arguments import Json
from engine.errors import InputError
from engine.flags import taking
from engine.i18n import N_, _
from engine.interrupt import run_interruptible
from engine.options import ENGINE, MODEL, READING, VOICE
from engine.settings import Settings, load_settings
from engine.studio import DEFAULT_ENGINE, open_engine

if TYPE_CHECKING:
    from engine.bench.measuring import Work
    from engine.bench.running import Findings, Stage
    from engine.client.base import Engine

HELP = N_(
    "Measure how fast an engine speaks here: speed, seconds to the first audio, frames a second, "
    "peak memory."
)

DONE, FAILED, INTERRUPTED = 0, 1, 130

LANGUAGE, SEED = "English", 1
# Of what is spoken where nobody has chosen; fixed, so that two runs can be compared.

CAP = 150
"""Frames, 12 seconds: twice what the sentences take, and the end of whatever runs away."""

_LARGEST = 64
# Of a batch, as in the settings.

_OPTIONS = (
    next(option for option in READING if option.name == "language"),
    ENGINE,
    *VOICE,
    *(option for option in MODEL if option.name != "batch_size"),
)


@taking(*_OPTIONS)
def bench(
    batch_sizes: Annotated[
        str,
        typer.Option(help=N_("How many sentences to ask for at once."), metavar="N,N,…"),
    ] = "1,2,4,8",
    as_json: Json = False,
    **flags: Any,
) -> int:
    """Returns DONE, or FAILED where a batch size gave no figure for another reason than memory."""
    from engine.bench.progress import BenchProgress
    from engine.bench.running import Findings
    from engine.bench.table import as_object, print_table

    settings = load_settings(flags)
    sizes = _sizes(batch_sizes)
    work = _work(settings)
    findings = Findings()
    report.print_line(_("Engine: {name}").format(name=settings.engine or DEFAULT_ENGINE))
    with BenchProgress() as progress:
        try:
            run_interruptible(_find_out(settings, sizes, work, findings, progress))
        except KeyboardInterrupt:
            findings.interrupted = True
    if as_json:
        report.print_json(as_object(findings, work))
    elif findings.rows:
        print_table(findings)
    if findings.interrupted:
        report.print_line(_("Interrupted: this is what had been measured."))
        return INTERRUPTED
    return FAILED if any(row.error for row in findings.rows) else DONE


def _work(settings: Settings) -> Work:
    from engine.bench.measuring import Work
    from engine.bench.texts import TEXTS

    language = settings.language or LANGUAGE
    seed = SEED if settings.seed is None else settings.seed
    return Work(TEXTS[language], language, seed, settings.max_new_tokens or CAP)


async def _find_out(
    settings: Settings, sizes: tuple[int, ...], work: Work, findings: Findings, stage: Stage
) -> None:
    from engine.bench.clip import needs_clip, with_clip
    from engine.bench.running import find_out

    name = settings.engine or DEFAULT_ENGINE

    def opened(size: int) -> Engine:
        return open_engine(name, settings.model_copy(update={"batch_size": size}))

    with TemporaryDirectory(prefix="tts-studio-") as folder:
        if name == "qwen" and needs_clip(settings):
            report.print_line(_("No clip is named: the preview voice is cloned."))
            preview = open_engine(DEFAULT_ENGINE, settings)
            settings = await with_clip(settings, preview, work.language, Path(folder))
        await find_out(opened, sizes, work, findings, stage)


def _sizes(given: str) -> tuple[int, ...]:
    try:
        sizes = tuple(int(part) for part in given.split(","))
    except ValueError:
        sizes = ()
    if not sizes or not all(1 <= size <= _LARGEST for size in sizes):
        raise InputError(
            _("Batch sizes are numbers from 1 to {most}: {given}").format(
                most=_LARGEST, given=given
            ),
            _("For example: --batch-sizes 1,2,4,8"),
        )
    return sizes
