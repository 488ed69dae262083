"""How long a project of a long script takes to open, to follow a change and to be read.

python -m tests.benchmarks.bench_project_open [SENTENCES]
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

import numpy as np

from engine.domain import Cut, Script, ScriptSentence, Take, TakeDraft
from engine.project import Project
from engine.project.rows import take_file, take_write
from engine.project.writer import Writer

WORDS = [
    "바람",
    "나무",
    "하늘",
    "사람",
    "시간",
    "그는",
    "그녀가",
    "천천히",
    "걸었다",
    "말했다",
    "보았다",
    "오늘",
    "어제",
    "밤",
    "아침",
]


def make_script(count: int) -> Script:
    """Every fifth line is one of a few that repeat, as in a dialogue."""
    chance = random.Random(1)
    texts = [
        "네." if n % 5 == 0 else " ".join(chance.choices(WORDS, k=8)) + "." for n in range(count)
    ]
    lines = tuple(ScriptSentence(text, True, "", "1장", 1 + n // 7) for n, text in enumerate(texts))
    return Script(lines, "Korean", "utf-8", hard_wrapped=False)


def changed(script: Script, every: int) -> Script:
    """One word more in every n-th line."""
    lines = tuple(
        ScriptSentence("그리고 " + line.text, True, "", line.section, line.paragraph)
        if n % every == 0
        else line
        for n, line in enumerate(script.sentences)
    )
    return Script(lines, script.language, script.encoding, hard_wrapped=False)


@contextmanager
def measured(what: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    print(f"{time.perf_counter() - start:8.3f} s  {what}")


async def add_takes(project: Project, ids: list[int]) -> None:
    samples = np.zeros(24_000, dtype=np.float32)
    for sentence_id in ids:
        sentence = project.row(sentence_id).sentence
        draft = TakeDraft(sentence.to_speak(), 1, "espeak", "", "stop", 1.0, Cut(0.0, 1.0))
        await project.add_take(sentence_id, samples, draft)


def fill_with_takes(project: Project) -> None:
    """One for each sentence, with empty files: opening looks at names only."""
    writer = Writer(project.folder / "project.db")
    for sentence_id in project.ids:
        sentence = project.row(sentence_id).sentence
        draft = TakeDraft(sentence.to_speak(), 1, "espeak", "", "stop", 1.0, Cut(0.0, 1.0))
        name, id_ = take_file(sentence_id, 99), 100_000 + sentence_id
        take = Take(id_, sentence_id, 99, name, draft, datetime.now(timezone.utc))
        (project.takes_folder / name).touch()
        writer.put([take_write(take)])
    writer.flush()
    writer.stop()


def main(count: int) -> None:
    script = make_script(count)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "대본.txt")
        with measured(f"first opening of {count} sentences"):
            project = Project.open(path, script)
        with measured("until all is on the disk"):
            project.flush()
        with measured("every row, for the first time"):
            rows = [project.row(sentence_id) for sentence_id in project.ids]
        with measured("every row again"):
            rows = [project.row(sentence_id) for sentence_id in project.ids]
        with measured("one sentence not spoken any more (all that follow are renumbered)"):
            project.edit(rows[0].sentence.id, spoken=False)
        with measured("one edit"):
            project.edit(rows[1].sentence.id, text="다른 말.")
        with measured("fix_labels"):
            project.fix_labels()
        with measured("100 takes of a second, one after another"):
            asyncio.run(add_takes(project, list(project.ids[:100])))
        project.close()
        with measured("opening again"):
            project = Project.open(path, script)
        fill_with_takes(project)
        project.close()
        with measured("opening with a take for each sentence, not yet anybody's current one"):
            project = Project.open(path, script)
        project.close()
        with measured("opening with a take for each sentence"):
            project = Project.open(path, script)
        with measured("needs_speaking"):
            project.needs_speaking()
        project.close()
        for every in (1, 2, 100):
            with measured(f"opening after every {every}. line has changed"):
                project = Project.open(path, changed(script, every))
            project.close()
            Project.open(path, script).close()
        shuffled = list(script.sentences)
        random.Random(2).shuffle(shuffled)
        with measured("opening after all lines were shuffled"):
            project = Project.open(path, Script(tuple(shuffled), "Korean", "utf-8", False))
        project.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
