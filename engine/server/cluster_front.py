"""The front of a cluster: the server's own HTTP and queue, which speaks through replicas."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

from fastapi import FastAPI

from engine.backends.base import BackendInfo
from engine.domain import SpeechRequest
from engine.errors import (
    EngineBusy,
    EngineError,
    EngineLost,
    EngineStartError,
    SpeechFailed,
    StudioError,
)
from engine.i18n import _, use_language
from engine.server.app import create_app
from engine.server.cluster_speaker import Plan
from engine.server.front import Front
from engine.server.logs import use_log
from engine.server.upstream import Event
from engine.server_settings import ServerSettings
from engine.supervisor import WorkerState

_AGAIN_SECONDS = 2.0
# After which a cluster is asked again that has no replica to give.


class ClusterUpstream:
    """All the replicas, of which Ray Serve chooses one for each request: that with the fewest of
    two that it looks at. See :class:`engine.server.upstream.Upstream`.

    Args:
        speakers: Ray Serve's handle to them, a ``DeploymentHandle``.
    """

    def __init__(self, plan: Plan, speakers: Any) -> None:
        self._plan = plan
        self._speakers = speakers
        self._info: BackendInfo | None = None
        self._state = WorkerState("stopped")

    @property
    def state(self) -> WorkerState:
        return self._state

    async def start(self) -> None:
        self._state = WorkerState("starting")

    async def info(self) -> BackendInfo:
        """See :meth:`engine.server.upstream.Upstream.info`."""
        if self._info is None:
            try:
                said: BackendInfo | EngineStartError = await self._speakers.info.remote()
            except _ray_errors() as error:
                raise _lost(error) from error
            if isinstance(said, EngineStartError):
                self._state = WorkerState("failed", said)
                raise said
            # More may be in flight than the replicas of the moment hold: by what waits for one, Ray
            # Serve sees that another is wanted.
            capacity = self._plan.most_requests * self._plan.most_replicas
            self._info = replace(said, capacity=capacity)
            self._state = WorkerState("ready")
        return self._info

    async def condition(self) -> None:
        """Each replica has its own; Ray tells of its restarts."""

    async def speak(self, request: SpeechRequest) -> AsyncGenerator[Event, None]:
        """See :meth:`engine.server.upstream.Upstream.speak`."""
        answer = self._speakers.options(stream=True).speak.remote(request)
        try:
            async for said in answer:
                if isinstance(said, EngineStartError):
                    # It fails its checks of health, and will be replaced. Others may be well.
                    raise EngineBusy(said.title, said.hint, retry_after=_AGAIN_SECONDS)
                if isinstance(said, StudioError):
                    raise said
                yield said
        except _ray_errors() as error:
            raise _lost(error) from error
        finally:
            answer.cancel()

    def delivered(self) -> None:
        """Each replica sees by itself whether it is in a crash loop."""

    async def aclose(self) -> None:
        """Ray ends the replicas."""


class ClusterFront:
    """What Ray Serve runs as the ingress of the application."""

    async def __init__(self, plan: Plan, settings: ServerSettings, speakers: Any) -> None:
        use_language(plan.interface)
        use_log(as_json=settings.log_json)
        self._settings = settings
        upstream = ClusterUpstream(plan, speakers)
        self._front = Front(settings, upstream, closing=plan.closing, silence=plan.silence)
        # While it is going on, clients are told when to come back.
        self._loading = asyncio.create_task(self._front.start())

    def __serve_build_asgi_app__(self) -> FastAPI:
        return create_app(self._front, self._settings)

    async def loaded(self) -> BackendInfo | StudioError:
        """What speaks, as soon as it can, or why it can't."""
        try:
            return await asyncio.shield(self._loading)
        except StudioError as error:
            return error


def _ray_errors() -> tuple[type[Exception], ...]:
    exceptions = importlib.import_module("ray.exceptions")
    serve_exceptions = importlib.import_module("ray.serve.exceptions")
    return exceptions.RayError, serve_exceptions.RayServeException


def _lost(error: Exception) -> EngineError:
    """What an error of Ray's means for a request."""
    exceptions = importlib.import_module("ray.exceptions")
    if isinstance(error, exceptions.RayTaskError):
        return SpeechFailed(_("Something unforeseen went wrong."))
    if isinstance(error, exceptions.RayActorError):
        # It was ended with all that it was speaking: none of it is to blame.
        title = _("The engine's process ended in the middle of a sentence.")
        return EngineLost(title, from_outside=True)
    title = _("The cluster has nothing that speaks at the moment.")
    return EngineBusy(title, retry_after=_AGAIN_SECONDS)
