"""The waveform in a real terminal: drawn, and its cut moved by the mouse."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.end_to_end.tmux import Tmux, needs_tmux

HEAD = re.compile(r"\[(\d+\.\d{3}) – (\d+\.\d{3})\]")


def mouse(button: int, column: int, line: int, *, up: bool = False) -> str:
    """What a terminal sends for the mouse, in the SGR form: https://invisible-island.net/xterm/
    ctlseqs/ctlseqs.html#h3-Extended-coordinates"""
    return f"\x1b[<{button};{column};{line}{'m' if up else 'M'}"


def edges(screen: str) -> tuple[float, float]:
    found = HEAD.search(screen)
    assert found is not None, screen
    return float(found[1]), float(found[2])


@needs_tmux
def test_the_end_of_a_cut_is_dragged_in_a_terminal(tmp_path: Path, home: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("오늘은 목소리 이야기를 합니다.\n", encoding="utf-8")
    command = [sys.executable, "-m", "tui", str(script), "--engine", "espeak"]
    env = {"HOME": str(home), "TTS_STUDIO_INTERFACE": "en", "TTS_STUDIO_PLAY_NEW_TAKES": "false"}
    with Tmux(command, columns=81, lines=24, env=env) as terminal:
        terminal.wait_for("ready")
        terminal.keys("r")
        screen = terminal.wait_until(lambda screen: bool(HEAD.search(screen)), "the waveform")
        line = next(n for n, text in enumerate(screen.splitlines(), start=1) if HEAD.search(text))
        start, end = edges(screen)
        total = float(re.findall(r"of (\d+\.\d\d)", screen)[0])
        column = 1 + int(end / total * 80)
        terminal.type(mouse(0, column, line + 1))
        terminal.type(mouse(32, 31, line + 1))
        terminal.type(mouse(32, 21, line + 1))
        terminal.type(mouse(0, 21, line + 1, up=True))
        screen = terminal.wait_until(
            lambda screen: abs(edges(screen)[1] - total / 4) < 0.02, "the edge where it was dragged"
        )
        assert edges(screen)[0] == start
        assert "cut by hand" in screen
        terminal.type(mouse(64, 21, line + 1))
        terminal.wait_for("2×")
        terminal.keys("u")
        terminal.wait_for("Undone: Move the cut", f"[{start:.3f} – {end:.3f}]")
