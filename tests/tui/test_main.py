from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.places import config_file
from tests.tui.desk import SCRIPT

PATIENCE = 60.0
"""Seconds until a program that does not end is given up."""

HEAVY = (
    "fastapi",
    "httpx",
    "numpy",
    "pydantic",
    "qwen_tts",
    "scipy",
    "sounddevice",
    "soundfile",
    "soxr",
    "sqlite3",
    "starlette",
    "torch",
    "transformers",
    "uvicorn",
)
NEVER = ("fastapi", "qwen_tts", "starlette", "torch", "transformers", "uvicorn")

DRIVE = """
import asyncio, json, sys
from pathlib import Path
from tui.__main__ import main
from tui.screens.desk_life import DeskLife
import tui.app

loaded = {}
heavy = HEAVY
real = DeskLife.open

def now():
    return sorted(name for name in heavy if name in sys.modules)

async def opening(self):
    loaded["first paint"] = now()
    loaded["painted"] = "안녕하세요." in "".join(
        segment.text for strip in self._compositor.render_strips() for segment in strip
    )
    await real(self)
    self.action_reroll()
    while self.session.busy:
        await asyncio.sleep(0.01)
    loaded["first sentence"] = now()
    loaded["status"] = self.session.project.row(self.session.project.ids[0]).status.value
    await self.app.action_leave()

DeskLife.open = opening
run = tui.app.StudioApp.run
tui.app.StudioApp.run = lambda self: run(self, headless=True, size=(80, 24))
sys.stdin.isatty = sys.stdout.isatty = lambda: True
code = main([sys.argv[1], "--engine", "espeak"])
Path(sys.argv[2]).write_text(json.dumps({**loaded, "code": code}))
"""


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        cwd=cwd,
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
    )


def test_the_first_paint_waits_for_nothing_heavy_and_the_desk_never_loads_a_model(
    script: Path, tmp_path: Path
) -> None:
    answer = tmp_path / "answer.json"
    program = DRIVE.replace("HEAVY", repr(HEAVY))
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program, str(script), str(answer)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.exists(), done.stderr
    loaded = json.loads(answer.read_text())
    assert loaded["painted"]
    assert loaded["first paint"] == []
    assert loaded["status"] in ("ready", "flagged")
    assert set(loaded["first sentence"]).isdisjoint(NEVER)
    assert loaded["code"] == 0


def test_without_a_terminal_the_desk_names_the_command_that_needs_none(script: Path) -> None:
    done = run(str(script))
    assert done.returncode == 2
    assert done.stdout == ""
    title, hint = done.stderr.splitlines()
    assert "terminal" in title
    assert f"tts-studio render {script}" in hint


def test_without_a_script_it_says_what_to_name() -> None:
    done = run()
    assert done.returncode == 2
    assert "tts-studio narration.txt" in done.stderr


def test_an_unknown_option_is_bad_usage() -> None:
    assert run("--frobnicate").returncode == 2


