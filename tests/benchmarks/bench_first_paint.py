"""Time from the start of the process to the first paint, against an empty Textual app.

Run: ``python -m tests.benchmarks.bench_first_paint [rounds]``
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.terminal import Terminal

EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("painted at last")
Empty().run()
"""


def first_paint(command: list[str], text: str, home: str) -> float:
    """Seconds until ``text`` is on the screen."""
    with Terminal(command, env={"HOME": home, "XDG_CONFIG_HOME": home}) as terminal:
        return terminal.until(text) - terminal.started


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as home:
        script = Path(home) / "script.txt"
        script.write_text("\n".join(f"Sentence {n:05d} is here." for n in range(23)))
        desk = [sys.executable, "-m", "tui", str(script)]
        empty = [sys.executable, "-c", EMPTY]
        first_paint(desk, "Sentence 00003", home)
        times: dict[str, list[float]] = {"empty Textual app": [], "the desk, 23 sentences": []}
        for _ in range(rounds):
            times["empty Textual app"].append(first_paint(empty, "painted at last", home))
            times["the desk, 23 sentences"].append(first_paint(desk, "Sentence 00003", home))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, seconds in medians.items():
        print(f"{name:28} {seconds:6.3f} s (median of {rounds})")
    ratio = medians["the desk, 23 sentences"] / medians["empty Textual app"]
    print(f"{'ratio':28} {ratio:6.2f}   (to reach: 1.5)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
