"""A real server on a cluster of its own, whose workers are another program: ``odd_cluster.py SCRIPT
--port 0``."""

from __future__ import annotations

import sys

from engine import report
from engine.closing import Closing
from engine.i18n import language
from engine.serve_command import introduce
from engine.server.cluster import serve_cluster
from engine.server.cluster_speaker import Plan
from engine.server.run import listen
from engine.server_settings import load_server_settings


def main(worker: str) -> int:
    settings = load_server_settings()
    with listen(settings.model_copy(update={"port": 0})) as listener:
        bound = listener.getsockname()[:2]
    introduce(settings, "odd", bound, report.print_line)
    plan = Plan(
        "odd",
        options="",
        closing=Closing(),
        silence=0.2,
        interface=language(),
        requests=settings.ray_requests,
        command=(sys.executable, worker),
    )
    settings = settings.model_copy(update={"port": bound[1]})
    serve_cluster(plan, settings, report.print_line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
