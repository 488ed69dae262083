"""A review of the Korean sample from the first word to the exported files, by keys alone: the same
steps for whoever has hands and eyes, whether in a real terminal or in Textual's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Protocol

import numpy as np

from engine.audio import deliver, read_audio
from engine.domain import SAMPLE_RATE, Verdict
from engine.project import Project
from engine.script import read_script

SAMPLE = Path(__file__).parents[2] / "sample_scripts" / "korean_intro.txt"
SENTENCES = [sentence for sentence in read_script(SAMPLE).sentences if sentence.spoken]
TEXTS = [sentence.text for sentence in SENTENCES]
"""The 23 sentences, as the script has them."""

EDITED = {1: " 함께해요.", 3: " 정말이에요."}
"""What is written after which of them."""

SPLIT, MERGED, REJECTED = 4, 21, 10
"""Which is split in two, which takes in the next one, and which is not good enough."""


class Hands(Protocol):
    """Someone in front of the desk. Keys have Textual's names."""

    async def press(self, *keys: str) -> None: ...

    async def type(self, text: str) -> None: ...

    async def sees(self, *texts: str) -> None:
        """Wait until all of these are on the screen together."""
        ...


async def find(hands: Hands, place: int, *, number: int) -> None:
    """Go to one of the sentences, which has this number now."""
    await hands.press("slash")
    await hands.sees("Find", "Esc")
    await hands.type(TEXTS[place][:14])
    await hands.sees("1/1")
    await hands.press("enter")
    await hands.sees(f"{number}  ◉ ready  ·  {SENTENCES[place].section}  ·", "F1 Help")


async def review(hands: Hands) -> None:
    """Speak, re-roll, edit, split, merge, reject, speak what that asks for, accept, export."""
    await hands.sees(TEXTS[0], "ready")
    await hands.press("R")
    await hands.sees("23/23 spoken")

    for place in (0, 2, 5):
        await find(hands, place, number=place + 1)
        await hands.press("r")
        section = SENTENCES[place].section
        await hands.sees(f"{place + 1}  ◉ ready  ·  {section}  ·  take 2 of 2")

    for place, more in EDITED.items():
        await find(hands, place, number=place + 1)
        await hands.press("e")
        await hands.sees("editing")
        await hands.type(more)
        await hands.press("enter")
        await hands.sees(f"{place + 1}  ↻ changed", more.strip(), "F1 Help")

    await find(hands, SPLIT, number=SPLIT + 1)
    await hands.press("s")
    await hands.sees("Split here")
    await hands.press("enter")
    await hands.sees("20/24 spoken")

    await find(hands, MERGED, number=MERGED + 2)
    await hands.press("m")
    await hands.sees("Merged 2 rows into one.", "18/23 spoken")

    await find(hands, REJECTED, number=REJECTED + 2)
    await hands.press("x")
    await hands.sees("✗ rejected", "17/23 spoken")

    await hands.press("R")
    await hands.sees("23/23 spoken")
    await hands.press("ctrl+a", "a")
    await hands.sees("Accepted 23 rows.", "✓ 23")
    await hands.press("f9")
    await hands.sees("23  new")
    await hands.press("escape")


def wanted_texts(split: tuple[str, str]) -> list[str]:
    """The sentences as they are to be exported."""
    texts = [text + EDITED.get(place, "") for place, text in enumerate(TEXTS)]
    texts[MERGED : MERGED + 2] = [" ".join(texts[MERGED : MERGED + 2])]
    texts[SPLIT : SPLIT + 1] = split
    return texts


def check(script: Path) -> None:
    """The export holds what was reviewed, in order, sample for sample."""
    (folder,) = (script.parent / "output").iterdir()
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    entries = manifest["sentences"]
    first, second = (entry["text"] for entry in entries[SPLIT : SPLIT + 2])
    assert f"{first} {second}" == TEXTS[SPLIT]
    assert [entry["text"] for entry in entries] == wanted_texts((first, second))
    assert [entry["number"] for entry in entries] == list(range(1, 24))
    assert {entry["status"] for entry in entries} == {"accepted"}
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json",
        *(entry["file"] for entry in entries),
    }
    assert [entry["file"].partition("_")[0] for entry in entries] == [
        f"{number:03}" for number in range(1, 24)
    ]
    with Project.open(script, read_script(script)) as project:
        spoken = [row for row in map(project.row, project.ids) if row.sentence.spoken]
        for entry, row in zip(entries, spoken, strict=True):
            take = row.take
            assert take is not None
            assert take.verdict is Verdict.ACCEPTED
            assert (entry["text"], entry["take"]) == (row.sentence.text, take.number)
            assert take.draft.asked.text == row.sentence.text
            written, rate = read_audio(folder / entry["file"])
            kept = deliver(
                project.read_audio(take), SAMPLE_RATE, take.draft.cut, silence=manifest["silence"]
            )
            assert rate == SAMPLE_RATE
            np.testing.assert_allclose(written, kept, atol=1e-4)
        takes = [len(row.takes) for row in spoken]
    assert [takes[place] for place in (0, 2)] == [2, 2]
    assert sum(takes) == 23 + 3 + 2 + 1 + 1 + 1  # spoken, again, edited, split, merged, rejected
