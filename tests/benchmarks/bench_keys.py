"""Time from a key to its paint, in a real terminal: 23 and 10,000 sentences, idle and speaking.

Run: ``python -m tests.benchmarks.bench_keys [keys]``
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.terminal import Terminal

DOWN, UP, SPEAK_ALL = b"\x1b[B", b"\x1b[A", b"\x1b[18~"

LONG = 23
"""Sentences that take seconds to speak, so that speaking goes on while it is measured."""

SHOWN = 12
"""Rows that the cursor walks up and down, all of them on the screen."""


def sentence(number: int) -> str:
    more = ", and on and on" * 400 if number < LONG else ""
    return f"Sentence {number:05d} is here for everybody to read and to hear{more}."


def key_to_paint(terminal: Terminal, keys: int) -> list[float]:
    """Milliseconds until the row that the cursor has moved to is painted anew."""
    times: list[float] = []
    row, step = 0, 1
    for number in range(keys):
        if not 0 <= row + step < SHOWN:
            step = -step
        row += step
        # At every phase of the frames that Textual paints in.
        terminal.drain(0.01 + number % 7 * 0.003)
        sent = time.perf_counter()
        terminal.send(DOWN if step > 0 else UP)
        times.append((terminal.until(f"Sentence {row:05d}") - sent) * 1000)
    for _ in range(row):
        terminal.send(UP)
    return times


def measure(count: int, keys: int) -> None:
    with tempfile.TemporaryDirectory() as home:
        script = Path(home) / "script.txt"
        script.write_text("\n".join(sentence(n) for n in range(count)))
        command = [sys.executable, "-m", "tui", str(script), "--engine", "espeak"]
        with Terminal(command, env={"HOME": home}) as terminal:
            terminal.until("ready")
            terminal.drain(1.0)
            report(count, "idle", key_to_paint(terminal, keys))
            terminal.send(SPEAK_ALL)
            terminal.until("left")
            report(count, "speaking", key_to_paint(terminal, keys))
            print(f"{count:6} sentences: {terminal.memory():.0f} MB of memory")


def report(count: int, state: str, times: list[float]) -> None:
    p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    print(f"{count:6} sentences, {state:9}: p50 {p50:5.1f} ms, p95 {p95:5.1f} ms")


if __name__ == "__main__":
    for rows in (23, 10_000):
        measure(rows, int(sys.argv[1]) if len(sys.argv) > 1 else 100)