def test_the_version_is_printed() -> None:
    done = run("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("tts-studio 0.")


def test_a_subcommand_goes_to_the_command_line_and_a_path_to_the_desk(
    script: Path, tmp_path: Path
) -> None:
    split = run("split", str(script), "--json")
    assert split.returncode == 0
    assert '"안녕하세요."' in split.stdout
    render = tmp_path / "render"
    render.write_text(SCRIPT, "utf-8")
    assert "terminal" in run("./render", cwd=tmp_path).stderr


@pytest.fixture
def terminal():
    """Runs a program in a real pseudo-terminal."""
    pytest.importorskip("fcntl", reason="pseudo-terminals are POSIX")
    from tests.benchmarks.terminal import Terminal

    class Watched(Terminal):
        def end(self) -> int:
            """Read on until the program is gone; its exit code."""
            with contextlib.suppress(OSError):
                while True:
                    self._read(PATIENCE)
            return self.process.wait(PATIENCE)

    return Watched


def test_a_script_that_cannot_be_read_is_told_in_two_lines_without_a_screen(
    terminal, tmp_path: Path
) -> None:
    with terminal([sys.executable, "-m", "tui", str(tmp_path / "none.txt")]) as shown:
        assert shown.end() == 2
        lines = shown.seen.decode().splitlines()
    assert len(lines) == 2
    assert "none.txt" in lines[0]
    assert "\x1b" not in "".join(lines)


def test_a_wrong_setting_is_told_on_the_shell_and_ends_as_bad_input(terminal, script: Path) -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text('silence = "x"', "utf-8")
    with terminal([sys.executable, "-m", "tui", str(script)]) as shown:
        assert shown.end() == 2
    _desk, told = shown.seen.decode().split("\x1b[?1049l")
    assert "silence" in told
    assert "config.toml" in told
    assert "Traceback" not in told


def test_an_unknown_language_is_told_with_those_there_are(terminal, script: Path) -> None:
    command = [sys.executable, "-m", "tui", str(script), "--language", "Klingon"]
    with terminal(command) as shown:
        assert shown.end() == 2
        assert b"ko (Korean)" in shown.seen


def test_in_a_terminal_the_desk_opens_speaks_and_leaves(terminal, script: Path) -> None:
    command = [sys.executable, "-m", "tui", str(script), "--engine", "espeak"]
    with terminal(command, columns=80, lines=24) as shown:
        shown.until("안녕하세요.")
        shown.until("Speak all")
        shown.until("◉ ready")
        assert b"\x1b[>1u" not in shown.seen  # the Kitty protocol stays off
        assert b"\x1b[>25u" not in shown.seen
        shown.send("ㄱ".encode())
        shown.until("espeak-ng")  # its take is there
        shown.send(b"\x11")
        assert shown.end() == 0
        assert b"\x1b[?1049l" in shown.seen  # back on the screen of the shell
        assert b"\x1b[?25h" in shown.seen  # with its cursor


def test_the_settings_tell_a_flag_from_what_the_users_file_says(terminal, script: Path) -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text('language = "ko"\ntheme = "nord"\n', "utf-8")
    command = [sys.executable, "-m", "tui", str(script), "--theme", "studio-light"]
    with terminal(command, columns=120, lines=60) as shown:
        shown.until("◉ ready")
        shown.send(b"\x14")
        shown.until("This script keeps its own: Korean.")
        shown.until("--theme says studio-light.")
        shown.send(b"\x11")
        assert shown.end() == 0
        assert b"--language" not in shown.seen


def test_without_a_script_one_is_chosen_on_the_same_screen_that_the_desk_then_has(
    terminal, script: Path
) -> None:
    command = [sys.executable, "-m", "tui", "--engine", "espeak"]
    path = {"PYTHONPATH": str(Path(__file__).parents[2])}
    with terminal(command, cwd=str(script.parent), env=path) as shown:
        shown.until("Open a script")
        shown.until(script.name)
        assert shown.seen.count(b"\x1b[?1049h") == 1
        shown.send("레이션\r".encode())
        shown.until("안녕하세요.")
        shown.until("◉ ready")
        assert b"\x1b[?1049" not in shown.seen  # nothing blinked on the way
        shown.send(b"\x0f")
        shown.until("of 5 accepted")
        shown.send(b"\x1b")
        shown.until("안녕하세요.")
        shown.send(b"\x11")
        assert shown.end() == 0


def test_what_libraries_write_to_stderr_goes_to_the_log(terminal, script: Path, home: Path) -> None:
    program = (
        "import os, tui.screens.desk_life as life; from tui.__main__ import main\n"
        "real = life.DeskLife.open\n"
        "async def noisy(self):\n"
        "    os.write(2, b'ALSA lib complains'); await real(self)\n"
        "life.DeskLife.open = noisy\n"
        f"raise SystemExit(main([{str(script)!r}]))"
    )
    with terminal([sys.executable, "-c", program]) as shown:
        shown.until("Speak all")
        shown.until("◉ ready")
        assert b"ALSA" not in shown.seen
        shown.send(b"\x11")
        assert shown.end() == 0
    (log,) = home.rglob("desk.log")
    assert "ALSA lib complains" in log.read_text("utf-8")
    assert log.stat().st_mode & 0o077 == 0


def test_a_mistake_of_the_program_ends_in_two_lines_and_the_log_has_the_rest(
    terminal, script: Path, home: Path
) -> None:
    program = (
        "import tui.screens.desk as desk; from tui.__main__ import main\n"
        "def broken(self): raise ZeroDivisionError('by nought')\n"
        "desk.DeskScreen.on_hangul_typed = broken\n"
        f"raise SystemExit(main([{str(script)!r}]))"
    )
    with terminal([sys.executable, "-c", program]) as shown:
        shown.until("◉ ready")
        shown.send("가".encode())
        assert shown.end() == 1
    assert "ended by a mistake of its own" in shown.seen.decode()
    assert b"ZeroDivisionError" not in shown.seen
    (log,) = home.rglob("desk.log")
    assert "ZeroDivisionError" in log.read_text("utf-8")
