from __future__ import annotations

import subprocess
import sys

SLOW = ("numpy", "soundfile", "httpx", "filelock", "platformdirs", "textual")


def test_importing_the_project_waits_for_nothing_that_a_first_paint_does_not_need() -> None:
    code = (
        "import sys, engine.project; "
        f"sys.stdout.write(' '.join(name for name in {SLOW!r} if name in sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == ""


def test_opening_a_project_does_not_bring_in_sound() -> None:
    code = (
        "import sys, tempfile, pathlib\n"
        "from engine.domain import Script\n"
        "from engine.project import Project\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    script = Script((), 'Korean', 'utf-8', False)\n"
        "    Project.open(pathlib.Path(folder, 's.txt'), script).close()\n"
        "sys.stdout.write(' '.join(n for n in ('numpy', 'soundfile') if n in sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == ""
