"""A studio that adds takes and makes edits, telling each once it is durable, until it is killed.

python -m tests.engine.project.killed_studio SCRIPT SEED
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import random
import sys
from pathlib import Path
from typing import Any

from engine.project import Project
from tests.engine.project.making import script_of, speak

LINES = ("하나.", "둘.", "셋.", "넷.")


def tell(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


async def add(project: Project, sentence_id: int, pitch: float) -> None:
    take = await speak(project, sentence_id, pitch=pitch)
    content = (project.takes_folder / take.file).read_bytes()
    tell(take=take.id, file=take.file, sha256=hashlib.sha256(content).hexdigest())


async def work(project: Project, chance: random.Random) -> None:
    for number in itertools.count(1 + int(project.get_setting("number", "0"))):
        chosen = [chance.choice(project.ids) for _ in range(2)]
        both = asyncio.gather(*(add(project, id_, chance.uniform(100, 2_000)) for id_ in chosen))
        project.edit(chosen[0], label=f"label {number}")
        if project.row(chosen[0]).take:
            project.accept(chosen[0])
            project.undo()
        await both
        project.set_setting("number", str(number))
        project.edit(chosen[1], text=f"{number}번째.")
        project.flush()
        tell(sentence=chosen[1], number=number)


def main(path: str, seed: str) -> None:
    tell(started=True)
    with Project.open(Path(path), script_of(*LINES)) as project:
        asyncio.run(work(project, random.Random(int(seed))))


if __name__ == "__main__":
    main(*sys.argv[1:])
