"""Looks at one thing of the machine after the other. What would load a library that this process
does not, or one that could end it, is looked at in a process of its own."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

from engine import places
from engine.doctor.finding import Finding, problem
from engine.errors import StudioError
from engine.files import explain_os_error
from engine.i18n import VARIABLE, _, language
from engine.interrupt import run_interruptible
from engine.models.catalogue import CATALOGUE
from engine.models.store import cache_folder, held_bytes, locate
from engine.portaudio import no_portaudio
from engine.qwen_options import qwen_options
from engine.settings import Settings
from engine.sizes import shown_bytes
from engine.version import __version__
from engine.worker.protocol import OPTIONS_VARIABLE

_SUPPORTED = ((3, 10), (3, 13))

_SOMEBODY_ELSES = "tts-studio"
# On PyPI: another program, whose command has the same name as ours.

_SECONDS = 300.0
# A cold disk has been seen to take a minute over PyTorch.

_PLAYS = """
import sys
try:
    import sounddevice
except OSError:
    sys.exit(3)
try:
    print(sounddevice.query_devices(kind="output")["name"])
except (sounddevice.PortAudioError, ValueError):
    sys.exit(4)
"""
_NO_LIBRARY = 3


def studio() -> Iterator[Finding]:
    """The program itself and what it runs on."""
    version = sys.version_info[:2]
    said = f"Python {platform.python_version()}, {platform.system()}: {sys.executable}"
    if _SUPPORTED[0] <= version <= _SUPPORTED[1]:
        yield Finding("python", "well", said)
    else:
        lowest, highest = (".".join(map(str, part)) for part in _SUPPORTED)
        yield Finding(
            "python",
            "problem",
            said,
            _("Install the studio with a Python from {lowest} to {highest}.").format(
                lowest=lowest, highest=highest
            ),
        )
    yield Finding("studio", "well", f"TTS Studio {__version__}")
    try:
        other = metadata.version(_SOMEBODY_ELSES)
    except metadata.PackageNotFoundError:
        return
    yield Finding(
        "studio",
        "note",
        _("Another program with the same command is installed: {name} {version}.").format(
            name=_SOMEBODY_ELSES, version=other
        ),
        _("Remove it, and install this one again: {command}").format(
            command=f"pip uninstall {_SOMEBODY_ELSES}; pip install --force-reinstall --no-deps ."
        ),
    )


def folders() -> Iterator[Finding]:
    """The places of what is the user's."""
    yield _place(_("settings"), places.config_file)
    yield _place(_("data"), places.data_folder)
    yield _place(_("cache"), places.cache_folder)
    yield _place(_("logs"), places.log_folder)


def _place(name: str, find: Callable[[], Path]) -> Finding:
    try:
        path = find()
    except OSError as error:
        named = Path(error.filename or "")
        title, hint = explain_os_error(error, named)
        return Finding("folder", "problem", f"{name}: {title}", hint)
    folder = path if path.is_dir() else path.parent
    if folder.is_dir() and not os.access(folder, os.W_OK):
        return Finding(
            "folder",
            "problem",
            _("{name}: this folder cannot be written to: {path}").format(name=name, path=folder),
            _("Make it writable for you, or set another home folder."),
        )
    return Finding("folder", "well", f"{name}: {path}")


def sound() -> Finding:
    """Whether anything can be heard."""
    done = _child("-c", _PLAYS)
    if done.returncode == _NO_LIBRARY:
        return problem("sound", no_portaudio()).only_noted
    if done.returncode:
        return Finding(
            "sound",
            "note",
            _("No sound device was found."),
            _("Plug in headphones or speakers. Everything but listening works without."),
        )
    return Finding("sound", "well", done.stdout.strip())


def preview_voice() -> Finding:
    """Whether a worker starts, with the preview voice in it."""
    from engine.client.local import LocalEngine

    async def start() -> int:
        engine = LocalEngine("espeak")
        try:
            return len((await engine.ready()).languages)
        finally:
            await engine.aclose()

    try:
        count = run_interruptible(start())
    except StudioError as error:
        return problem("espeak", error)
    return Finding("espeak", "well", _("eSpeak NG, {count} languages").format(count=count))


def models() -> Iterator[Finding]:
    """What lies in the hub's cache."""
    here = [model for model in CATALOGUE if model.kind != "Tokenizer" and locate(model)]
    for model in here:
        yield Finding("model", "well", f"{model.name}: {locate(model)}")
    for model in CATALOGUE:
        held = 0 if model in here else held_bytes(model)
        if held and model.kind != "Tokenizer":
            yield Finding(
                "model",
                "note",
                _("{name} is not here whole: {size} of {total}").format(
                    name=model.name, size=shown_bytes(held), total=shown_bytes(model.download_bytes)
                ),
                _("To go on: {command}").format(command=f"tts-studio models download {model.name}"),
            )
    if not here:
        yield Finding(
            "model",
            "note",
            _("none in {folder}").format(folder=cache_folder()),
            _("To see which there are: {command}").format(command="tts-studio models"),
        )


def qwen(settings: Settings) -> Iterator[Finding]:
    """What the libraries of Qwen3-TTS say, and what would be chosen with these settings."""
    told = ""
    try:
        told = qwen_options(settings).model_dump_json()
    except StudioError as error:
        yield problem("choice", error)
    done = _child("-m", "engine.backends.qwen.report", options=told)
    try:
        yield from (Finding(**found) for found in json.loads(done.stdout))
    except (ValueError, TypeError):
        last = (done.stderr.strip().splitlines() or [""])[-1]
        yield Finding(
            "qwen",
            "problem",
            _("Looking at it ended without an answer: {reason}").format(
                reason=last or done.returncode
            ),
            _("Install it anew: {command}").format(
                command='pip install --force-reinstall ".[qwen]"'
            ),
        )


def _child(*arguments: str, options: str = "") -> subprocess.CompletedProcess[str]:
    """Run Python in a folder of its own: never the user's, whose ``numpy.py`` would be imported."""
    folder = places.cache_folder() / "worker"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONUTF8": "1",
                VARIABLE: language(),
                OPTIONS_VARIABLE: options,
                "HF_HUB_OFFLINE": "1",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(arguments, -1, "", str(error))
