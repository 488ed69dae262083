"""A process's own peak, asked of processes that have just been started."""

from __future__ import annotations

import subprocess
import sys

PEAK = "from engine.backends.memory import process_peak; print(process_peak().size)"
MEGABYTES = "memory = bytearray(b'x') * ({count} << 20)"


def run(code: str) -> list[int]:
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return [int(word) for word in told.stdout.split()]


def test_a_peak_counts_memory_that_was_given_back() -> None:
    before, after = run(f"{PEAK}\n{MEGABYTES.format(count=300)}\ndel memory\n{PEAK}")

    assert 300 << 20 <= after - before + (5 << 20) < 400 << 20


def test_a_peak_is_that_of_the_process_alone_not_of_the_one_that_started_it() -> None:
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '''{PEAK}'''])"
    [peak] = run(f"{MEGABYTES.format(count=300)}\n{child}")

    assert 5 << 20 < peak < 200 << 20
