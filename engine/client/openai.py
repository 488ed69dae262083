"""OpenAI's speech API, streamed as server-sent events, with vLLM-Omni's names for Qwen3-TTS."""

from __future__ import annotations

import base64
import binascii
import ssl
from collections.abc import AsyncGenerator, Mapping
from dataclasses import asdict
from typing import Any, get_args

import httpx
from httpx_sse import ServerSentEvent, SSEError, aconnect_sse

from engine.client.answers import (
    authorization,
    lost,
    parsed,
    printable,
    refusal,
    whole_number,
)
from engine.client.bounded import PLAIN, bound
from engine.client.patience import Patience
from engine.client.voices import names_of
from engine.domain import (
    SAMPLE_RATE,
    AudioDelta,
    Endpoint,
    EngineInfo,
    FinishReason,
    MemoryOf,
    PeakMemory,
    SpeechDone,
    SpeechEvent,
    SpeechProgress,
    SpeechRequest,
)
from engine.errors import (
    EngineError,
    EngineLost,
    EngineStartError,
    SpeechFailed,
    SpeechRefused,
    WorkerLost,
)
from engine.i18n import _
from engine.worker.protocol import ENGINE_CRASHED, ENGINE_LOST, NOT_READY

IDLE_SECONDS = 120.0
"""Longest silence on the wire before an engine counts as stalled. Each piece of audio, and each
frame that is told of, moves the deadline, so a long sentence on a slow machine is safe; a first
sentence on a cold model is not quick."""

CONNECT_SECONDS = 10.0

SILENCE_SECONDS = 30.0
"""Longest time without a single byte. A live event loop sends a comment every 15 seconds, whatever
its model is doing, so this long a silence is a process that is stopped."""

_MOST_AT_ONCE = 256
# Requests, whatever a server says that it can hold.

_LONGEST_REASON = 1_000


