"""The clients in other languages, each run as its user runs it."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.domain import SAMPLE_RATE
from tests.engine.server.serving import PATIENCE, RunningServer, samples_of

CLIENTS = Path(__file__).parents[3] / "sample_scripts" / "clients"
NODE = shutil.which("node")
CURL = shutil.which("curl") if shutil.which("sh") else None

SCRIPT = """\ufeff# 여는 말

(잔잔한 음악)
// 여기는 읽지 않는다.
안녕하세요. “반가워요!” 오늘은 3.5도예요.
[BGM]
커피를 내려 볼까요?
마침표 없는 줄
"""
SENTENCES = [
    "안녕하세요.",
    "“반가워요!”",
    "오늘은 3.5도예요.",
    "커피를 내려 볼까요?",
    "마침표 없는 줄",
]


class Troubled:
    """Stands in for a server that has too much to do: before what it passes on to a real one, it
    answers as it is told: with a status, by breaking the connection (0), or not at all (None)."""

    def __init__(self, server: RunningServer) -> None:
        self.troubles: deque[int | None] = deque()
        self.heard: list[str] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                trouble = outer.troubles.popleft() if outer.troubles else None
                if trouble == 0:
                    self.close_connection = True
                    return
                outer.heard.append(json.loads(body)["text"])
                headers = {name: self.headers[name] for name in ("Authorization", "Content-Type")}
                with server.client(key="") as client:
                    answer = (
                        client.post(self.path, content=body, headers=headers)
                        if trouble is None
                        else httpx.Response(trouble, json={"error": {"message": "Trouble."}})
                    )
                self.send_response(answer.status_code)
                self.send_header("Retry-After", "0")
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def troubled(server: RunningServer) -> Iterator[Troubled]:
    troubled = Troubled(server)
    thread = threading.Thread(target=troubled.http.serve_forever)
    thread.start()
    yield troubled
    troubled.http.shutdown()
    troubled.http.server_close()
    thread.join()


def run(command: Sequence[str], folder: Path, key: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "TTS_STUDIO_API_KEY": key, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(
            (NODE or "node", "speak.mjs"),
            marks=pytest.mark.skipif(NODE is None, reason="there is no Node here"),
            id="node",
        ),
        pytest.param((sys.executable, "speak.py"), id="python"),
    ],
)
def test_a_script_becomes_numbered_files_whatever_comes_in_between(
    program: tuple[str, str], troubled: Troubled, server: RunningServer, tmp_path: Path
) -> None:
    script, wavs = tmp_path / "대본.txt", tmp_path / "wavs"
    script.write_text(SCRIPT, "utf-8")
    command = (program[0], str(CLIENTS / program[1]), script.name, troubled.url, wavs.name)

    troubled.troubles.extend([429, 503, 429])
    wrong = run(command, tmp_path, "another key, long enough")
    assert wrong.returncode == 1
    assert "key is missing or wrong" in wrong.stderr
    assert wrong.stderr.count("Trouble. Trying again in 0 s.") == 3
    assert troubled.heard == SENTENCES[:1] * 4
    troubled.heard.clear()

    troubled.troubles.extend([None, 422])
    partly = run(command, tmp_path, server.key)
    assert partly.returncode == 1
    assert partly.stderr.split() == ["Trouble."]
    assert sorted(wavs.glob("*.wav")) == [wavs / f"00{number}.wav" for number in (1, 3, 4, 5)]
    assert troubled.heard == SENTENCES
    troubled.heard.clear()

    (wavs / "004.wav").unlink()
    script.write_text(SCRIPT.replace("3.5도", "4.5도"), "utf-8")
    again = run(command, tmp_path, server.key)
    assert again.returncode == 0, again.stderr
    assert troubled.heard == [SENTENCES[1], "오늘은 4.5도예요.", SENTENCES[3]]
    assert {path.name for path in wavs.iterdir()} == {
        "spoken.json",
        *(f"00{number}.wav" for number in range(1, 6)),
    }
    for path in wavs.glob("*.wav"):
        samples = samples_of(path.read_bytes())
        assert len(samples) > 0.4 * SAMPLE_RATE
        assert not samples[-round(0.2 * SAMPLE_RATE) :].any()

    script.write_bytes("옛 글자로 쓴 대본.".encode("cp949"))
    for words in ("save it as UTF-8", "no such file"):
        unread = run(command, tmp_path, server.key)
        assert unread.returncode != 0
        assert f"{script.name} cannot be read: " in unread.stderr
        assert words in unread.stderr.lower().replace("utf-8", "UTF-8")
        assert unread.stderr.count("\n") == 1
        script.unlink(missing_ok=True)


@pytest.mark.skipif(CURL is None, reason="there is no curl here")
def test_the_lines_of_curl_do_what_they_say(server: RunningServer, tmp_path: Path) -> None:
    done = run(("sh", str(CLIENTS / "curl.sh"), server.url), tmp_path, server.key)

    assert done.returncode == 0, done.stderr
    assert '"status":"ready"' in done.stdout
    for name in ("finished.wav", "speech.mp3"):
        assert len(samples_of((tmp_path / name).read_bytes())) > 0.3 * SAMPLE_RATE
    assert (tmp_path / "streamed.pcm").stat().st_size > 0.3 * SAMPLE_RATE * 2
