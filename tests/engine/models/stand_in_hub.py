"""A stand-in for the hub: a real server on loopback that answers what the hub's library asks, with
models of the catalogue's names and files of a few megabytes in all."""

from __future__ import annotations

import hashlib
import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from engine.models.catalogue import CATALOGUE, Model, find_model
from tests.engine.models.making import KINDS, contents

REVISION = "7" * 40
MEGABYTE = 1 << 20
WEIGHTS = random.Random(7).randbytes(3 * MEGABYTE + 12_345)


@dataclass(frozen=True)
class Asked:
    """One request for bytes of a file."""

    name: str
    first: int
    sent: int


def files_of(model: Model) -> dict[str, bytes]:
    """No two of the same content, which would be sent once."""
    return {
        name: data if data != b"{}" else json.dumps({"this is": name}).encode()
        for name, data in _contents(model).items()
    }


def _contents(model: Model) -> dict[str, bytes]:
    if model.kind == "Tokenizer":
        within = "speech_tokenizer/"
        every = contents("base", WEIGHTS).items()
        return {name.removeprefix(within): data for name, data in every if within in name}
    return {**contents(KINDS[model.kind], WEIGHTS), "README.md": b"# A model\n"}


class StandInHub:
    """What it serves and how it misbehaves; what it was asked for.

    Attributes:
        token: the one that is right; any other is refused, and none is fine.
        break_after: for each coming request of a large file, after how many bytes the connection
            breaks.
        hold_after: the sending of large files stops here until :attr:`go_on`.
        damaged: large files arrive with a wrong byte.
        failing: the status that answers everything.
        hidden: files that the hub does not have.
        renamed: files that it lists by another name.
        tokens: those that came with requests; None for none.
        tokens_elsewhere: those that came with requests to the servers of the large files, which are
            others than the hub's own.
    """

    def __init__(self) -> None:
        self.token = "hf_RightToken"
        self.break_after: list[int] = []
        self.hold_after: int | None = None
        self.go_on = threading.Event()
        self.damaged = False
        self.failing = 0
        self.hidden: set[str] = set()
        self.renamed: dict[str, str] = {}
        self.asked: list[Asked] = []
        self.tokens: set[str | None] = set()
        self.tokens_elsewhere: set[str | None] = set()
        self.address = ""

    def files(self, name: str) -> dict[str, bytes]:
        model = find_model(name)
        assert model is not None
        shown = {file: data for file, data in files_of(model).items() if file not in self.hidden}
        return {self.renamed.get(file, file): data for file, data in shown.items()}

    def total(self, name: str) -> int:
        return sum(map(len, self.files(name).values()))

    @property
    def sent(self) -> int:
        return sum(asked.sent for asked in self.asked)


@contextmanager
def stand_in_hub() -> Iterator[StandInHub]:
    hub = StandInHub()

    class Handler(_Handler):
        serving = hub

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hub.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield hub
        finally:
            hub.go_on.set()
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    serving: StandInHub

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as it is overridden
        pass

    def _answer(self) -> None:
        hub = self.serving
        path = self.path.partition("?")[0].strip("/").split("/")
        token = (self.headers["Authorization"] or "").removeprefix("Bearer ") or None
        if path[0] == "cdn":
            hub.tokens_elsewhere.add(token)
            return self._large(path[1], path[2])
        hub.tokens.add(token)
        if hub.failing:
            return self._refuse(hub.failing)
        if token not in (None, hub.token):
            wrong = ("X-Error-Message", "Invalid credentials in Authorization header")
            return self._refuse(401, wrong)
        if path[:2] == ["api", "models"]:
            return self._listing("/".join(path[2:4]))
        return self._resolve("/".join(path[:2]), path[4:])

    def _listing(self, repository: str) -> None:
        model = next((each for each in CATALOGUE if each.repository == repository), None)
        if model is None:
            return self._refuse(404, ("X-Error-Code", "RepoNotFound"))
        siblings = [
            {"rfilename": name, "size": len(data), "blobId": _sha1(data), **_large_file(data)}
            for name, data in self.serving.files(model.name).items()
        ]
        body = json.dumps({"id": repository, "sha": REVISION, "siblings": siblings}).encode()
        return self._send(200, body, ("Content-Type", "application/json"))

    def _resolve(self, repository: str, path: list[str]) -> None:
        name = repository.partition("/")[2]
        data = self.serving.files(name).get("/".join(path))
        if data is None:
            return self._refuse(404, ("X-Error-Code", "EntryNotFound"))
        commit = ("X-Repo-Commit", REVISION)
        if _is_large(data):
            etag = hashlib.sha256(data).hexdigest()
            elsewhere = self.serving.address.replace("127.0.0.1", "localhost")
            return self._send(
                302,
                b"",
                commit,
                ("Location", f"{elsewhere}/cdn/{name}/{etag}"),
                ("X-Xet-Hash", etag),
                ("X-Xet-Refresh-Route", f"{elsewhere}/there/is/none"),
                ("X-Linked-Etag", f'"{etag}"'),
                ("X-Linked-Size", str(len(data))),
            )
        if self.command == "GET":
            self.serving.asked.append(Asked("/".join(path), 0, len(data)))
        return self._send(200, data, commit, ("ETag", f'"{_sha1(data)}"'))

    def _large(self, model: str, etag: str) -> None:
        """A file as the hub's network of servers has it: by its content, and from any byte on."""
        hub = self.serving
        name, data = next(
            (name, data)
            for name, data in hub.files(model).items()
            if hashlib.sha256(data).hexdigest() == etag
        )
        first = int((self.headers["Range"] or "bytes=0-")[len("bytes=") :].partition("-")[0])
        rest = data[first:]
        if hub.damaged:
            rest = rest[:-1] + bytes([rest[-1] ^ 1])
        self.send_response(206 if first else 200)
        self.send_header("Content-Length", str(len(rest)))
        if first:
            self.send_header("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}")
        self.end_headers()
        breaks = hub.break_after.pop(0) if hub.break_after else None
        stops = hub.hold_after if breaks is None else breaks
        self.wfile.write(rest[:stops])
        if breaks is None and stops is not None:
            self.wfile.flush()
            hub.go_on.wait(60)
            self.wfile.write(rest[stops:])
        hub.asked.append(Asked(name, first, len(rest[:breaks])))
        self.close_connection = True

    def _refuse(self, status: int, *headers: tuple[str, str]) -> None:
        self._send(status, b"{}", *headers)

    def _send(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


def _is_large(data: bytes) -> bool:
    return len(data) > MEGABYTE


def _sha1(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _large_file(data: bytes) -> dict[str, Any]:
    if not _is_large(data):
        return {}
    sha256 = hashlib.sha256(data).hexdigest()
    return {"lfs": {"sha256": sha256, "size": len(data), "pointerSize": 135}}
