"""What the subcommands print: results on stdout, progress and complaints on stderr."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from engine.domain import Cut, CutStatus, Script, Take
from engine.errors import StudioError
from engine.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from engine.export import ExportResult
    from engine.project import Project, Row
    from engine.render import RenderOutcome


def print_line(line: str = "") -> None:
    """A line for people, out of the way of what a program might read."""
    typer.echo(line, err=True)


def print_error(error: StudioError) -> None:
    """What happened, and below it what to do."""
    print_line(_("Error: {title}").format(title=error.title))
    if error.hint:
        print_line(f"  {error.hint}")


def print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_split(script: Script) -> None:
    """A script as it is read: a line a sentence, under its sections."""
    section, number = "", 0
    for sentence in script.sentences:
        if sentence.section != section:
            section = sentence.section
            typer.echo(f"\n# {section}")
        number += sentence.spoken
        typer.echo(f"{number if sentence.spoken else '-':>5}  {sentence.text}")
    typer.echo()
    spoken = ngettext("{count} sentence", "{count} sentences", number).format(count=number)
    typer.echo(
        _("{spoken}, {language}, read as {encoding}").format(
            spoken=spoken, language=script.language, encoding=script.encoding
        )
    )


def print_split_json(script: Script) -> None:
    number = 0
    sentences: list[dict[str, Any]] = []
    for sentence in script.sentences:
        number += sentence.spoken
        sentences.append(
            {
                "number": number if sentence.spoken else None,
                "text": sentence.text,
                "spoken": sentence.spoken,
                "label": sentence.label,
                "section": sentence.section,
                "paragraph": sentence.paragraph,
                "language": script.language,
            }
        )
    print_json({"sentences": sentences})


def print_kept(takes: Sequence[Take], *, again: bool) -> None:
    """That a render keeps what was spoken before, and by whom: it may be another voice than the one
    that speaks now.

    Args:
        again: all else is being spoken anew.
    """
    if not takes:
        return
    speakers = Counter(
        ", ".join(filter(None, (take.draft.model or take.draft.engine, take.draft.voice)))
        for take in takes
    )
    line = ngettext(
        "{count} sentence was spoken before and is kept, by: {speakers}.",
        "{count} sentences were spoken before and are kept, by: {speakers}.",
        len(takes),
    )
    print_line(line.format(count=len(takes), speakers="; ".join(speakers)))
    if not again:
        print_line(_("  --again speaks anew all of it that nobody has accepted."))


def print_render(project: Project, outcome: RenderOutcome, *, as_json: bool) -> None:
    """What came of a render: on stdout where the files are, on stderr what went wrong."""
    export = outcome.export
    if as_json:
        rows = (project.row(sentence_id) for sentence_id in project.ids)
        sentences = [_sentence(row, export) for row in rows if row.number is not None]
        print_json({"sentences": sentences, "output": str(export.folder)})
    if not any(project.row(sentence_id).number for sentence_id in project.ids):
        print_line(_("Nothing to speak: the script has only lines that are not spoken."))
    _print_summary(export)
    if outcome.stopped is not None:
        # Last, where it is seen: it explains each of the sentences that were listed above it.
        print_error(outcome.stopped)
    if not as_json and export.folder.is_dir():
        typer.echo(str(export.folder))


def print_export(result: ExportResult, *, dry_run: bool, as_json: bool) -> None:
    """What an export did, or would do."""
    if as_json:
        print_json(
            {
                "output": str(result.folder),
                "dry_run": dry_run,
                **{kind: list(getattr(result, kind)) for kind in FILE_LISTS},
                **{kind: [asdict(problem) for problem in getattr(result, kind)] for kind in LACKS},
            }
        )
        return
    if dry_run:
        print_line(_("Nothing was written: this is what would be."))
        for name in (*result.written, *result.replaced, *result.unchanged):
            print_line(f"  {name}")
    _print_summary(result)
    typer.echo(str(result.folder))


@dataclass(frozen=True)
class FoundCut:
    """What ``cut`` found in a recording.

    Attributes:
        duration: seconds of the whole recording.
        language: full English name.
        output: the file of what is kept, if one was asked for.
    """

    cut: Cut
    duration: float
    language: str
    closing: str
    output: Path | None


CUT_WORDS: dict[CutStatus, str] = {
    "ok": N_("The closing phrase was found."),
    "doubled": N_("The closing phrase is said more than once: the cut lies before the first."),
    "missing": N_("The closing phrase is not there: nothing is cut off. Listen to the end."),
    "no_pause": N_("The text runs into the closing phrase without a pause: listen to the end."),
    "unsure": N_("Where the closing phrase begins is not sure: listen to the end."),
}


def print_cut(found: FoundCut) -> None:
    """What to keep of a recording, and how sure that is."""
    cut = found.cut
    typer.echo(
        _("{start:.3f} s to {end:.3f} s of {duration:.3f} s: {status}, score {score:.2f}").format(
            start=cut.start,
            end=cut.end,
            duration=found.duration,
            status=cut.status,
            score=cut.score,
        )
    )
    typer.echo(_(CUT_WORDS[cut.status]))
    if found.output is not None:
        typer.echo(str(found.output))


def print_cut_json(found: FoundCut) -> None:
    cut = found.cut
    print_json(
        {
            "start": round(cut.start, 4),
            "end": round(cut.end, 4),
            "status": cut.status,
            "score": round(cut.score, 3),
            "duration": round(found.duration, 4),
            "language": found.language,
            "closing": found.closing,
            "output": None if found.output is None else str(found.output),
        }
    )


FILE_LISTS = ("written", "replaced", "unchanged", "stale", "left_over")
LACKS = ("left_out", "skipped", "failed")


def _print_summary(result: ExportResult) -> None:
    counts = {
        _("written"): len(result.written),
        _("replaced"): len(result.replaced),
        _("unchanged"): len(result.unchanged),
        _("spoken before the last edit"): len(result.stale),
        _("left over from earlier exports"): len(result.left_over),
        _("left out"): len(result.left_out),
        _("without a take"): len(result.skipped),
        _("failed"): len(result.failed),
    }
    if told := ", ".join(f"{count} {what}" for what, count in counts.items() if count):
        print_line(told)
    for problem in (*result.skipped, *result.failed):
        number = "" if problem.number is None else f"{problem.number:03d} "
        print_line(f"  {number}{shortened(problem.text)}: {problem.reason} {problem.hint}".rstrip())


def _sentence(row: Row, export: ExportResult) -> dict[str, Any]:
    """A sentence in the JSON of `render`."""
    take = row.take
    file = export.files.get(row.number) if row.number is not None else None
    troubles = [*export.failed, *export.skipped]
    error = row.sentence.failure or next(
        (problem.reason for problem in troubles if problem.number == row.number), ""
    )
    return {
        "number": row.number,
        "text": row.sentence.text,
        "status": row.status.value,
        "file": str(file) if file else None,
        "take": take.number if take else None,
        "seconds": round(take.seconds, 3) if take else None,
        "seed": take.draft.seed if take else None,
        "finish_reason": take.draft.finish_reason if take else None,
        "error": error or None,
    }


def shortened(text: str, width: int = 48) -> str:
    """The beginning of a text, for a line that also says something else."""
    return text if len(text) <= width else f"{text[: width - 1]}…"
