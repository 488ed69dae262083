"""The subcommands: what the studio does without a screen."""

from __future__ import annotations

import functools
import io
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec

import typer
import typer.core
import typer.main

from engine import (
    bench_command,
    cut_command,
    doctor_command,
    models_command,
    places,
    report,
    serve_command,
)
from engine.arguments import Json, path_argument
from engine.errors import InputError, ReadOnlyProject, StudioError
from engine.flags import taking
from engine.i18n import N_, VARIABLE, _, pick_language, use_language
from engine.interrupt import run_interruptible
from engine.options import READING, SPEAKING, in_words
from engine.settings import Settings, load_settings, read_config
from engine.studio import DEFAULT_ENGINE, closing_of, open_engine, open_project

if TYPE_CHECKING:
    from engine.domain import Script as ScriptText
    from engine.project import Project

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

P = ParamSpec("P")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _folder(value: str) -> Path:
    path = path_argument(value)
    if os.path.lexists(path) and not os.path.isdir(path):  # noqa: PTH112 - a name too long is none
        raise typer.BadParameter(_("{path} is a file, not a folder.").format(path=path))
    return path


Script = Annotated[
    Path,
    typer.Argument(
        help=N_("The text file to speak."),
        metavar="SCRIPT",
        parser=path_argument,
        show_default=False,
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        help=N_("The folder for the WAVs."),
        metavar="FOLDER",
        parser=_folder,
        show_default="output/DATE_SCRIPT",
    ),
]


def main(arguments: list[str]) -> int:
    """Run one subcommand. Returns 0 when all is done, 1 when something failed and was listed, 2 for
    bad input or usage, 130 when interrupted."""
    for stream in (sys.stdout, sys.stderr):
        # Piped on Windows, Hangul would otherwise end the program.
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")
    use_language(pick_language(_interface()))
    try:
        _command()(arguments, prog_name="tts-studio")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED
    return DONE


def _interface() -> str | None:
    """The language that is set, as far as can be told before any word of a mistake in the
    settings; :func:`load_settings` complains of those."""
    if given := os.environ.get(VARIABLE):
        return given
    try:
        value = read_config(places.config_file()).get("interface")
    except InputError:
        return None
    return value if isinstance(value, str) else None


def _command() -> typer.core.TyperGroup:
    """The subcommands with their help in the user's language; it was unknown when they were
    declared."""
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    _translate(group)
    return group


def _translate(group: typer.core.TyperGroup) -> None:
    for command in group.commands.values():
        command.help = command.help and _(command.help)
        for parameter in command.params:
            if isinstance(parameter, (typer.core.TyperOption, typer.core.TyperArgument)):
                parameter.help = in_words(parameter.help) if parameter.help else ""
        if isinstance(command, typer.core.TyperGroup):
            _translate(command)


def _told(command: Callable[P, int]) -> Callable[P, None]:
    """Turn a command's errors into words and exit codes."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
        except StudioError as error:
            report.print_error(error)
            code = BAD_INPUT if isinstance(error, InputError) else FAILED
        except KeyboardInterrupt:
            report.print_line(_("Interrupted. What was spoken is kept; run it again to go on."))
            code = INTERRUPTED
        raise typer.Exit(code)

    return run


@app.command(help=N_("Show how a script is read: its sentences, labels and sections."))
@_told
@taking(*READING)
def split(script: Script, as_json: Json = False, **flags: Any) -> int:
    read = _read(script, load_settings(flags))
    (report.print_split_json if as_json else report.print_split)(read)
    return DONE


@app.command(help=N_("Speak a script and write numbered WAVs. Goes on where it was interrupted."))
@_told
@taking(*READING, *SPEAKING)
def render(
    script: Script,
    out: Out = None,
    again: Annotated[
        bool,
        typer.Option(
            "--again", help=N_("Speak anew what was spoken before, but for what was accepted.")
        ),
    ] = False,
    as_json: Json = False,
    **flags: Any,
) -> int:
    from engine.progress import RenderProgress
    from engine.render import kept
    from engine.render import render as speak_and_export

    settings = load_settings(flags)
    name = settings.engine or DEFAULT_ENGINE
    speaker = open_engine(name, settings)
    with _open(script, settings, flags) as project:
        _check_writable(project)
        report.print_line(_("Engine: {name}").format(name=name))
        report.print_kept(kept(project, again=again), again=again)
        with RenderProgress(project) as progress:
            outcome = run_interruptible(
                speak_and_export(
                    project,
                    speaker,
                    out=out,
                    silence=settings.silence,
                    closing=closing_of(settings),
                    seed=settings.seed,
                    again=again,
                    listener=progress.hear,
                )
            )
        report.print_render(project, outcome, as_json=as_json)
        return DONE if outcome.stopped is None and outcome.export.ok else FAILED


@app.command(help=N_("Write the WAVs of what has been spoken so far."))
@_told
def export(
    script: Script,
    out: Out = None,
    only: Annotated[
        str | None, typer.Option(help=N_("`accepted`: leave out what nobody has accepted."))
    ] = None,
    dry_run: Annotated[
        bool, typer.Option(help=N_("Say what would be written; write nothing."))
    ] = False,
    as_json: Json = False,
) -> int:
    from engine.export import export_wavs

    if only not in (None, "accepted"):
        raise InputError(
            _("Unknown choice: --only {only}").format(only=only), _("Known choices: accepted.")
        )
    settings = load_settings()
    with _open(script, settings, {}, read_only=dry_run) as project:
        result = export_wavs(
            project,
            out=out,
            only_accepted=only == "accepted",
            dry_run=dry_run,
            silence=settings.silence,
        )
        report.print_export(result, dry_run=dry_run, as_json=as_json)
        return DONE if result.ok else FAILED


app.command(help=cut_command.HELP)(_told(cut_command.cut))
app.command(help=bench_command.HELP)(_told(bench_command.bench))
app.command(help=doctor_command.HELP)(_told(doctor_command.doctor))
app.add_typer(models_command.group(_told), name="models", help=models_command.HELP)
app.command(help=serve_command.HELP)(_told(serve_command.serve))


def _read(script: Path, settings: Settings) -> ScriptText:
    from engine.script import read_script

    return read_script(script, language=settings.language, hard_wrapped=settings.hard_wrapped)


def _open(
    script: Path, settings: Settings, flags: Mapping[str, Any], *, read_only: bool = False
) -> Project:
    read = _read(script, settings)
    project, _settings = open_project(script, read, flags, read_only=read_only)
    return project


def _check_writable(project: Project) -> None:
    if project.holder is not None:
        from engine.project.lock import held_elsewhere

        raise held_elsewhere(
            project.holder,
            _(
                "Close it there, or export what it has spoken with "
                "`tts-studio export --out FOLDER`."
            ),
        )
    if project.read_only:
        raise ReadOnlyProject(
            _("The project lies on a disk that is read-only: {folder}").format(
                folder=project.folder
            ),
            _("Copy the script to a folder that can be written to."),
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
