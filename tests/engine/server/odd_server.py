"""A real server whose worker is another program: ``odd_server.py SCRIPT[,ARGUMENT] --port 0``."""

from __future__ import annotations

import asyncio
import os
import sys
from functools import partial

from engine import report
from engine.closing import Closing
from engine.serve_command import introduce, tell
from engine.server.front import Front
from engine.server.run import listen, serve
from engine.server.upstream import WorkerUpstream
from engine.server_settings import load_server_settings


async def main(worker: list[str], port: str) -> int:
    settings = load_server_settings({"port": port})
    with listen(settings) as listener:
        introduce(settings, "odd", listener.getsockname()[:2], report.print_line)
        upstream = WorkerUpstream(
            "odd",
            on_state=partial(tell, report.print_line),
            command=[sys.executable, *worker],
            idle_seconds=float(os.environ.get("IDLE_SECONDS", "60")),
        )
        front = Front(settings, upstream, closing=Closing(), silence=0.2)
        await serve(front, settings, listener, report.print_line)
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1].split(","), sys.argv[3])))
