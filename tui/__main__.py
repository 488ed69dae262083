"""The program ``tts-studio``: a subcommand, or the desk."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import InputError, StudioError
from engine.i18n import _, pick_language, use_language
from engine.options import CLOSING, ENGINE, MODEL, READING, VOICE, Option, in_words
from engine.places import config_file

if TYPE_CHECKING:
    from tui.early import EarlySettings

SUBCOMMANDS = frozenset(
    {"render", "export", "split", "cut", "serve", "models", "voices", "bench", "doctor"}
)
DONE, FAILED, BAD_INPUT = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in SUBCOMMANDS:
        from engine.cli import main as cli_main

        return cli_main(arguments)
    from tui.early import read_early

    early = read_early(config_file())
    use_language(pick_language(early.interface))
    given = _parser().parse_args(arguments)
    if given.version:
        from importlib.metadata import version

        sys.stdout.write(f"tts-studio {version('tts-studio-tui')}\n")
        return DONE
    try:
        return _open_desk(given, early)
    except StudioError as error:
        _complain(error)
        return BAD_INPUT if isinstance(error, InputError) else FAILED


class _HelpFormatter(argparse.HelpFormatter):
    # What argparse says of itself is looked up in the catalogues of the system's language.
    def add_usage(
        self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None
    ) -> None:
        super().add_usage(usage, actions, groups, _("Usage: ") if prefix is None else prefix)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tts-studio",
        usage=_("tts-studio [SCRIPT] [options]   or   tts-studio COMMAND …"),
        description=_("A narrator's desk: a script in, reviewed and numbered WAVs out."),
        epilog=_("Commands without a screen: {names}. Each has its own --help.").format(
            names=", ".join(
                ("render", "export", "split", "cut", "serve", "models", "bench", "doctor")
            )
        ),
        allow_abbrev=False,
        add_help=False,
        formatter_class=_HelpFormatter,
    )
    script = parser.add_argument_group(_("Script"))
    script.add_argument(
        "script",
        nargs="?",
        metavar="SCRIPT",
        help=_("The text file to speak; without it, one is chosen on the screen."),
    )
    options = parser.add_argument_group(_("Options"))
    options.add_argument("-h", "--help", action="help", help=_("Show this help."))
    for option in (ENGINE, *READING, CLOSING):
        _add(options.add_argument, option)
    options.add_argument("--out", metavar="DIR", type=Path, help=_("The folder for the WAVs."))
    options.add_argument("--theme", metavar="NAME", help=_("studio-dark, studio-light, nord, …"))
    options.add_argument("--version", action="store_true", help=_("Print the version."))
    for title, group in ((_("Voice, for qwen"), VOICE), (_("Model, for qwen"), MODEL)):
        added = parser.add_argument_group(title)
        for option in group:
            _add(added.add_argument, option)
    return parser


def _add(add_argument: Callable[..., Any], option: Option) -> None:
    words = in_words(option.help)
    if option.metavar:
        add_argument(option.flag, metavar=option.metavar, help=words)
    else:
        switch = argparse.BooleanOptionalAction
        add_argument(option.flag, action=switch, default=None, help=words)


def _open_desk(given: argparse.Namespace, early: EarlySettings) -> int:
    """Read the script, then show it; without one, show those there are.

    Raises:
        InputError: there is nothing to show, or nowhere to show it, or a setting is wrong.
    """
    _check_terminal(given.script)
    gc.disable()  # until the first paint: see collect_garbage_again
    from engine.languages import language_name
    from engine.places import log_folder
    from engine.script import read_script
    from tui.early import Flags

    language = given.language or early.language
    names = ("language", "hard_wrapped")
    flags = Flags(
        engine=given.engine,
        language=language_name(language) if language else None,
        hard_wrapped=early.hard_wrapped if given.hard_wrapped is None else given.hard_wrapped,
        out=given.out,
        theme=given.theme,
        speaking={option.name: getattr(given, option.name) for option in (CLOSING, *VOICE, *MODEL)},
        elsewhere=frozenset(name for name in names if getattr(given, name) is None),
    )
    path, script = None, None
    if given.script is not None:
        path = Path(given.script)
        script = read_script(path, language=flags.language, hard_wrapped=flags.hard_wrapped)

    from tui.guards import guarded_terminal

    with guarded_terminal(log_folder()) as log:
        from tui.app import StudioApp

        app = StudioApp(
            path,
            script,
            flags,
            theme=given.theme or early.theme,
            keymap=early.keymap,
            welcome=True,
        )
        app.run()
    if app.refusal:
        raise app.refusal
    if app.return_code:
        raise StudioError(
            _("The studio was ended by a mistake of its own. What you did is kept."),
            _("The log says more: {log}").format(log=log),
        )
    return DONE


def _check_terminal(script: str | None) -> None:
    """Raises InputError where there is none to draw on."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        return
    if script is None:
        raise InputError(
            _("Which script? Name a text file."), _("For example: tts-studio narration.txt")
        )
    raise InputError(
        _("The desk needs a terminal."),
        _("Without one: tts-studio render {script}").format(script=script),
    )


def _complain(error: StudioError) -> None:
    for line in (error.title, error.hint):
        if line:
            sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
