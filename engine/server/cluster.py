"""``tts-studio serve --ray``: the server on a cluster of Ray Serve, here or elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import io
import logging
import os
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from engine.backends.base import BackendInfo
from engine.errors import EngineStartError, InputError
from engine.i18n import _
from engine.server.cluster_front import ClusterFront
from engine.server.cluster_speaker import Plan, Speaker
from engine.server.run import listen, say_ready, signals
from engine.server_settings import ServerSettings

_APPLICATION = "tts-studio"

_LOCAL = {"address": "local", "include_dashboard": False, "object_store_memory": 100_000_000}
# For a cluster of this machine alone, whatever else runs on it. Speech goes from process to process
# in small pieces, which the store never sees.

_HEALTH = {"health_check_period_s": 2.0, "health_check_timeout_s": 30.0}
# Replaced after three bad answers in a row. One that is late may only be busy.

_ENDING = {"graceful_shutdown_wait_loop_s": 0.2, "graceful_shutdown_timeout_s": 5.0}
# For what is being spoken, as with a server on one machine.

_SCALING = {
    "metrics_interval_s": 1.0,
    "look_back_period_s": 5.0,
    "upscale_delay_s": 5.0,
    "downscale_delay_s": 600.0,
}
# A model takes a minute to load and a script minutes to speak: sooner up than Ray Serve's own
# half minute, and not down in the pause between two scripts.

_LOOK_SECONDS = 1.0

_KNOCK_SECONDS = 10.0
_LAST_PORT = 65_535


def serve_cluster(plan: Plan, settings: ServerSettings, say: Callable[[str], None]) -> int | None:
    """Serve until a signal comes; its number.

    Args:
        say: told, in words, what it is doing.

    Raises:
        InputError: Ray is not installed, or the cluster can't be reached, or has another door.
        EngineStartError: no replica can speak.
    """
    # Before the signals are taken, since Ray takes them for itself.
    _connect(settings)
    try:
        brought = _brings_serve(settings)
        if brought:
            # Ray Serve will, and would say less where another program does.
            listen(settings).close()
        try:
            return asyncio.run(_until_stopped(plan, settings, say))
        finally:
            _end(settings, brought=brought)
    finally:
        with _quiet():
            _ray().shutdown()


async def _until_stopped(
    plan: Plan, settings: ServerSettings, say: Callable[[str], None]
) -> int | None:
    with signals() as stopped:
        deploying = asyncio.create_task(asyncio.to_thread(_deploy, plan, settings))
        serving = asyncio.create_task(_serve(deploying, say))
        try:
            await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                serving.result()
            return await stopped
        finally:
            serving.cancel()
            await asyncio.wait({deploying, serving})


async def _serve(deploying: asyncio.Task[Any], say: Callable[[str], None]) -> None:
    front = await deploying
    loading = asyncio.ensure_future(front.loaded.remote())
    try:
        while not loading.done():
            await asyncio.wait({loading}, timeout=_LOOK_SECONDS)
            if not loading.done():
                await asyncio.to_thread(_check_deployed)
        said = loading.result()
    finally:
        loading.cancel()
    if not isinstance(said, BackendInfo):
        raise said
    say_ready(said, say)


def _connect(settings: ServerSettings) -> None:
    if settings.ray_address:
        # Else it would try for a quarter of an hour, behind a Ctrl+C that nothing hears. Not for a
        # cluster of this machine: its processes would be as impatient while they all start at once.
        os.environ.setdefault("RAY_NUM_REDIS_GET_RETRIES", "2")
    # Ray Serve gives its door five seconds to start, and ends it over and over where a machine is
    # slow or busy.
    os.environ.setdefault("RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S", "50")
    ray = _ray()
    importlib.import_module("ray.serve")
    for name in ("ray", "ray.serve"):
        # What it says at every start would stand among what people read. When it is imported, it
        # sets this itself.
        logging.getLogger(name).setLevel(logging.ERROR)
    where = {"address": settings.ray_address} if settings.ray_address else _LOCAL
    try:
        _knock(settings.ray_address)
        ray.init(**where, log_to_driver=False, logging_level="ERROR", configure_logging=False)
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(
            _("The cluster cannot be reached: {address}").format(address=where["address"]),
            _("Start it with `ray start --head`, of the same version ({reason}).").format(
                reason=str(error).partition("\n")[0]
            ),
        ) from error


def _knock(address: str) -> None:
    """See that somebody listens where a cluster is said to be: Ray would try for minutes.

    Raises:
        OSError: nobody does.
    """
    host, _colon, port = address.rpartition("://")[2].rpartition(":")
    if host and port.isdigit() and int(port) <= _LAST_PORT:
        socket.create_connection((host.strip("[]"), int(port)), _KNOCK_SECONDS).close()


def _door(settings: ServerSettings) -> dict[str, Any]:
    """Where clients reach it, as Ray Serve's ``HTTPOptions``."""
    return {
        "host": settings.host,
        "port": settings.port,
        "ssl_certfile": settings.tls_cert or None,
        "ssl_keyfile": settings.tls_key or None,
    }


