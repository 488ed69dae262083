"""A tiny Qwen3-TTS behind the server: batches, registered voices, finished sentences."""

from __future__ import annotations

import base64
import importlib.util
import io
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile

from engine.domain import SAMPLE_RATE
from tests.engine.server.serving import SERVE, SPEECH, VOICES, RunningServer, asking, error_of
from tests.engine.server.test_render import Rendering
from tests.engine.server.test_voices import WORDS, clip

if importlib.util.find_spec("qwen_tts") is None:
    pytest.skip("qwen-tts is not installed", allow_module_level=True)

from tests.engine.backends.qwen.conftest import tiny_models as tiny_models

pytestmark = pytest.mark.xdist_group("qwen programs")

Models = Callable[..., Path]
CLIENTS, BATCH = 16, 4


@pytest.fixture(scope="module")
def qwen(tiny_models: Models, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A model that clones, and no clip at the start."""
    home = tmp_path_factory.mktemp("qwen")
    model = ("--model", str(tiny_models("base")), "--device", "cpu", "--batch-size", str(BATCH))
    command = (*SERVE, "--engine", "qwen", *model, "--closing", "always")
    settings = {"max_new_tokens": "120"}
    with RunningServer(home, command=command, settings=settings) as server:
        yield server


@pytest.fixture(scope="module")
def names(qwen: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Of two registered voices, the second without its words."""
    folder = tmp_path_factory.mktemp("clips")
    forms = ({"name": "하나", "ref_text": WORDS}, {"name": "둘"})
    with qwen.client() as client:
        error = error_of(client.post(SPEECH, json=asking("Hello.")), 400)
        assert "no clip" in error["message"]
        for seed, form in enumerate(forms):
            audio = clip(folder / f"{seed}.wav", 2.0, seed=seed)
            answer = client.post(
                VOICES, files={"audio_sample": audio}, data={"consent": "true", **form}
            )
            assert answer.status_code == 200, answer.text
    return [form["name"] for form in forms]


def test_clients_that_come_together_fill_the_batches(qwen: RunningServer, names: list[str]) -> None:
    """And each gets what it would get alone, in whichever voice."""

    def ask(number: int) -> httpx.Response:
        body = asking(f"Client {number}.", seed=number, voice=names[number % 2], max_new_tokens=12)
        with qwen.client() as client:
            return client.post(SPEECH, json=body)

    with ThreadPoolExecutor(CLIENTS) as pool:
        together = list(pool.map(ask, range(CLIENTS)))
    alone = [ask(number) for number in range(4)]
    with qwen.client() as client:
        told = client.get("/metrics").text

    assert [answer.status_code for answer in together] == [200] * CLIENTS
    sizes = Counter(int(answer.headers["X-Batch-Size"]) for answer in together)
    assert sizes[BATCH] >= CLIENTS / 2, sizes
    assert f"tts_studio_batch_limit {float(BATCH)}\n" in told
    assert [answer.headers["X-Batch-Size"] for answer in alone] == ["1"] * len(alone)
    assert [one.content for one in alone] == [one.content for one in together[: len(alone)]]


def test_a_voice_by_its_name_sounds_as_its_clip_does(
    qwen: RunningServer, names: list[str], tmp_path: Path
) -> None:
    coded = base64.b64encode(clip(tmp_path / "0.wav", 2.0, seed=0)).decode()
    own = {"ref_audio": f"data:audio/wav;base64,{coded}", "ref_text": WORDS}
    with qwen.client() as client:
        by_name = client.post(SPEECH, json=asking("Hello.", voice=names[0])).content
        by_clip = client.post(SPEECH, json=asking("Hello.", **own)).content
        other = client.post(SPEECH, json=asking("Hello.", voice=names[1])).content
        both = client.post(SPEECH, json=asking("Hello.", voice=names[0], **own))
        voices = client.get(VOICES).json()["voices"]

    assert by_name == by_clip
    assert by_name != other
    assert error_of(both, 400)["param"] == "voice"
    assert voices == names


def test_a_clip_of_the_studios_is_registered_once_and_again_where_it_is_gone(
    qwen: RunningServer, tmp_path: Path
) -> None:
    """Two renders have the same voice between them; and that which has it taken away meanwhile
    loses no sentence."""
    clip(tmp_path / "voice.wav", 2.0, seed=7)
    voice = ("--ref-audio", str(tmp_path / "voice.wav"), "--ref-text", WORDS, "--consent")
    with qwen.client() as client:
        before = registered(client)
        with Rendering(tmp_path / "first", qwen.url, ["Hello."], *voice) as first:
            check_all_spoken(first)
        [mine] = registered(client) - before
        texts = [f"Number {n}." for n in range(4)]
        one_by_one = ("--batch-size", "1")
        with Rendering(tmp_path / "second", qwen.url, texts, *voice, *one_by_one) as second:
            second.await_line(" spoken: ")
            assert registered(client) == {*before, mine}
            client.delete(f"{VOICES}/{mine}").raise_for_status()
            check_all_spoken(second)
        assert registered(client) == {*before, mine}
        client.delete(f"{VOICES}/{mine}").raise_for_status()


def check_all_spoken(rendering: Rendering) -> None:
    code, told = rendering.end()
    assert code == 0, rendering.lines
    assert {sentence["status"] for sentence in told} <= {"ready", "flagged"}


def registered(client: httpx.Client) -> set[str]:
    return {voice["id"] for voice in client.get(VOICES).json()["uploaded_voices"]}


def test_a_guides_client_gets_a_finished_wav(qwen: RunningServer, names: list[str]) -> None:
    """Said with the closing phrase and cut, with silence at its end."""
    with qwen.client() as client:
        answer = client.post(
            "/tts/clone", json={"text": "안녕하세요.", "seed": 3}, headers={"Accept": "*/*"}
        )
        raw = client.post("/tts/clone", json={"text": "안녕하세요.", "seed": 3, "raw": True})
        health = client.get("/health").json()

    assert answer.status_code == 200, answer.text
    samples, rate = soundfile.read(io.BytesIO(answer.content))
    assert (answer.headers["Content-Type"], rate) == ("audio/wav", SAMPLE_RATE)
    assert not samples[-round(0.2 * rate) :].any()
    assert samples[: -round(0.2 * rate)].any()
    assert answer.headers["X-Seed"] == "3"
    assert soundfile.read(io.BytesIO(raw.content))[0][-round(0.1 * rate) :].any()
    assert raw.headers["X-Cut"]
    assert health["clones"] is True
    # Of what was said and heard, nothing is kept but the clips that were registered.
    assert not [*qwen.home.rglob("*.safetensors"), *qwen.home.rglob("*.flac")]
    assert len([*qwen.home.rglob("*.clip")]) == len(names)


def test_the_voices_are_there_after_a_restart_of_the_worker(
    qwen: RunningServer, names: list[str]
) -> None:
    say = asking("Hello.", voice=names[0], max_new_tokens=12)
    with qwen.client() as client:
        before = client.post(SPEECH, json=say).content
        qwen.worker().kill()
        after = client.post(SPEECH, json=say).content

    np.testing.assert_array_equal(np.frombuffer(before, "<i2"), np.frombuffer(after, "<i2"))
