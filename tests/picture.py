"""The picture in the README: the real desk, with the real preview voice, amid its work.

Run: ``python -m tests.picture .github/desk.svg``
"""

from __future__ import annotations

import asyncio
import html
import re
import shutil
import sys
import tempfile
from pathlib import Path

from rich.cells import cell_len

from engine.domain import Status
from engine.script import read_script
from tui.app import StudioApp
from tui.early import Flags

SAMPLE = Path(__file__).parents[1] / "sample_scripts" / "korean_intro.txt"


async def amid_work(script: Path) -> str:
    """Speak most of the script, judge some of it, and return what the desk looks like as SVG."""
    app = StudioApp(script, read_script(script), Flags(engine="espeak"))
    async with app.run_test(size=(110, 34)) as pilot:
        while (session := app.desk.session) is None or session.director is None:
            await pilot.pause(0.05)
        project, director = session.project, session.director
        spoken = [id_ for id_ in project.ids if project.row(id_).sentence.spoken]
        director.speak([*spoken[:17], spoken[3], spoken[6]])
        await director.drained()
        for sentence_id in spoken[:6]:
            project.accept(sentence_id)
        project.reject(spoken[8])
        project.edit(spoken[10], text=project.row(spoken[10]).sentence.text + " 천천히요.")
        assert project.row(spoken[10]).status is Status.STALE
        for _ in range(7):
            await pilot.press("down")
        await pilot.pause(0.2)
        return app.export_screenshot(title="tts-studio")


def widened(svg: str) -> str:
    """The picture with Hangul two cells wide: Rich gives each run of text its place by cells but
    its length by characters."""

    def widen(run: re.Match[str]) -> str:
        text = html.unescape(run[3])
        length = float(run[1]) / len(text) * cell_len(text)
        return f'textLength="{length:.1f}"{run[2]}>{run[3]}</text>'

    return re.sub(r'textLength="([\d.]+)"([^>]*)>([^<]+)</text>', widen, svg)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        picture = asyncio.run(amid_work(Path(shutil.copy(SAMPLE, folder))))
    Path(sys.argv[1]).write_text(widened(picture), encoding="utf-8")
