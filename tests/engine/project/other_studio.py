"""A studio in a process of its own: opens a project, says so, and holds it until its stdin closes
or it is killed.

    python -m tests.engine.project.other_studio SCRIPT TEXT...
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from engine.project import Project
from tests.engine.project.making import script_of


def main(path: str, *texts: str) -> None:
    with Project.open(Path(path), script_of(*texts)) as project:
        said = {"pid": os.getpid(), "read_only": project.read_only}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
        for line in sys.stdin:
            project.edit(1, text=line.strip())
            project.flush()
            sys.stdout.write("done\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
