"""Where a script's project lies: beside the script, or among the user's data."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from engine.errors import ProjectError
from engine.files import explain_os_error

DATABASE = "project.db"
TAKES = "takes"
SUFFIX = ".studio"

_NAME_BYTES = 100
# Room for the hash and the suffix within the 255 bytes that a name may have; a Hangul syllable
# takes three.


def find_folder(script: Path, data_home: Path | None, *, create: bool) -> Path:
    """The project folder of a script given by its absolute path.

    A project that exists is preferred to a better place, so that a folder which can be written to
    one day does not hide what was made before.

    Args:
        create: make the folder if there is none yet.

    Raises:
        ProjectError: no place can be written to.
    """
    near = beside(script)
    if has_project(near):
        return near
    far = among_user_data(script, data_home)
    if has_project(far):
        return far
    if create and not _made(near):
        _make_far(far, data_home)
        return far
    return near


def has_project(folder: Path) -> bool:
    """Whether a project was begun there."""
    # Unlike Path.is_file, it takes a name that is too long for one that is not there.
    return os.path.isfile(folder / DATABASE)  # noqa: PTH113


def beside(script: Path) -> Path:
    """Where a project belongs."""
    return script.with_name(script.name + SUFFIX)


def among_user_data(script: Path, data_home: Path | None) -> Path:
    """Where a project goes whose script lies in a folder that cannot be written to."""
    if data_home is None:
        # Most openings do without it.
        import platformdirs

        from engine.places import APP

        data_home = Path(platformdirs.user_data_dir(APP, appauthor=False))
    short = script.name.encode(errors="ignore")[:_NAME_BYTES].decode(errors="ignore")
    path = os.path.normcase(script).encode(errors="surrogatepass")
    return data_home / "projects" / f"{short}-{hashlib.sha256(path).hexdigest()[:12]}{SUFFIX}"


def _made(folder: Path) -> bool:
    try:
        _make(folder)
    except OSError:
        return False
    return True


def _make_far(folder: Path, data_home: Path | None) -> None:
    try:
        if data_home is None:
            from engine.places import data_folder

            # It makes the user's folder readable by its owner alone.
            data_folder()
        _make(folder)
    except OSError as error:
        raise ProjectError(*explain_os_error(error, folder)) from error


def _make(folder: Path) -> None:
    """Make the folder, or fail now rather than at the first take."""
    (folder / TAKES).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass
