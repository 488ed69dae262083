"""``tts-studio serve``: speech for other machines, over HTTP."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine import report
from engine.errors import InputError
from engine.flags import taking
from engine.i18n import N_, _, language
from engine.options import CLOSING, ENGINES, MODEL, VOICE, Option
from engine.settings import Settings, load_settings
from engine.studio import DEFAULT_ENGINE, closing_of
from engine.version import __version__

if TYPE_CHECKING:
    import socket

    from engine.server_settings import ServerSettings
    from engine.supervisor import WorkerState

Say = Callable[[str], None]
"""Tells people what the server is doing."""

HELP = N_("Speak for other machines, over HTTP. Exit code 130: ended by Ctrl+C; 2: bad settings.")

DONE, INTERRUPTED = 0, 130

_OPTIONS = (
    Option("engine", N_("Who speaks: {engines}."), "NAME"),
    CLOSING,
    *(option for option in VOICE if option.name != "consent"),
    *MODEL,
)
# A server speaks by itself, and its own clip is its owner's business.


@taking(*_OPTIONS)
def serve(
    host: Annotated[
        str | None,
        typer.Option(
            help=N_("Where to listen: 127.0.0.1 for this machine alone, 0.0.0.0 for the network."),
            metavar="ADDRESS",
            show_default="127.0.0.1",
        ),
    ] = None,
    port: Annotated[
        str | None, typer.Option(help=N_("The port."), metavar="N", show_default="7860")
    ] = None,
    tls_cert: Annotated[
        str | None,
        typer.Option(help=N_("For HTTPS: the file of the certificate, in PEM."), metavar="FILE"),
    ] = None,
    tls_key: Annotated[
        str | None,
        typer.Option(help=N_("For HTTPS: the file of its private key, in PEM."), metavar="FILE"),
    ] = None,
    log_text: Annotated[
        bool | None,
        typer.Option(
            "--log-text/--no-log-text",
            help=N_("Write what is spoken into the log."),
            show_default=False,
        ),
    ] = None,
    log_json: Annotated[
        bool | None,
        typer.Option(
            "--log-json/--no-log-json",
            help=N_("Write the log as JSON, an object a line, with one for each request."),
            show_default=False,
        ),
    ] = None,
    ray: Annotated[
        bool | None,
        typer.Option(
            "--ray/--no-ray",
            help=N_("Speak by a cluster of Ray Serve, with as many models as it has cards."),
            show_default=False,
        ),
    ] = None,
    ray_address: Annotated[
        str | None,
        typer.Option(
            help=N_("The cluster; without it, one is made of this machine."), metavar="HOST:PORT"
        ),
    ] = None,
    init: Annotated[
        bool,
        typer.Option(
            "--init", help=N_("Write a file .env here, with every setting and a fresh key.")
        ),
    ] = False,
    **flags: Any,
) -> int:
    """Returns DONE where a service manager ended it, INTERRUPTED for Ctrl+C."""
    if init:
        return _init()
    from engine.server_settings import load_server_settings

    own = {"host": host, "port": port, "tls_cert": tls_cert, "tls_key": tls_key}
    logs = {"log_text": log_text, "log_json": log_json}
    server_settings = load_server_settings({**own, **logs, "ray": ray, "ray_address": ray_address})
    settings = load_settings(flags)
    name = settings.engine or DEFAULT_ENGINE
    _check_engine(name)
    from engine.server.logs import use_log

    say = use_log(as_json=server_settings.log_json)
    served = _serve_cluster if server_settings.ray else _serve
    ended_by = served(server_settings, name, settings, say)
    say(_("The server has ended."))
    return INTERRUPTED if ended_by == signal.SIGINT else DONE


def _check_engine(name: str) -> None:
    """Raises InputError: this machine has no such engine; another server is none."""
    if name not in ENGINES:
        raise InputError(
            _("A server cannot speak by this engine: {name}").format(name=name),
            _("Known engines: {known}").format(known=", ".join(ENGINES)),
        )


def _init() -> int:
    from engine.server_dotenv import write_dotenv

    path = write_dotenv(Path.cwd())
    report.print_line(_("Written, with a fresh key: {path}").format(path=path))
    report.print_line(_("The other machine needs that key: on its desk Alt+E, then i."))
    if os.name == "nt":
        report.print_line(_("Let nobody else read it: Properties, Security."))
    return DONE


def _serve(server_settings: ServerSettings, name: str, settings: Settings, say: Say) -> int | None:
    from engine.server.front import Front
    from engine.server.run import listen, serve
    from engine.server.upstream import WorkerUpstream

    async def served(listener: socket.socket) -> int | None:
        upstream = WorkerUpstream(
            name, options=_options(settings, name), on_state=partial(tell, say)
        )
        front = Front(
            server_settings, upstream, closing=closing_of(settings), silence=settings.silence
        )
        return await serve(front, server_settings, listener, say)

    with listen(server_settings) as listener:
        introduce(server_settings, name, listener.getsockname()[:2], say)
        return asyncio.run(served(listener))


def _serve_cluster(
    server_settings: ServerSettings, name: str, settings: Settings, say: Say
) -> int | None:
    from engine.server.cluster import serve_cluster
    from engine.server.cluster_speaker import Plan
    from engine.server.run import listen

    address = (server_settings.host, server_settings.port)
    try:
        # Ray Serve opens a socket of its own: this one finds out whether the address is to be had.
        with listen(server_settings) as listener:
            address = listener.getsockname()[:2]
    except InputError:
        # On a cluster that runs, it may be Ray Serve itself that has it.
        if not server_settings.ray_address:
            raise
    introduce(server_settings, name, address, say)
    plan = Plan(
        name,
        options=_options(settings, name),
        closing=closing_of(settings),
        silence=settings.silence,
        interface=language(),
        requests=server_settings.ray_requests,
    )
    return serve_cluster(plan, server_settings.model_copy(update={"port": address[1]}), say)


def _options(settings: Settings, name: str) -> str:
    """What the backend is told."""
    if name != "qwen":
        return ""
    from engine.qwen_options import qwen_options

    return qwen_options(settings).model_copy(update={"clips_by_request": True}).model_dump_json()


def introduce(settings: ServerSettings, name: str, bound: tuple[str, int], say: Say) -> None:
    """Say what this is, and how it is reached.

    Args:
        bound: the host and the port that it listens on.
    """
    from engine.places import log_folder
    from engine.server.reachable import addresses

    say(
        _("TTS Studio {version} serves speech by {engine}.").format(
            version=__version__, engine=name
        )
    )
    address = addresses(*bound, tls=bool(settings.tls_cert))
    say(_("Address: {address}").format(address=address))
    if settings.on_loopback:
        say(_("Only this machine reaches it; for others: --host 0.0.0.0"))
    if settings.api_key:
        say(_("Key: clients send it as Authorization: Bearer KEY."))
    else:
        say(_("Key: none. `tts-studio serve --init` makes one."))
    say(_("The engine's log: {folder}").format(folder=log_folder()))
    say(_("Loading …"))


def tell(say: Say, state: WorkerState) -> None:
    """Say what becomes of the worker."""
    if state.kind in ("restarting", "failed") and state.error is not None:
        say(_("The engine: {reason}").format(reason=state.error))
