"""A worker that speaks the supervisor's protocol and nothing else, with a habit: ``fake_worker.py
HABIT``. It counts its starts in the file ``starts`` of its working folder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from engine.version import __version__
from engine.worker.protocol import Ready, to_line


def say_ready(version: str = __version__) -> None:
    os.write(1, to_line(Ready(1, version)))


def until_stdin_closes() -> None:
    while os.read(0, 4096):
        pass


def main(habit: str) -> int:  # noqa: C901 - a branch for each habit
    with Path("starts").open("a") as starts:
        starts.write("x")
    if habit == "silent":
        print("loading", file=sys.stderr, flush=True)  # noqa: T201
        until_stdin_closes()
    elif habit == "wordless":
        print("one\ntwo\nthe reason why", file=sys.stderr)  # noqa: T201
        return 5
    elif habit == "old":
        say_ready("0.0.1")
        until_stdin_closes()
    elif habit == "crashing":
        say_ready()
        return 70
    elif habit == "stumbling":
        if Path("starts").read_text() == "xx":
            return 5
        say_ready()
        until_stdin_closes()
    elif habit == "parent":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        Path("child").write_text(str(child.pid))
        say_ready()
        until_stdin_closes()
    elif habit == "deaf":
        if sys.platform != "win32":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        say_ready()
        while True:
            time.sleep(60)
    elif habit == "noisy":
        os.write(1, b"a banner\n" + b"x" * 200_000 + b"\n\xff\xfe\n")
        os.write(2, b"\xec\x95\x88\xff\n" + b"y" * 300_000 + b"\nthe last line\n")
        say_ready()
        os.write(1, b"more\n")
        until_stdin_closes()
    elif habit == "telling":
        told = {
            "cwd": str(Path.cwd()),
            "utf8": sys.flags.utf8_mode,
            "environment": dict(os.environ),
        }
        Path("told.json").write_text(json.dumps(told))
        say_ready()
        until_stdin_closes()
    else:
        say_ready()
        until_stdin_closes()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
