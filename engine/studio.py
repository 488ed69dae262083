"""From what flags and settings say to an open project and an engine."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.addresses import is_address, server_address
from engine.client.base import Engine
from engine.closing import Closing
from engine.domain import Script
from engine.errors import InputError
from engine.i18n import _
from engine.models.store import present
from engine.options import ENGINES
from engine.project import Project
from engine.pronunciation_file import user_rules
from engine.qwen_options import qwen_options
from engine.recent import remember
from engine.script import read_script
from engine.settings import Settings, load_settings

DEFAULT_ENGINE = "espeak"
"""Who speaks where nobody has chosen and there is no screen."""

LAST_ENGINE = "engine"
"""The key of the setting under which a project keeps the engine of its last visit to the desk."""


def open_project(
    path: Path, script: Script, flags: Mapping[str, Any], *, read_only: bool = False
) -> tuple[Project, Settings]:
    """The project of a script, and the settings that hold for it.

    The script is remembered as one that was opened lately. A language that was asked for is the
    project's from then on, and that of its sentences.

    Args:
        flags: as given on the command line; None values count as not given.
        read_only: change nothing on the disk.

    Raises:
        ProjectError: it cannot be opened.
        InputError: a setting cannot be used.
    """

    def reread(hard_wrapped: bool) -> Script:
        if load_settings(flags).hard_wrapped is not None:
            return script  # as the user wants it
        return read_script(path, language=script.language, hard_wrapped=hard_wrapped)

    project = Project.open(path, script, read_only=read_only, rules=user_rules(), reread=reread)
    if not read_only:
        with contextlib.suppress(OSError):
            remember(project.script_path)
    try:
        settings = load_settings(flags, project=remembered(project))
        if settings.language and settings.language != project.language and not project.read_only:
            project.set_language(settings.language)
    except BaseException:
        project.close()
        raise
    return project, settings


def remembered(project: Project) -> dict[str, Any]:
    """The settings that the project keeps of its last visit to the desk; None where it has none."""
    return {"engine": project.get_setting(LAST_ENGINE) or None, "language": project.language}


def closing_of(settings: Settings) -> Closing:
    """When a closing phrase is said, and which, by the settings."""
    return Closing(settings.closing, settings.closing_phrases)


def usual_engine() -> str:
    """Who speaks at a desk where nobody has chosen: qwen where it is installed and a model is
    here, else the preview voice. Imports neither; blocks for as long as the disk does."""
    if importlib.util.find_spec("qwen_tts") is None:
        return DEFAULT_ENGINE
    return "qwen" if present() else DEFAULT_ENGINE


def check_engine(name: str) -> None:
    """Raises InputError: there is no such engine; the hint lists those there are."""
    if is_address(name):
        server_address(name)  # refuses what is none
    elif name not in ENGINES:
        raise InputError(
            _("Unknown engine: {name}").format(name=name),
            _("Known engines: {known}, or the address of a server: http://host:7860").format(
                known=", ".join(ENGINES)
            ),
        )


def open_engine(name: str, settings: Settings) -> Engine:
    """The engine of this name, not yet started.

    Raises:
        InputError: there is no such engine; the hint lists those there are. Or the settings ask
            for what it can't do.
        EngineStartError: its model is not on this machine.
    """
    check_engine(name)
    if is_address(name):
        from engine.remote_options import remote_engine

        return remote_engine(server_address(name), settings)
    from engine.client.local import LocalEngine

    if name != "qwen":
        return LocalEngine(name)
    options = qwen_options(settings)
    return LocalEngine(name, options=options.model_dump_json(), loads=options.model)