def _brings_serve(settings: ServerSettings) -> bool:
    """Whether the cluster has no Ray Serve yet.

    Raises:
        InputError: it has one with another door. There is one door to all that it serves, and it
            stays as it was first asked for.
    """
    serving = importlib.import_module("ray.serve.context")
    client = serving._get_global_client(raise_if_no_controller_running=False)
    if client is None:
        return True
    there = client.http_config
    if any(getattr(there, name) != wanted for name, wanted in _door(settings).items()):
        raise InputError(
            _("Ray Serve is on this cluster already, at {host}, port {port}.").format(
                host=there.host, port=there.port
            ),
            _("Choose the same --host, --port and TLS files, or end the Ray Serve that is there."),
        )
    return False


def _deploy(plan: Plan, settings: ServerSettings) -> Any:
    """Ray Serve's handle to the front, which may still be starting."""
    serve = importlib.import_module("ray.serve")
    try:
        serve.start(
            http_options=_door(settings),
            logging_config={"log_level": "WARNING", "enable_access_log": False},
        )
    except (_ray().exceptions.RayError, OSError, RuntimeError) as error:
        raise EngineStartError(
            _("Ray Serve could not start here."),
            _("Try again when the machine is less busy ({reason}).").format(
                reason=str(error).strip().partition("\n")[0]
            ),
        ) from error
    plan = replace(plan, most_replicas=_most_replicas(settings, plan.backend))
    target = serve.RunTarget(_application(plan, settings), _APPLICATION, "/")
    [front] = serve.run_many([target], wait_for_applications_running=False)
    return front


def _application(plan: Plan, settings: ServerSettings) -> Any:
    serve = importlib.import_module("ray.serve")
    speakers = serve.deployment(
        Speaker,
        name="Speaker",
        max_ongoing_requests=plan.most_requests,
        ray_actor_options={
            "num_cpus": settings.ray_cpus,
            "num_gpus": _share_of_a_card(settings, plan.backend),
        },
        autoscaling_config={
            "min_replicas": settings.ray_least_replicas,
            "max_replicas": plan.most_replicas,
            "target_ongoing_requests": plan.requests,
            **_SCALING,
        },
        **_HEALTH,
        **_ENDING,
    ).bind(plan)
    front = serve.deployment(
        serve.ingress()(ClusterFront),
        name="Front",
        max_ongoing_requests=_everybody(settings),
        **_ENDING,
        # Its voices lie on the disk of the machine on which it was started.
        ray_actor_options={"num_cpus": 0, "resources": {_this_node(): 0.001}},
    )
    return front.bind(plan, settings, speakers)


def _everybody(settings: ServerSettings) -> int:
    """Requests that may be there at once: who waits, who is spoken to, and who asks for less. The
    front itself tells those that are too many."""
    return 4 * settings.max_waiting + 1_000


def _most_replicas(settings: ServerSettings, backend: str) -> int:
    """That there may be: as the settings say, else one for each card of the cluster."""
    share = _share_of_a_card(settings, backend)
    cards = int(_ray().cluster_resources().get("GPU", 0) / share) if share else 1
    return max(settings.ray_most_replicas or cards, settings.ray_least_replicas)


def _share_of_a_card(settings: ServerSettings, backend: str) -> float:
    has_cards = _ray().cluster_resources().get("GPU", 0) > 0
    return settings.ray_gpus if backend == "qwen" and has_cards else 0.0


def _this_node() -> str:
    own = {name for name in _ray().cluster_resources() if name.startswith("node:")}
    address = f"node:{_ray().util.get_node_ip_address()}"
    return address if address in own else "node:__internal_head__"


def _check_deployed() -> None:
    """Raises EngineStartError: Ray Serve has given up."""
    status = importlib.import_module("ray.serve").status()
    application = status.applications.get(_APPLICATION)
    if application is None or application.status not in ("DEPLOY_FAILED", "UNHEALTHY"):
        return
    told = [one.message for one in application.deployments.values() if one.message]
    lines = "\n".join((*told, application.message)).strip().splitlines()
    raise EngineStartError(_("The cluster could not start the engine."), "\n".join(lines[-4:]))


def _end(settings: ServerSettings, *, brought: bool) -> None:
    """Take from the cluster what this brought into it: Ray Serve too, unless another uses it."""
    serve = importlib.import_module("ray.serve")
    with _quiet():
        if settings.ray_address:
            serve.delete(_APPLICATION)
        if brought and not (settings.ray_address and serve.status().applications):
            serve.shutdown()


def _quiet() -> AbstractContextManager[Any]:
    """What Ray's processes call after each other as they are ended is nobody's concern."""
    return contextlib.redirect_stdout(io.StringIO())


def _ray() -> Any:
    """The library, which tells nobody that it is used.

    Raises:
        InputError: it is not installed.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        return importlib.import_module("ray")
    except ModuleNotFoundError as error:
        if error.name != "ray":
            raise
        raise InputError(
            _("Ray, which makes a cluster of machines, is not installed."),
            _('Install it, on each of them: pip install ".[cluster]"'),
        ) from error
