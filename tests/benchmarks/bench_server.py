"""What the server costs beside its worker, and what batches gain.

Run: python -m tests.benchmarks.bench_server [--requests N] [--clients N] [--batch-size N]

The second part needs qwen-tts; its model is a tiny one with random weights, whose times say nothing
of a real one's: only the ratio does.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np

from tests.engine.server.serving import SERVE, SPEECH, RunningServer, asking
from tests.engine.worker.running import RunningWorker

TEXT = "This is a sentence of some seconds, as they stand in a script."
CLIENTS = (1, 4, 16)


def seconds_of(client: httpx.Client, body: dict[str, object]) -> float:
    started = time.perf_counter()
    client.post(SPEECH, json=body).raise_for_status()
    return time.perf_counter() - started


def percentiles(seconds: Iterable[float]) -> str:
    p50, p95 = np.percentile([1000 * one for one in seconds], [50, 95])
    return f"{p50:.1f} / {p95:.1f}"


def bench_overhead(folder: Path, requests: int) -> None:
    """One client; by turns, so that both meet the same weather."""
    body = asking(TEXT)
    with (
        RunningServer(folder / "alone") as server,
        RunningWorker(token="token") as worker,
        server.client() as through,
        worker.client() as direct,
    ):
        pairs = [
            (seconds_of(direct, body), seconds_of(through, body)) for _number in range(requests)
        ]
        print("| one client, espeak | p50 / p95 ms |\n|---|---|")
        print(f"| worker alone | {percentiles(one for one, _other in pairs)} |")
        print(f"| through the server | {percentiles(other for _one, other in pairs)} |")
        print(f"| overhead | {percentiles(other - one for one, other in pairs)} |")
        print("\n| clients | requests a second |\n|---|---|")
        for clients in CLIENTS:
            print(f"| {clients} | {rate_of(server, clients, requests):.1f} |")


def rate_of(server: RunningServer, clients: int, requests: int) -> float:
    def ask(_client: int) -> None:
        with server.client() as client:
            for _number in range(-(-requests // clients)):
                seconds_of(client, asking(TEXT))

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(ask, range(clients)))
    return clients * -(-requests // clients) / (time.perf_counter() - started)


def bench_batches(folder: Path, clients: int, batch_size: int) -> None:
    from engine.backends.qwen.packages import import_packages

    import_packages()
    from tests.engine.backends.qwen import tiny

    model = ("--model", str(tiny.build(folder / "model", "custom_voice")), "--device", "cpu")
    command = (*SERVE, "--engine", "qwen", *model, "--batch-size", str(batch_size))
    with RunningServer(folder / "qwen", command=command) as server:

        def ask(number: int) -> str:
            body = asking(f"Sentence number {number}.", seed=number, max_new_tokens=40)
            with server.client() as client:
                return client.post(SPEECH, json=body).raise_for_status().headers["X-Batch-Size"]

        print(f"\n| {clients} requests, tiny Qwen model | seconds | in flight |\n|---|---|---|")
        for name, at_once in (("one by one", 1), ("together", clients)):
            started = time.perf_counter()
            with ThreadPoolExecutor(at_once) as pool:
                sizes = list(pool.map(ask, range(clients)))
            print(f"| {name} | {time.perf_counter() - started:.2f} | {told(sizes)} |")


def told(sizes: Sequence[str]) -> str:
    """With how many each was in flight when it joined them, itself among them."""
    counts = Counter(map(int, sizes))
    return ", ".join(f"{count} with {size}" for size, count in sorted(counts.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--batch-size", type=int, default=4)
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as folder:
        bench_overhead(Path(folder), options.requests)
        if importlib.util.find_spec("qwen_tts") is not None:
            bench_batches(Path(folder), options.clients, options.batch_size)


if __name__ == "__main__":
    main()
