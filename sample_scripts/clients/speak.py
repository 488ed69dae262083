"""Speaks a text file, sentence by sentence, into numbered WAVs: 001.wav, 002.wav, …

    TTS_STUDIO_API_KEY=… python speak.py script.txt http://192.168.0.10:7860 wavs

Python 3.10 or later, and nothing else. It goes on where it was interrupted: a sentence whose file
is there and whose text is still the same is not spoken again. Headings (#), notes (//) and stage
directions ((웃음), [BGM]) are not spoken.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

TRIES = 60
SECONDS_BETWEEN = 5
PASSING = (429, 503)  # too many wait; the model is still loading

UNSPOKEN = re.compile(r"#.*|//.*|\([^)]*\)|\[[^\]]*\]")
SENTENCE = re.compile(r".+?(?:[.?!。？！…]+[\"'”’」』)]*(?=\s|$)|[。？！]+[」』]?|$)")


class Refused(Exception):
    """The server's own word that will not change by itself."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def sentences_of(script: str) -> list[str]:
    lines = [line.strip() for line in script.splitlines()]
    spoken = [line for line in lines if line and not UNSPOKEN.fullmatch(line)]
    return [found.strip() for line in spoken for found in SENTENCE.findall(line) if found.strip()]


def ask(server: str, text: str) -> bytes:
    headers = {"Content-Type": "application/json"}
    if key := os.environ.get("TTS_STUDIO_API_KEY"):
        headers["Authorization"] = f"Bearer {key}"
    body = json.dumps({"text": text}).encode()
    request = urllib.request.Request(f"{server.rstrip('/')}/tts/clone", body, headers)
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def speak(server: str, text: str) -> bytes:
    """The finished WAV, as soon as the server can be had.

    Raises:
        Refused: the server will not speak this, or not for us.
        ConnectionError: it could not be had for minutes.
    """
    reason = ""
    for _try in range(TRIES):
        seconds = SECONDS_BETWEEN
        try:
            return ask(server, text)
        except urllib.error.HTTPError as error:
            reason = message_of(error)
            if error.code not in PASSING:
                raise Refused(error.code, reason) from error
            asked = error.headers.get("Retry-After", "")
            seconds = int(asked) if asked.isdigit() else seconds
        except (OSError, http.client.HTTPException) as error:
            reason = f"{error}."  # nobody answers, or the connection broke
        print(f"  {reason} Trying again in {seconds} s.", file=sys.stderr)
        time.sleep(seconds)
    raise ConnectionError(reason)


def message_of(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read())["error"]["message"])
    except (OSError, ValueError, KeyError, TypeError):
        return f"status {error.code}"


def write(path: Path, content: bytes) -> None:
    """Whole or not at all, whenever it is interrupted."""
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)


def text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        sys.exit(f"{path} cannot be read: it is not UTF-8: save it as UTF-8")
    except OSError as error:
        sys.exit(f"{path} cannot be read: {error.strerror}")


def main(script: Path, server: str, folder: Path) -> int:
    sentences = sentences_of(text_of(script))
    folder.mkdir(parents=True, exist_ok=True)
    notes = folder / "spoken.json"
    spoken = json.loads(notes.read_text("utf-8")) if notes.exists() else {}
    failed = 0
    for number, text in enumerate(sentences, 1):
        path = folder / f"{number:03}.wav"
        if spoken.get(path.name) == text and path.exists():
            continue
        print(f"{path.name}  {text}")
        try:
            wav = speak(server, text)
        except (Refused, ConnectionError) as error:
            print(f"  {error}", file=sys.stderr)
            failed += 1
            if getattr(error, "status", 401) == 401:
                break  # so would all the others
            continue
        spoken.pop(path.name, None)  # until the file holds what the note says
        write(notes, json.dumps(spoken).encode())
        write(path, wav)
        spoken[path.name] = text
        write(notes, json.dumps(spoken).encode())
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: python speak.py SCRIPT SERVER [FOLDER]")
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], Path((*sys.argv, "wavs")[3])))
