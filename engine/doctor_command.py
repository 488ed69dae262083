"""``tts-studio doctor``: what of this machine speaks, and what mends the rest.

With ``--json`` one object is printed on stdout:

``ok``
    whether what was asked for can work
``engine``
    who would speak: as asked, else as the desk would choose
``findings``
    each with ``about``, one word; ``state``, ``well``, ``note`` or ``problem``; ``said`` and
    ``mend``, in words, the latter empty where nothing is to be done
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from typing import Any

from engine.arguments import Json
from engine.doctor.finding import Finding
from engine.flags import taking
from engine.i18n import N_, _
from engine.options import ENGINE, MODEL, VOICE
from engine.report import print_line
from engine.settings import Settings, load_settings
from engine.studio import check_engine, usual_engine

HELP = N_(
    "Say what of this machine speaks: packages, sound, models, and what qwen would choose. Exit "
    "code 1: what is asked for cannot work."
)

DONE, FAILED = 0, 1


@taking(ENGINE, *VOICE, *MODEL)
def doctor(as_json: Json = False, **flags: Any) -> int:
    """Returns DONE, or FAILED where what is asked for cannot work."""
    from engine.doctor.printing import all_well, print_findings, print_findings_json

    settings = load_settings(flags)
    engine = settings.engine or usual_engine()
    check_engine(engine)
    found = list(_look(engine, settings))
    (print_findings_json if as_json else print_findings)(engine, found)
    return DONE if all_well(found) else FAILED


def _look(engine: str, settings: Settings) -> Iterator[Finding]:
    from engine.doctor import checks

    yield from checks.studio()
    yield from checks.folders()
    yield checks.sound()
    preview = checks.preview_voice()
    yield preview if engine == "espeak" else preview.only_noted
    yield from checks.models()
    if importlib.util.find_spec("qwen_tts") is not None:
        print_line(_("Looking at the libraries of Qwen3-TTS takes some seconds …"))
    for finding in checks.qwen(settings):
        yield finding if engine == "qwen" else finding.only_noted
