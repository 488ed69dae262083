"""Where the studio keeps what belongs to the user rather than to a script."""

from __future__ import annotations

from pathlib import Path

import platformdirs

APP = "tts-studio"


def config_file() -> Path:
    """The user's settings; may not exist."""
    return Path(platformdirs.user_config_dir(APP, appauthor=False)) / "config.toml"


def pronunciations_file() -> Path:
    """The user's own pronunciations; may not exist."""
    return config_file().with_name("pronunciations.toml")


def servers_file() -> Path:
    """The user's servers and their keys; may not exist."""
    return config_file().with_name("servers.toml")


def data_folder() -> Path:
    """Voices, prompts and the projects that cannot lie beside their script."""
    return _owned(Path(platformdirs.user_data_dir(APP, appauthor=False)))


def closing_takes_folder() -> Path:
    """The closing phrases, each as spoken alone in a voice."""
    return _owned(data_folder() / "closing_takes")


def voices_folder() -> Path:
    """The voices that clients of a server have registered."""
    return _owned(data_folder() / "voices")


def prompts_folder() -> Path:
    """What a model has heard in the clips that it clones."""
    return _owned(cache_folder() / "prompts")


def welcome_marker() -> Path:
    """Exists once the user has been welcomed."""
    return data_folder() / "welcomed"


def cache_folder() -> Path:
    """What can be made again."""
    return _owned(Path(platformdirs.user_cache_dir(APP, appauthor=False)))


def log_folder() -> Path:
    """Logs of the studio and of its workers."""
    return _owned(Path(platformdirs.user_log_dir(APP, appauthor=False)))


def worker_log(backend: str) -> Path:
    """What the workers of a backend say on standard error; may not exist."""
    return log_folder() / f"worker-{backend}.log"


def _owned(folder: Path) -> Path:
    # Readable by the owner alone: a cloned voice is personal.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
