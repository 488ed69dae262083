"""Removing a model from the hub's cache, and nothing else."""

from __future__ import annotations

import shutil

from engine.errors import ModelError
from engine.files import explain_os_error
from engine.i18n import _
from engine.models.catalogue import Model
from engine.models.store import repository_folder


def remove(model: Model) -> None:
    """Delete the folder that the cache keeps for a model of the catalogue. Links within it are
    removed, not followed.

    Raises:
        ModelError: it is a link to a folder that somebody put elsewhere, or it cannot be deleted.
    """
    folder = repository_folder(model)
    if folder.is_symlink():
        raise ModelError(
            _("This is a link to a folder of your own, so it is kept: {path}").format(path=folder),
            _("Remove the link yourself if you want to; the model lies in {target}.").format(
                target=folder.resolve()
            ),
        )
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise ModelError(*explain_os_error(error, folder)) from error
