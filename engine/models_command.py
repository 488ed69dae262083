"""``tts-studio models``: which models there are, and having them here or not.

With ``--json`` the list is one object on stdout: ``models``, each with ``name``, ``repository``,
``kind``, ``about``, ``instructs``, ``download_bytes``, ``memory_bytes`` by dtype, ``state``
(``here``, ``partly``, ``absent``), ``held_bytes`` and ``path``; and ``folder``, where they lie.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
import typer.core

from engine.arguments import Json
from engine.asking import confirmed
from engine.errors import InputError
from engine.i18n import N_, _
from engine.models.catalogue import CATALOGUE, Model, find_model
from engine.models.store import cache_folder, held_bytes, locate, repository_folder
from engine.report import print_line
from engine.sizes import shown_bytes

if TYPE_CHECKING:
    from engine.models.download import Download
    from engine.models.hub import Hub

HELP = N_("The models of qwen: list, download, path, remove. Without a word more, the list.")

DONE, FAILED, INTERRUPTED = 0, 1, 130

Name = Annotated[
    str, typer.Argument(help=N_("As the list has it."), metavar="NAME", show_default=False)
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=N_("Do it without asking."))]


class _ListFirst(typer.core.TyperGroup):
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        asks_for_help = bool(args) and args[0] in ctx.help_option_names
        if not asks_for_help and (not args or args[0].startswith("-")):
            args = ["list", *args]
        return super().parse_args(ctx, args)


def group(told: Callable[[Callable[..., int]], Callable[..., None]]) -> typer.Typer:
    """The commands, each wrapped by what turns its errors into words."""
    commands = typer.Typer(cls=_ListFirst, rich_markup_mode=None)
    commands.command("list", help=N_("What each can do and needs, and which are here."))(
        told(show_list)
    )
    commands.command(
        help=N_("Download models, after saying how much. Goes on where it was interrupted.")
    )(told(download))
    commands.command(help=N_("Print where a model lies, or where all of them do."))(told(path))
    commands.command(help=N_("Remove a downloaded model, after saying how much that frees."))(
        told(remove)
    )
    return commands


def show_list(as_json: Json = False) -> int:
    from engine.models_report import print_models, print_models_json

    (print_models_json if as_json else print_models)()
    return DONE


def download(
    names: Annotated[
        list[str],
        typer.Argument(help=N_("As the list has them."), metavar="NAME", show_default=False),
    ],
    yes: Yes = False,
) -> int:
    """Prints the folder of each on stdout."""
    models = list(dict.fromkeys(map(_named, names)))
    try:
        missing = [model for model in models if locate(model) is None]
        for model in models:
            if model not in missing:
                print_line(_("{name} is here already.").format(name=model.name))
                typer.echo(str(locate(model)))
        return _download(missing, yes=yes) if missing else DONE
    except KeyboardInterrupt:
        print_line(_("Interrupted. What has arrived is kept: the same command goes on from there."))
        return INTERRUPTED


def path(
    name: Annotated[
        str | None,
        typer.Argument(help=N_("As the list has it."), metavar="NAME", show_default=False),
    ] = None,
) -> int:
    if name is None:
        typer.echo(str(cache_folder()))
        return DONE
    model = _named(name)
    folder = locate(model)
    if folder is None:
        from engine.qwen_options import not_downloaded

        raise not_downloaded(model)
    typer.echo(str(folder))
    return DONE


def remove(name: Name, yes: Yes = False) -> int:
    from engine.models.removal import remove as remove_from_cache

    model = _named(name)
    folder = repository_folder(model)
    if not os.path.lexists(folder):
        print_line(_("{name} is not here.").format(name=model.name))
        return DONE
    freed = shown_bytes(held_bytes(model))
    print_line(
        _("{name} takes up {size} in {folder}").format(name=model.name, size=freed, folder=folder)
    )
    if not (yes or confirmed(_("Remove it?"), usually=False)):
        print_line(_("Nothing was removed."))
        return FAILED
    remove_from_cache(model)
    print_line(_("Removed: {size} are free again.").format(size=freed))
    return DONE


def _named(name: str) -> Model:
    model = find_model(name)
    if model is not None:
        return model
    if os.path.isdir(name):  # noqa: PTH112 - a name too long is none
        raise InputError(
            _("This is a folder of your own: {path}").format(path=name),
            _("Use it by its path (--model FOLDER); only you keep and remove it."),
        )
    raise InputError(
        _("Unknown model: {name}").format(name=name),
        _("Known models: {known}.").format(known=", ".join(model.name for model in CATALOGUE)),
    )


def _download(models: Sequence[Model], *, yes: bool) -> int:
    from engine.download_progress import DownloadProgress
    from engine.models.download import check_space, download, plan_download
    from engine.models.hub import Hub
    from engine.models.hub_access import hub_access

    hub = Hub(hub_access())
    downloads = [plan_download(hub, model) for model in models]
    missing = _announce(hub, downloads)
    check_space(downloads)
    if missing and not yes and not confirmed(_("Download now?"), usually=True):
        print_line(_("Nothing was downloaded."))
        return FAILED
    with DownloadProgress(downloads) as progress:
        folders = [download(hub, each, progress) for each in downloads]
    for each, folder in zip(downloads, folders, strict=True):
        print_line(_("{name} is here.").format(name=each.model.name))
        typer.echo(str(folder))
    return DONE


def _announce(hub: Hub, downloads: Sequence[Download]) -> int:
    """Say how much will be downloaded, from where and to where. Returns how many bytes."""
    from engine.models.download import free_bytes

    missing = 0
    for each in downloads:
        here = each.here_bytes()
        missing += each.total_bytes - here
        told = {"name": each.model.name, "size": shown_bytes(each.total_bytes - here)}
        if here:
            line = _("{name}: {size} to download; {here} of {total} are here already").format(
                **told, here=shown_bytes(here), total=shown_bytes(each.total_bytes)
            )
        else:
            line = _("{name}: {size} to download").format(**told)
        print_line(line)
    if len(downloads) > 1:
        print_line(_("Together: {size}").format(size=shown_bytes(missing)))
    print_line(
        _("From {host} to {folder} ({free} free)").format(
            host=hub.access.host, folder=cache_folder(), free=shown_bytes(free_bytes())
        )
    )
    return missing
