"""``tts-studio cut``: the cut finder for other people's scripts.

With ``--json`` one object is printed on stdout:

``start``, ``end``
    what to keep, in seconds
``status``
    ``ok``, ``doubled``, ``missing``, ``no_pause`` or ``unsure``: see :func:`engine.cuts.find_cut`
``score``
    from 0 to 1, the surest
``duration``
    of the whole recording, in seconds
``language``, ``closing``
    by which the cut was found: the full English name, and the closing phrase
``output``
    the path of the file that was asked for, or null
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine import report
from engine.arguments import Json, path_argument
from engine.closing import bare
from engine.domain import Cut
from engine.errors import AudioError, InputError
from engine.files import explain_os_error, write_atomic
from engine.i18n import N_, _
from engine.settings import load_settings
from engine.studio import closing_of

if TYPE_CHECKING:
    from engine.audio import Samples

HELP = N_(
    "Find where a text ends and its closing phrase begins. Exit code 0: found; 1: doubtful, listen "
    "to it; 2: bad input."
)

SURE = frozenset({"ok", "doubled"})
"""The cuts on which a script can rely; with any other, somebody should listen to the end."""

FOUND, DOUBTFUL = 0, 1


def cut(
    wav: Annotated[
        Path,
        typer.Argument(
            help=N_("A recording of the text and the closing phrase."),
            metavar="WAV",
            parser=path_argument,
            show_default=False,
        ),
    ],
    text: Annotated[
        str,
        typer.Option(
            help=N_("What is said before the phrase."), metavar="TEXT", show_default=False
        ),
    ],
    closing: Annotated[
        str | None,
        typer.Option(
            help=N_("The closing phrase that is said after it."),
            metavar="PHRASE",
            show_default="the one of the settings",
        ),
    ] = None,
    closing_take: Annotated[
        Path | None,
        typer.Option(
            help=N_("The phrase said alone in the same voice: the cut is surer with it."),
            metavar="WAV",
            parser=path_argument,
        ),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(help=N_("A code (ko) or an English name (Korean)."), show_default="guessed"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help=N_("A new WAV for what is kept: faded, with silence after it."),
            metavar="FILE",
            parser=path_argument,
        ),
    ] = None,
    as_json: Json = False,
) -> int:
    """Returns FOUND or DOUBTFUL; a doubtful cut is told and written all the same."""
    from engine.cuts import find_cut
    from engine.script.guessing import guess_language

    settings = load_settings({"language": language})
    _check_words(text, closing)
    name = settings.language or guess_language(text)
    phrase = closing_of(settings).phrase(name) if closing is None else bare(closing)
    samples, sample_rate = _read(wav)
    take = None if closing_take is None else _read_at(closing_take, sample_rate)
    found = find_cut(
        samples, sample_rate, text=text, closing=phrase, language=name, closing_take=take
    )
    if out is not None:
        _write(out, samples, sample_rate, found, settings.silence)
    cut_report = report.FoundCut(found, len(samples) / sample_rate, name, phrase, out)
    (report.print_cut_json if as_json else report.print_cut)(cut_report)
    return FOUND if found.status in SURE else DOUBTFUL


def _check_words(text: str, closing: str | None) -> None:
    from engine.script.layout import is_speakable

    if not text.strip():
        raise InputError(
            _("The text is empty."), _("Give the words of the recording after --text.")
        )
    if closing is not None and not is_speakable(closing):
        raise InputError(
            _("The closing phrase has no words."),
            _("Leave --closing out for the usual phrase of the language."),
        )


def _read(path: Path) -> tuple[Samples, int]:
    """As :func:`engine.audio.read_audio`, of what the user named."""
    from engine.audio import read_audio

    if path.is_dir():
        raise InputError(
            _("{path} is a folder.").format(path=path), _("Name a sound file that is in it.")
        )
    try:
        samples, sample_rate = read_audio(path)
    except AudioError as error:
        raise InputError(error.title, error.hint) from error
    if not len(samples):
        raise InputError(
            _("{name} holds no sound.").format(name=path.name),
            _("It has a head and no samples after it: {path}").format(path=path),
        )
    return samples, sample_rate


def _read_at(path: Path, sample_rate: int) -> Samples:
    from engine.audio import resample

    samples, own_rate = _read(path)
    return resample(samples, own_rate, sample_rate)


def _write(path: Path, samples: Samples, sample_rate: int, found: Cut, silence: float) -> None:
    """The delivered part as a 16-bit WAV of the recording's own rate. A file that is there is left
    alone, and it is no error that it holds just this."""
    from engine.audio import deliver, encode

    content = encode(deliver(samples, sample_rate, found, silence=silence), sample_rate, "wav")
    try:
        if os.path.lexists(path):
            if path.is_file() and path.read_bytes() == content:
                return
            raise InputError(
                _("{path} is there already, so it is kept.").format(path=path),
                _("Move or rename it, or give another name after --out."),
            )
        write_atomic(path, content)
    except (OSError, ValueError) as error:
        cause = error if isinstance(error, OSError) else OSError(str(error))
        raise AudioError(*explain_os_error(cause, path)) from error
