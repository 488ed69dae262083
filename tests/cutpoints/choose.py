"""Take this folder's clips from the whole set: ``python -m tests.cutpoints.choose WHOLE_SET``.

Nothing that a cut finder answers has a part in it. A fifth of every language, source, voice and
stress is kept, two at least; a third of what is Korean, so that its part in the whole stays as it
was; and everything of the rarest stresses. The clip that fills most gaps per byte comes next, so
shorter ones are preferred and those that share a closing take.
"""

from __future__ import annotations

import json
import math
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MOST_BYTES = 6_000_000
SHARES = {"language ko": 1 / 3, "missing": 1, "doubled": 1, "tinypause": 1, "pause<60": 1}
"""What is kept of a group where it is not the usual share. The statuses, and how near two sounds
may be, hang on few clips."""

SHARE = 1 / 5
FEWEST = 2

Clip = dict[str, Any]


def groups(clip: Clip) -> Iterator[str]:
    """What a clip is an example of."""
    yield f"language {clip['language']}"
    yield f"source {clip['source']}"
    yield f"voice {clip['voice']}"
    yield from clip["notes"]


def choose(clips: list[Clip], folder: Path) -> list[Clip]:
    """The clips to keep, in the order of their ids."""
    lacking = {
        group: min(count, max(FEWEST, math.ceil(SHARES.get(group, SHARE) * count)))
        for group, count in Counter(group for clip in clips for group in groups(clip)).items()
    }
    chosen: list[Clip] = []
    left = list(clips)

    def gain(clip: Clip) -> float:
        filled = sum(lacking[group] > 0 for group in groups(clip))
        return filled / size_of(files_of([clip]) - files_of(chosen), folder)

    while any(count > 0 for count in lacking.values()):
        best = max(left, key=gain)
        left.remove(best)
        chosen.append(best)
        for group in groups(best):
            lacking[group] -= 1
    return sorted(chosen, key=lambda clip: clip["id"])


def files_of(clips: list[Clip]) -> set[str]:
    return {clip[key] for clip in clips for key in ("file", "closing_ref_file")}


def size_of(names: set[str], folder: Path) -> int:
    return sum((folder / name).stat().st_size for name in names)


def main() -> None:
    folder = Path(sys.argv[1])
    lines = (folder / "manifest.jsonl").read_text("utf-8").splitlines()
    clips = {line: json.loads(line) for line in lines}
    chosen = choose(list(clips.values()), folder)
    names = files_of(chosen)
    size = size_of(names, folder)
    if size > MOST_BYTES:
        sys.exit(f"{len(chosen)} clips have {size:,} bytes; at most {MOST_BYTES:,}")
    (HERE / "refs").mkdir(exist_ok=True)
    for name in sorted(names):
        shutil.copyfile(folder / name, HERE / name)
    kept = "".join(f"{line}\n" for line, clip in clips.items() if clip in chosen)
    (HERE / "manifest.jsonl").write_bytes(kept.encode())
    sys.stdout.write(f"{len(chosen)} clips, {len(names)} files, {size:,} bytes\n")


if __name__ == "__main__":
    main()