class SpeechClient:
    """Connections to engines that speak this dialect.

    Args:
        trust_env: whether proxies of the environment apply; false for an engine on loopback.
        idle_seconds: see :data:`IDLE_SECONDS`.
        verify: whose certificates are trusted; True for those that the web trusts.

    Raises:
        EngineStartError: the environment names a proxy that cannot be used.
    """

    def __init__(
        self,
        *,
        trust_env: bool,
        idle_seconds: float = IDLE_SECONDS,
        verify: ssl.SSLContext | bool = True,
    ) -> None:
        self._patience = Patience(idle_seconds)
        try:
            self.http = httpx.AsyncClient(
                timeout=httpx.Timeout(
                    None, connect=CONNECT_SECONDS, read=max(SILENCE_SECONDS, idle_seconds)
                ),
                limits=httpx.Limits(max_connections=None),
                headers={"Accept-Encoding": PLAIN},
                event_hooks={"response": [bound]},
                trust_env=trust_env,
                verify=verify,
            )
        except (ImportError, ValueError, httpx.InvalidURL) as error:
            # The reason could repeat a password: the proxy's.
            raise EngineStartError(
                _("The proxy that the environment names cannot be used."),
                _("Mend HTTP_PROXY, HTTPS_PROXY and ALL_PROXY, or put the server into NO_PROXY."),
            ) from error

    async def health(self, endpoint: Endpoint) -> EngineInfo:
        """What the engine says of itself.

        Raises:
            EngineBusy: it is still loading.
            EngineLost: it can't be reached, or what answers is no engine.
            EngineStartError: the key is wrong.
        """
        try:
            response = await self.http.get(
                f"{endpoint.url}/health", headers=authorization(endpoint), timeout=CONNECT_SECONDS
            )
        except httpx.RequestError as error:
            raise lost(error) from error
        if not response.is_success:
            raise refusal(response.status_code, response.headers, response.content, endpoint)
        try:
            said = parsed(response.content)
            return EngineInfo(
                engine=printable(str(said["engine"])),
                model=printable(str(said["model"])),
                device=printable(str(said["device"])),
                dtype=printable(str(said["dtype"])),
                languages=tuple(printable(str(name)) for name in said["languages"]),
                capacity=min(max(1, whole_number(said["capacity"])), _MOST_AT_ONCE),
                version=printable(str(said["version"])),
                voices=names_of({"voices": said.get("voices")}),
                instructs=said.get("instructs"),
                clones=said.get("clones"),
                reason=printable(str(said.get("reason") or ""), _LONGEST_REASON),
                fingerprint=printable(str(said.get("fingerprint") or "")),
                max_batch=_count(said.get("max_batch")),
                memory=_memory(said.get("peak_memory")),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise _gibberish(_("its description of itself cannot be read")) from error

    def speak(
        self, endpoint: Endpoint, request: SpeechRequest
    ) -> AsyncGenerator[SpeechEvent, None]:
        """Have one request spoken by a worker or a server of ours; see :meth:`stream`."""
        return self.stream(endpoint, speech_body(request))

    async def stream(
        self, endpoint: Endpoint, body: Mapping[str, Any]
    ) -> AsyncGenerator[SpeechEvent, None]:
        """Have one request spoken. Closing the generator closes the connection, which cancels it.

        Raises:
            EngineError: one of its children; :class:`EngineLost` says ``from_outside`` because a
                client cannot know better.
        """
        finished = False
        self._patience.begin()
        try:
            async with aconnect_sse(
                self.http,
                "POST",
                f"{endpoint.url}/v1/audio/speech",
                headers=authorization(endpoint),
                json=body,
            ) as source:
                if not source.response.is_success:
                    answer = source.response
                    said = await answer.aread()
                    raise refusal(answer.status_code, answer.headers, said, endpoint)
                async for event in self._patience.each(source.aiter_sse()):
                    parsed = parse_event(event)
                    if parsed is None:
                        continue
                    finished = isinstance(parsed, SpeechDone)
                    yield parsed
                    if finished:
                        return
        except SSEError as error:
            raise _gibberish(_("it does not stream speech")) from error
        except httpx.RequestError as error:
            raise lost(error) from error
        if not finished:
            raise EngineLost(
                _("The engine broke off in the middle of a sentence."), from_outside=True
            )

    async def aclose(self) -> None:
        await self.http.aclose()


def _count(told: Any) -> int | None:
    return None if told is None else whole_number(told)


def _memory(told: Any) -> PeakMemory | None:
    if told is None or told["of"] not in get_args(MemoryOf):
        return None
    return PeakMemory(whole_number(told["bytes"]), told["of"])


def speech_body(request: SpeechRequest) -> dict[str, Any]:
    """The request as JSON. Only what was set is sent, so that a plain OpenAI server is content."""
    spoken = request.spoken
    body: dict[str, Any] = {
        "input": spoken.text,
        "response_format": "pcm",
        "stream_format": "sse",
        "language": spoken.language,
        "seed": request.seed,
    }
    optional = {
        "voice": spoken.voice,
        "instructions": spoken.instruct,
        "closing_phrase": request.closing_phrase,
        "max_new_tokens": request.max_frames,
        "speed": spoken.speed if spoken.speed != 1.0 else None,
    }
    body |= {name: value for name, value in optional.items() if value}
    sampling = asdict(request.sampling).items()
    # 0 is a wish too: a top_k of 0 leaves all codes.
    return body | {name: value for name, value in sampling if value is not None}


def parse_event(event: ServerSentEvent) -> SpeechEvent | None:
    """One event of the stream, or None for one that says nothing about speech.

    Raises:
        SpeechFailed: the engine reports an error of its own, or the event makes no sense.
        SpeechRefused: the engine reports that the request is at fault.
    """
    if event.data in ("", "[DONE]"):
        return None
    try:
        said = parsed(event.data)
        kind = said["type"]
        if kind == "speech.audio.delta":
            return AudioDelta(base64.b64decode(said["audio"], validate=True))
        if kind == "speech.audio.progress":
            return SpeechProgress(whole_number(said["frames"]))
        if kind == "speech.audio.done":
            return _done(said)
        if kind == "speech.audio.error":
            raise _typed_error(said["error"])
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise _unreadable() from error
    return None


def _done(said: dict[str, Any]) -> SpeechDone:
    rate = whole_number(said.get("sample_rate", SAMPLE_RATE))
    if rate != SAMPLE_RATE:
        raise SpeechRefused(
            _("The engine answers at {rate} Hz.").format(rate=rate),
            _("The studio works at {expected} Hz.").format(expected=SAMPLE_RATE),
        )
    reason = said.get("finish_reason", "unknown")
    if reason not in get_args(FinishReason):
        raise _unreadable()
    return SpeechDone(
        reason,
        whole_number(said.get("seed", 0)),
        whole_number(said.get("frames", 0)),
        _count(said.get("batch_size")),
    )


def _typed_error(error: Any) -> EngineError:
    told = error if isinstance(error, dict) else {"message": error}
    message = printable(str(told.get("message") or _("no reason was given")))
    if told.get("type") == "invalid_request_error":
        return SpeechRefused(_("The engine refused this sentence."), message)
    if told.get("code") in (ENGINE_LOST, ENGINE_CRASHED, NOT_READY):
        from_outside = told["code"] != ENGINE_CRASHED
        return WorkerLost(
            _("The engine broke off in the middle of a sentence."),
            message,
            from_outside=from_outside,
        )
    return SpeechFailed(_("The engine failed on this sentence."), message)


def _unreadable() -> SpeechFailed:
    # A fault of the answer, not of the connection: asked again for ever, it would come for ever.
    return SpeechFailed(
        _("The engine's answer cannot be read."), _("An event of its stream makes no sense.")
    )


def _gibberish(what: str) -> EngineLost:
    return EngineLost(
        _("What answers is not a speech engine that the studio knows."), what, from_outside=True
    )
