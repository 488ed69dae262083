from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from engine.domain import SAMPLE_RATE
from tests.engine.server.serving import SPEECH, RunningServer, asking, error_of
from tests.engine.server.test_crashes import ODD, await_busy, odd_server, speak

parser = pytest.importorskip("prometheus_client.parser", reason="prometheus-client is missing")


def figures(client: httpx.Client) -> dict[str, float]:
    """What Prometheus makes of the answer: each sample by its name and labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return {
        f"{sample.name}{''.join(f' {value}' for value in sample.labels.values())}": sample.value
        for family in parser.text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_prometheus_is_told_of_the_work_the_trouble_and_no_strangers_words(tmp_path: Path) -> None:
    with RunningServer(tmp_path) as server, server.client() as client:
        before = figures(client)
        spoken = [client.post(SPEECH, json=asking(f"Sentence {n}.")) for n in range(3)]
        client.post(SPEECH, json=asking("Hello.", voice="nobody"))
        client.delete("/v1/audio/voices/nobody")
        client.get("/anything/at/all")
        worker = server.worker()
        worker.kill()
        client.post(SPEECH, json=asking("After a crash."))
        server.await_line("The engine: ")
        after = figures(client)
        with server.client(key="") as stranger:
            error_of(stranger.get("/metrics"), 401)

    def grown(name: str) -> float:
        return after[name] - before.get(name, 0.0)

    seconds = sum(len(answer.content) for answer in spoken) / (2 * SAMPLE_RATE)
    assert grown(f"tts_studio_requests_total {SPEECH} 200") == 4
    assert grown(f"tts_studio_requests_total {SPEECH} 400") == 1
    assert grown("tts_studio_requests_total /v1/audio/voices/{name} 404") == 1
    assert grown("tts_studio_requests_total other 404") == 1
    assert grown("tts_studio_requests_total /metrics 200") == 1
    assert grown("tts_studio_audio_seconds_total") > seconds
    assert 0 < grown("tts_studio_busy_seconds_total") < 60
    assert grown("tts_studio_batch_size_count") == 4
    assert grown("tts_studio_batch_size_bucket 1.0") == 4
    assert grown("tts_studio_first_audio_seconds_count") == 4
    assert grown("tts_studio_first_audio_seconds_bucket +Inf") == 4
    assert grown("tts_studio_worker_restarts_total") == 1
    assert after["tts_studio_out_of_memory_total"] == 0
    assert after["tts_studio_batch_limit"] >= 1
    assert after["tts_studio_ready"] == 1
    assert after["tts_studio_requests_waiting"] == after["tts_studio_requests_speaking"] == 0


def test_prometheus_is_told_who_is_spoken_for_who_waits_and_of_too_little_memory(
    tmp_path: Path,
) -> None:
    with (
        odd_server(tmp_path, f"{ODD},", request_seconds="5") as server,
        server.client() as client,
        ThreadPoolExecutor(3) as pool,
    ):
        assert speak(client, "oom").status_code == 200
        asked = [pool.submit(speak, client, "forever") for _number in range(3)]
        await_busy(client, speaking=2, waiting=1)
        busy = figures(client)
        assert [one.result().status_code for one in asked] == [504] * 3
    assert busy["tts_studio_requests_speaking"] == 2
    assert busy["tts_studio_requests_waiting"] == 1
    assert busy["tts_studio_out_of_memory_total"] == 1


def test_prometheus_is_told_that_a_model_is_not_loaded_yet(tmp_path: Path) -> None:
    with odd_server(tmp_path, f"{ODD},loads", ready=False) as server, server.client() as client:
        assert figures(client)["tts_studio_ready"] == 0
