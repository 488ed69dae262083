"""Where chance begins: the same number gives the same takes again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from engine.domain import SpeechDone
from engine.errors import EngineLost, SpeechFailed
from engine.project import Project
from engine.script import split_text
from engine.seeds import free_seed
from tests.engine.directing import directing, spoken
from tests.engine.scripted_engine import Outcome, ScriptedEngine

TEXTS = ("One is here.", "Two is here.", "Two is here.")
RUNAWAY = SpeechDone("length", 0, 13)
KILLED = EngineLost("It was killed.", from_outside=True)


def opened(folder: Path, name: str = "script.txt") -> Project:
    script = folder / name
    script.write_text("\n".join(TEXTS), encoding="utf-8")
    return Project.open(script, split_text("\n".join(TEXTS), language="en"))


async def asked_seeds(
    project: Project,
    rows: list[int] | None = None,
    *outcomes: Outcome,
    seed: int | None = 7,
    capacity: int = 1,
) -> list[int]:
    """The seeds that an engine is asked for, in the order in which it is asked."""
    engine = ScriptedEngine(capacity)
    engine.plan(TEXTS[0], *outcomes)
    async with directing(project, engine, seed=seed) as (director, _heard):
        director.speak([project.ids[row] for row in rows or range(len(TEXTS))], by_hand=True)
        await spoken(director)
    return [request.seed for request in engine.asked]


def recorded(project: Project) -> list[list[int]]:
    return [list(project.seeds(id_)) for id_ in project.ids]


async def test_two_fresh_projects_of_a_script_have_the_same_seeds(tmp_path: Path) -> None:
    with opened(tmp_path, "one.txt") as one, opened(tmp_path, "other.txt") as other:
        await asked_seeds(one)
        await asked_seeds(other, [2, 0, 1], capacity=2)
        assert recorded(one) == recorded(other)
        assert len({seed for seeds in recorded(one) for seed in seeds}) == 3


async def test_another_beginning_and_none_give_others(tmp_path: Path) -> None:
    had: list[list[int]] = []
    for number, seed in enumerate((7, 8, None, None)):
        with opened(tmp_path, f"{number}.txt") as project:
            had.append(await asked_seeds(project, seed=seed))
    assert len({seed for seeds in had for seed in seeds}) == 12


async def test_seeds_are_the_same_on_every_machine() -> None:
    assert [free_seed(7, 1, takes, ()) for takes in range(3)] == [2113810945, 553173627, 1385612904]
    assert free_seed(2**63 - 1, 1, 0, ()) < 2**31


async def test_each_take_more_has_a_seed_of_its_own_however_many_are_made_at_once(
    tmp_path: Path,
) -> None:
    with opened(tmp_path, "one.txt") as one, opened(tmp_path, "other.txt") as other:
        await asked_seeds(one, [0, 0, 0, 0], capacity=3)
        for _time in range(4):
            await asked_seeds(other, [0])
        assert len(set(recorded(one)[0])) == 4
        assert set(recorded(one)[0]) == set(recorded(other)[0])


async def test_a_deleted_take_does_not_come_again(tmp_path: Path) -> None:
    with opened(tmp_path) as project:
        first = await asked_seeds(project, [0])
        take = project.row(project.ids[0]).take
        assert take is not None
        project.delete_take(take.id)
        assert await asked_seeds(project, [0]) != first


async def test_the_seed_of_a_runaway_is_never_tried_again(tmp_path: Path) -> None:
    with opened(tmp_path) as project:
        await asked_seeds(project, [0], RUNAWAY)
        await asked_seeds(project, [0])
        await asked_seeds(project, [0], RUNAWAY, RUNAWAY)
        assert len(set(recorded(project)[0])) == 3


@pytest.mark.parametrize(
    ("outcome", "again"),
    [(RUNAWAY, False), (SpeechFailed("Not a number."), False), (KILLED, True)],
)
async def test_what_is_tried_again_has_another_seed_unless_a_kill_from_outside_ended_it(
    tmp_path: Path, outcome: Outcome, again: bool
) -> None:
    with opened(tmp_path) as project:
        first, second = await asked_seeds(project, [0], outcome)
        assert (first == second) is again


async def test_what_was_cancelled_has_the_same_seed_another_time(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    engine.plan(TEXTS[0], asyncio.Event())
    with opened(tmp_path) as project:
        async with directing(project, engine, seed=7) as (director, heard):
            director.speak(project.ids[:1])
            await heard.until(lambda: bool(engine.in_flight))
            director.cancel()
            await spoken(director)
            director.speak(project.ids[:1])
            await spoken(director)
        assert engine.asked[0].seed == engine.asked[1].seed


async def test_the_seed_of_the_row_itself_comes_first(tmp_path: Path) -> None:
    with opened(tmp_path) as project:
        project.edit(project.ids[0], seed=77)
        assert (await asked_seeds(project))[0] == 77
