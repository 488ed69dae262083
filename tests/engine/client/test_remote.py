"""The studio and each kind of server, over real ports: found out, asked, waited for."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
import threading
from collections.abc import AsyncIterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import soundfile
from fastapi import FastAPI
from fastapi.responses import RedirectResponse, Response

from engine.client.base import EngineChanged
from engine.client.remote import BREAKS, RemoteEngine
from engine.client.wishes import Wishes
from engine.closing import PHRASES, padded
from engine.domain import (
    AudioDelta,
    Endpoint,
    EngineInfo,
    SpeechDone,
    SpeechEvent,
    SpeechRequest,
    Spoken,
)
from engine.errors import EngineError, EngineLost, EngineStartError, SpeechFailed, SpeechRefused
from tests.engine.client.imitations.others import Guide, Plain, speechless
from tests.engine.client.imitations.speaking import heard_pitch, pitch, said, serving
from tests.engine.client.imitations.studio import Studio
from tests.engine.client.imitations.vllm_omni import VllmOmni
from tests.engine.worker.running import TOKEN, RunningWorker

TEXT = "안녕하세요, 여러분."
REQUEST = SpeechRequest(Spoken(TEXT, "Korean"), seed=7, max_frames=400)
VIVIAN = SpeechRequest(Spoken(TEXT, "Korean", voice="vivian"), seed=7)
QUICK = (0.02,)


@contextlib.asynccontextmanager
async def engine_at(
    url: str, key: str = "", wishes: Wishes | None = None
) -> AsyncIterator[RemoteEngine]:
    engine = RemoteEngine(Endpoint(url, key), wishes or Wishes(), waits=QUICK)
    try:
        yield engine
    finally:
        await engine.aclose()


async def heard(engine: RemoteEngine, request: SpeechRequest = REQUEST) -> list[SpeechEvent]:
    return [event async for event in engine.speak(request)]


def samples_of(events: list[SpeechEvent]) -> np.ndarray:
    pcm = b"".join(event.pcm for event in events if isinstance(event, AudioDelta))
    return np.frombuffer(pcm, dtype="<i2")


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "목소리 clip.wav"
    soundfile.write(path, said("reference", 16_000), 16_000)
    return path


# What answers


async def test_a_worker_of_ours_is_known_by_what_it_tells_and_says_the_same_through_it() -> None:
    with RunningWorker() as worker:
        async with engine_at(worker.url, TOKEN) as engine:
            info = await engine.ready()
            events = await heard(engine)
    assert (info.server, info.engine, info.device) == ("studio", "espeak", "cpu")
    done = events[-1]
    assert isinstance(done, SpeechDone)
    assert (done.finish_reason, done.seed) == ("stop", 7)
    assert len(samples_of(events)) > 12_000


async def test_vllm_omni_streams_and_is_told_seed_language_and_limit() -> None:
    server = VllmOmni()
    async with serving(server.app) as url, engine_at(url) as engine:
        info = await engine.ready()
        events = await heard(engine)
    assert (info.server, info.engine, info.model) == ("vllm-omni", "qwen", server.model)
    assert info.voices == ("vivian", "ryan", "sohee")
    (body,) = server.asked
    assert (body.seed, body.language, body.max_new_tokens) == (7, "Korean", 400)
    assert body.stream
    assert len(events) > 2
    assert np.array_equal(samples_of(events), said(TEXT))
    assert events[-1] == SpeechDone("stop", 7, len(said(TEXT)) // 1920)


async def test_a_plain_server_is_asked_for_a_file_which_is_heard_at_the_studios_rate() -> None:
    server = Plain(rate=44_100)
    async with serving(server.app) as url, engine_at(url) as engine:
        info = await engine.ready()
        events = await heard(engine)
    assert (info.server, info.engine, info.model) == ("openai", "server", "kokoro")
    (body,) = server.asked
    assert (body.model, body.voice, body.response_format) == ("kokoro", "af_heart", "wav")
    samples = samples_of(events)
    assert len(samples) == pytest.approx(len(said(TEXT)), abs=2)
    assert heard_pitch(samples, 24_000) == pytest.approx(pitch(TEXT), abs=1)
    assert events[-1] == SpeechDone("unknown", 7, len(samples) // 1920)


async def test_a_plain_server_that_tells_of_nothing_is_asked_with_openais_own_names() -> None:
    server = Plain(models=(), voices=())
    async with serving(server.app) as url, engine_at(url) as engine:
        assert (await engine.ready()).server == "openai"
        await heard(engine)
    assert (server.asked[0].model, server.asked[0].voice) == ("tts-1", "alloy")


@pytest.mark.parametrize("answered", ["pcm", "flac", "mp3", "ogg"])
async def test_whatever_format_a_server_answers_in_is_heard(answered: str) -> None:
    server = Plain(rate=24_000)
    server.answer_format = answered
    async with serving(server.app) as url, engine_at(url) as engine:
        samples = samples_of(await heard(engine))
    assert heard_pitch(samples, 24_000) == pytest.approx(pitch(TEXT), abs=2)


async def test_a_guides_server_is_told_the_text_alone_and_no_closing_phrase() -> None:
    server = Guide()
    async with serving(server.app) as url, engine_at(url, server.key) as engine:
        info = await engine.ready()
        await heard(engine)
    assert (info.server, info.engine, info.capacity) == ("tts-clone", "tts-clone", 1)
    assert server.asked == [TEXT]


async def test_finding_out_makes_no_server_speak() -> None:
    plain, guide, omni = Plain(), Guide(), VllmOmni()
    for server, key in ((plain, ""), (guide, guide.key), (omni, "")):
        async with serving(server.app) as url, engine_at(url, key) as engine:
            await engine.ready()
    assert [plain.asked, guide.asked, omni.asked] == [[], [], []]


async def test_what_is_no_server_of_speech_is_told_at_once() -> None:
    async with serving(speechless()) as url, engine_at(url) as engine:
        with pytest.raises(EngineStartError, match="no server that speaks"):
            await engine.ready()


async def test_a_web_server_that_serves_files_is_no_server_of_speech(tmp_path: Path) -> None:
    handler = functools.partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as files:
        threading.Thread(target=files.serve_forever, daemon=True).start()
        try:
            async with engine_at(f"http://127.0.0.1:{files.server_port}") as engine:
                with pytest.raises(EngineStartError, match="no server that speaks"):
                    await engine.ready()
        finally:
            files.shutdown()


async def test_the_key_does_not_follow_a_server_to_another_address() -> None:
    app, elsewhere = FastAPI(), Plain()
    async with serving(elsewhere.app) as other:
        app.get("/{path:path}")(lambda: RedirectResponse(f"{other}/health"))
        async with serving(app) as url, engine_at(url, "secret") as engine:
            with pytest.raises(EngineStartError, match="another address") as caught:
                await engine.ready()
    assert other in caught.value.hint


# What it is asked for


async def test_the_closing_phrase_is_put_after_the_text_where_no_field_is_for_it() -> None:
    request = SpeechRequest(REQUEST.spoken, 7, 400, PHRASES["ko"])
    omni, plain = VllmOmni(), Plain()
    for server in (omni, plain):
        async with serving(server.app) as url, engine_at(url) as engine:
            await heard(engine, request)
        assert server.asked[0].input == padded(TEXT, PHRASES["ko"])


@pytest.mark.parametrize("spoken", [
    Spoken(TEXT, "Korean"),
    Spoken("Hello.", "English", voice="ryan", instruct="Whisper."),
    Spoken("Hello.", "", voice="Sohee", speed=1.5),
    Spoken("Bonjour.", "French", instruct="x" * 500, speed=0.5),
])  # fmt: skip
@pytest.mark.parametrize("phrase", ["", PHRASES["en"]])
async def test_vllm_omni_accepts_every_request_for_a_ready_made_voice(
    spoken: Spoken, phrase: str
) -> None:
    server = VllmOmni()
    async with serving(server.app) as url, engine_at(url) as engine:
        events = await heard(engine, SpeechRequest(spoken, 2**31, 4096, phrase))
    assert isinstance(events[-1], SpeechDone)
    assert server.asked[0].instructions == (spoken.instruct or None)


@pytest.mark.parametrize("words", ["What is said in it.", ""])
async def test_vllm_omni_is_sent_the_clip_itself_never_a_path(clip: Path, words: str) -> None:
    server = VllmOmni("Base")
    wishes = Wishes(clip_file=clip, clip_words=words, consent=True)
    async with serving(server.app) as url, engine_at(url, wishes=wishes) as engine:
        info = await engine.ready()
        await heard(engine)
        await heard(engine, SpeechRequest(Spoken(TEXT, "Korean", voice="목소리 clip"), 7))
    assert info.voices == ("목소리 clip",)
    for body in server.asked:
        assert body.task_type == "Base"
        assert body.ref_audio is not None
        assert body.ref_audio.startswith("data:audio/wav;base64,")
        assert (body.ref_text or "") == words
        assert body.voice is None


async def test_vllm_omni_is_told_of_a_voice_to_be_made_up() -> None:
    server = VllmOmni("VoiceDesign")
    wishes = Wishes(describe="An old sailor.")
    async with serving(server.app) as url, engine_at(url, wishes=wishes) as engine:
        await heard(engine, SpeechRequest(Spoken(TEXT, "Korean", instruct="Angry."), 7))
    assert server.asked[0].task_type == "VoiceDesign"
    assert server.asked[0].instructions == "An old sailor. Angry."


async def test_a_stream_of_vllm_omni_that_breaks_off_at_its_limit_was_stopped_by_length() -> None:
    server = VllmOmni()
    server.limit = 12
    async with serving(server.app) as url, engine_at(url) as engine:
        events = await heard(engine, SpeechRequest(REQUEST.spoken, 7, max_frames=12))
    assert events[-1] == SpeechDone("length", 7, 12)


@pytest.mark.parametrize("words", ["What is said in it.", ""])
async def test_a_server_of_ours_is_sent_a_clip_once_and_asked_for_it_by_its_hash(
    clip: Path, words: str
) -> None:
    server = Studio()
    wishes = Wishes(clip_file=clip, clip_words=words, consent=True)
    infos: list[EngineInfo] = []
    async with serving(server.app) as url:
        for _session in range(2):
            async with engine_at(url, wishes=wishes) as engine:
                infos.append(await engine.ready())
                await heard(engine)
                await heard(engine, SpeechRequest(Spoken(TEXT, "Korean", voice="목소리 clip"), 7))
    (registered,) = server.uploads
    assert [body["voice"] for body in server.asked] == [registered] * 4
    assert server.voices == {registered: words}
    info = infos[-1]
    assert registered in info.fingerprint
    assert (info.voices, info.capacity) == (("목소리 clip",), 3)
    assert str(clip) not in repr(server.asked)


async def test_a_clip_that_a_server_of_ours_has_forgotten_is_sent_to_it_again(clip: Path) -> None:
    server = Studio()
    wishes = Wishes(clip_file=clip, consent=True)
    async with serving(server.app) as url, engine_at(url, wishes=wishes) as engine:
        await heard(engine)
        server.voices.clear()
        with pytest.raises(EngineLost, match="not the same any more") as caught:
            await heard(engine)
        assert caught.value.from_outside
        assert isinstance((await heard(engine))[-1], SpeechDone)
        with pytest.raises(SpeechRefused, match="refused"):
            await heard(engine, SpeechRequest(Spoken(TEXT, "Korean", voice="nobody"), 7))
    assert len(server.uploads) == 2


async def test_a_server_of_ours_that_speaks_with_another_model_is_found_out_anew() -> None:
    server = Studio(voices=["vivian"])
    told: list[EngineChanged] = []
    async with serving(server.app) as url, engine_at(url) as engine:
        engine.on_state = told.append
        await heard(engine, VIVIAN)
        server.health["model"] = "Qwen3-TTS-12Hz-0.6B-CustomVoice"
        with pytest.raises(EngineLost, match="not the same any more"):
            await heard(engine, VIVIAN)
        await heard(engine, VIVIAN)
    assert [change.state for change in told] == ["starting", "ready", "ready"]
    assert told[-1].info is not None
    assert told[-1].info.model == "Qwen3-TTS-12Hz-0.6B-CustomVoice"
    assert len(server.asked) == 2


@pytest.mark.parametrize("clones", [False, True])
async def test_a_voice_that_cannot_be_had_is_told_before_anything_is_spoken(
    clip: Path, clones: bool
) -> None:
    """A clip for a server that clones none; and none for one that has no other voice."""
    server = Studio(clones=clones)
    wishes = Wishes() if clones else Wishes(clip_file=clip)
    async with serving(server.app) as url, engine_at(url, wishes=wishes) as engine:
        with pytest.raises(EngineStartError, match="voice") as caught:
            await heard(engine)
        assert "--ref-audio" in caught.value.hint
        assert "consent" not in caught.value.hint
    assert not server.asked


async def test_no_clip_leaves_this_machine_without_its_speakers_consent(clip: Path) -> None:
    cloner, studio = VllmOmni("Base"), Studio()
    wishes = Wishes(clip_file=clip)
    for server in (cloner, studio):
        async with serving(server.app) as url, engine_at(url, wishes=wishes) as engine:
            with pytest.raises(EngineStartError, match="leave this machine") as caught:
                await engine.ready()
        assert "--consent" in caught.value.hint
    assert not studio.uploads


# What is said at once


@pytest.mark.parametrize("key", ["", "wrong-key"])
async def test_a_wrong_key_is_told_at_once_and_never_repeated(key: str) -> None:
    for server in (Plain(key="right"), VllmOmni(key="right"), Guide()):
        async with serving(server.app) as url, engine_at(url, key) as engine:
            with pytest.raises(EngineError) as caught:
                await heard(engine)
        assert isinstance(caught.value, EngineStartError)
        assert "key" in caught.value.title
        assert "wrong-key" not in str(caught.value)
        assert "Engines" in caught.value.hint


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        (Wishes(model="nothing-3"), "no model of this name: nothing-3"),
        (Wishes(voice="nobody"), "no voice of this name: nobody"),
    ],
)
async def test_a_wrong_model_or_voice_is_told_at_once_with_those_there_are(
    wishes: Wishes, words: str
) -> None:
    for server, known in ((Plain(), ("kokoro", "af_heart")), (VllmOmni(), ("Qwen3", "sohee"))):
        async with serving(server.app) as url, engine_at(url, wishes=wishes) as engine:
            with pytest.raises(EngineStartError) as caught:
                await engine.ready()
        assert words in caught.value.title
        assert any(name in caught.value.hint for name in known)


async def test_a_voice_of_one_row_that_is_not_there_fails_that_row_alone() -> None:
    for server in (Plain(), VllmOmni()):
        async with serving(server.app) as url, engine_at(url) as engine:
            with pytest.raises(SpeechRefused, match="refused") as caught:
                await heard(engine, SpeechRequest(Spoken(TEXT, "Korean", voice="nobody"), 7))
            assert "nobody" in caught.value.hint
            await heard(engine)


async def test_what_a_server_says_cannot_move_the_cursor_or_fill_the_screen() -> None:
    server = Plain()
    body = '{"detail": "\\u001b[2J\\u202e[bold]' + "x" * 5000 + '"}'
    server.turned_away = [Response(body, 400, media_type="application/json")]
    async with serving(server.app) as url, engine_at(url) as engine:
        with pytest.raises(SpeechRefused) as caught:
            await heard(engine)
    assert caught.value.hint.startswith("[2J [bold]xxx")
    assert caught.value.hint.isprintable()
    assert len(caught.value.hint) <= 300


# What is waited for


def states(engine: RemoteEngine) -> list[EngineChanged]:
    told: list[EngineChanged] = []
    engine.on_state = told.append
    return told


async def test_a_server_that_is_loading_is_waited_for_as_long_as_it_says() -> None:
    app, plain = FastAPI(), Plain()
    answers = [Response(status_code=503, headers={"Retry-After": "0.1"}) for _ in range(2)]
    app.get("/health")(lambda: answers.pop() if answers else Response(status_code=404))
    app.mount("/", plain.app)
    async with serving(app) as url, engine_at(url) as engine:
        told = states(engine)
        await engine.ready()
    assert [change.state for change in told] == ["starting", "loading", "loading", "ready"]
    assert told[1].retry_in == 0.1


async def test_a_busy_server_says_when_it_is_to_be_asked_again() -> None:
    from engine.flight import listen

    server = Plain()
    server.turned_away = [Response(status_code=429, headers={"Retry-After": "0.15"})]
    async with serving(server.app) as url, engine_at(url) as engine:
        told = states(engine)
        done = await listen(engine, REQUEST, lambda _delta: None)
    assert done.finish_reason == "unknown"
    assert [change.state for change in told] == ["starting", "ready", "busy", "ready"]
    assert told[2].retry_in == 0.15


async def test_a_connection_that_breaks_over_one_sentence_again_and_again_is_held_against_it() -> (
    None
):
    server = VllmOmni()
    server.limit = 4
    ends: list[type[EngineError]] = []
    async with serving(server.app) as url, engine_at(url) as engine:
        for _time in range(BREAKS + 1):
            with pytest.raises(EngineError) as caught:
                await heard(engine)
            ends.append(caught.type)
    assert ends == [EngineLost] * BREAKS + [SpeechFailed]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_another_server_at_the_address_is_found_out_anew() -> None:
    port = free_port()
    async with engine_at(f"http://127.0.0.1:{port}") as engine:
        lost = asyncio.Event()
        engine.on_state = lambda change: lost.set() if change.state == "lost" else None
        waiting = asyncio.create_task(engine.ready())
        await asyncio.wait_for(lost.wait(), 20)
        async with serving(VllmOmni().app, port):
            assert (await asyncio.wait_for(waiting, 20)).server == "vllm-omni"
        with pytest.raises(EngineError):
            await heard(engine)
        async with serving(Plain().app, port):
            assert (await asyncio.wait_for(engine.ready(), 20)).server == "openai"
