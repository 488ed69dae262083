"""Time from a key to its paint, in a real terminal: 23 and 10,000 sentences, idle, speaking, and
with a worker that answers nothing.

Run: ``python -m tests.benchmarks.bench_keys [keys]``
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.benchmarks.terminal import Terminal

DOWN, UP, SPEAK_ALL = b"\x1b[B", b"\x1b[A", b"\x1b[18~"

SILENT_SECONDS = 60.0
"""For so long, at least, the worker answers nothing while all keys are tried."""

CHAINS = (
    ((b"2", "2 takes"), (b"r", "queued"), (b"c", "Cancelled")),
    ((b" ", "No take yet"), (b"a", "Nothing to accept yet"), (b"\x1bt", "No take yet")),
    ((b"t", "There is no other take"), (b"P", "there is no take to play")),
    ((b"y", "Nothing plays"), (b"o", "Loop is"), (b"9", "Volume"), (b"0", "Volume")),
    ((b"e", "editing"), (b"!\r", "!"), (b"u", "Undone: Edit text")),
    ((b"\x19", "Done again: Edit text"), (b"u", "Undone: Edit text")),
    ((b"h", "not spoken"), (b"u", "Undone: Not spoken")),
    ((b"s", "splitting"), (b"\r", "Split."), (b"u", "Undone: Split")),
    ((b"m", "Merged"), (b"u", "Undone: Merge")),
    ((b"i", "a new row below"), (b"?\r", "?"), (b"u", "Undone: Insert row")),
    ((b"d", "Deleted 1 row"), (b"u", "Undone: Delete row")),
    ((b"\x1b[1;3B", "Sentence"), (b"u", "Undone: Move row")),
    ((b"v", "1 row selected"), (b"v", "Sentence")),
    ((b"/", "Esc Back"), (b"0001\r", "0001"), (b"n", "Sentence")),
    ((b"?", "Keys"), (b"q", "Sentence")),
    ((b"\x1b[21~", "Pronunciations"), (b"q", "Sentence")),
    ((b"\x1b[24~", "Engine and log"), (b"q", "Sentence")),
)
"""Keys that are pressed one after another, and what each of them paints."""

ESCAPE, END = b"\x1b", b"\x1b[F"

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


def with_a_silent_worker(terminal: Terminal) -> tuple[list[float], float]:
    """Milliseconds until each key paints while the worker, and any that takes its place, is
    suspended amid its work; and for how many seconds that was so."""
    suspended: set[psutil.Process] = set()
    begun = time.perf_counter()
    times: list[float] = []
    try:
        while time.perf_counter() - begun < SILENT_SECONDS:
            for chain in CHAINS:
                silence(terminal, suspended)
                # Closes the panel that tells, at some time, of an engine that does not answer.
                terminal.send(ESCAPE)
                time.sleep(0.2)  # until it is known to be no part of what follows
                terminal.send(END + UP)  # far from what has been spoken
                times += [key_to_text(terminal, key, painted) for key, painted in chain]
        return times, time.perf_counter() - begun
    finally:
        for process in suspended:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()


def key_to_text(terminal: Terminal, key: bytes, painted: str) -> float:
    """Milliseconds until the key has painted this.

    Raises:
        TimeoutError: it has not.
    """
    terminal.drain(0.02)
    sent = time.perf_counter()
    terminal.send(key)
    try:
        return (terminal.until(painted) - sent) * 1000
    except TimeoutError as error:
        raise TimeoutError(f"{key!r} does not paint {painted!r}") from error


def silence(terminal: Terminal, suspended: set[psutil.Process]) -> None:
    """Suspend all that the program has started."""
    for process in psutil.Process(terminal.process.pid).children(recursive=True):
        if process not in suspended:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.suspend()
                suspended.add(process)


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
            times, seconds = with_a_silent_worker(terminal)
            report(count, f"silent for {seconds:.0f} s, every key", times)
            print(f"{count:6} sentences: {terminal.memory():.0f} MB of memory")


def report(count: int, state: str, times: list[float]) -> None:
    p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    print(
        f"{count:6} sentences, {state:9}: p50 {p50:5.1f} ms, p95 {p95:5.1f} ms, "
        f"at most {max(times):5.1f} ms ({len(times)} keys)"
    )


if __name__ == "__main__":
    for rows in (23, 10_000):
        measure(rows, int(sys.argv[1]) if len(sys.argv) > 1 else 100)
