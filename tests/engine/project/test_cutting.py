"""Cuts made by hand: kept at once, undone, taken back, found anew."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from engine.complaints import LATE, NO_PAUSE, TOO_LONG
from engine.domain import SAMPLE_RATE, Cut, Status, Take
from engine.errors import ProjectError
from engine.project import Project
from tests.engine.project.conftest import OpenProject
from tests.engine.project.making import speak, speak_now

FOUND = Cut(0.1, 0.7004, "no_pause", 0.4)


async def spoken(project: Project, *said: str) -> Take:
    return await speak(project, 1, duration=1.0, cut=FOUND, complaints=said)


def now(project: Project) -> Take:
    take = project.row(1).take
    assert take is not None
    return take


def edges(project: Project) -> tuple[float, float]:
    cut = now(project).draft.cut
    return cut.start, cut.end


async def test_a_cut_by_hand_holds_at_once_and_after_a_reopening(
    open_project: OpenProject,
) -> None:
    project = open_project("하나.")
    take = await spoken(project, NO_PAUSE)
    told: list[int] = []
    project.subscribe(told.extend)

    moved = project.move_cut(take.id, 0.2, 0.8)

    assert moved == now(project)
    assert moved.draft.cut == Cut(0.2, 0.8, by_hand=True)
    assert moved.draft.found == FOUND
    assert moved.seconds == pytest.approx(0.6)
    assert told == [1]
    project.close()
    assert now(open_project("하나.")) == moved


async def test_what_was_said_against_the_found_cut_is_settled_by_hand(project: Project) -> None:
    late = LATE.format(seconds=1.0)
    take = await spoken(project, late, NO_PAUSE)
    assert project.row(1).status is Status.FLAGGED
    assert project.move_cut(take.id, 0.2, 0.8).draft.complaints == (late,)


async def test_edges_lie_on_whole_samples_within_the_take_and_apart(project: Project) -> None:
    take = await spoken(project)
    project.move_cut(take.id, 0.1 + 1e-6, 0.5 - 1e-6)
    assert edges(project) == (2400 / SAMPLE_RATE, 12000 / SAMPLE_RATE)
    project.move_cut(take.id, -3.0, 7.0)
    assert edges(project) == (0.0, 1.0)
    project.move_cut(take.id, 0.5, 0.2)
    assert edges(project) == (0.5, 0.51)
    project.move_cut(take.id, 2.0, 3.0)
    assert edges(project) == (0.99, 1.0)
    for wrong in (float("nan"), float("inf")):
        with pytest.raises(ProjectError):
            project.move_cut(take.id, wrong, 0.5)


async def test_what_moves_no_edge_by_a_sample_is_no_cut_by_hand(project: Project) -> None:
    take = await spoken(project)
    assert project.move_cut(take.id, 0.1, 0.7004 + 1e-6) is take
    assert project.undo() is None


async def test_a_move_is_undone_with_what_was_said_before_and_done_again(project: Project) -> None:
    take = await spoken(project, NO_PAUSE)
    moved = project.move_cut(take.id, 0.2, 0.8)
    undone = project.undo()
    assert undone is not None
    assert (undone.name, undone.ids) == ("Move the cut", (1,))
    assert now(project) == take
    project.redo()
    assert now(project) == moved


async def test_moves_that_go_on_are_one_step(open_project: OpenProject) -> None:
    project = open_project("하나.")
    take = await spoken(project)
    project.move_cut(take.id, 0.1, 0.6)
    for tenths in (61, 62, 63):
        project.move_cut(take.id, 0.1, tenths / 100, goes_on=True)
    project.move_cut(take.id, 0.1, 0.5)
    project.close()
    project = open_project("하나.")
    project.undo()
    assert edges(project) == pytest.approx((0.1, 0.63))
    project.undo()
    assert now(project).draft.cut == FOUND
    project.redo()
    assert edges(project) == pytest.approx((0.1, 0.63))


async def test_nothing_goes_on_after_something_else_was_done_or_undone(project: Project) -> None:
    take = await spoken(project)
    project.move_cut(take.id, 0.1, 0.6, goes_on=True)
    project.accept(1)
    project.move_cut(take.id, 0.1, 0.5, goes_on=True)
    project.undo()
    assert edges(project) == pytest.approx((0.1, 0.6))
    project.undo()
    project.move_cut(take.id, 0.1, 0.4, goes_on=True)
    project.undo()
    assert edges(project) == pytest.approx((0.1, 0.6))
    other = await speak(project, 2, duration=1.0)
    project.move_cut(other.id, 0.1, 0.4, goes_on=True)
    project.undo()
    assert edges(project) == pytest.approx((0.1, 0.6))


async def test_the_found_cut_comes_back_as_it_was(project: Project) -> None:
    take = await spoken(project)
    project.move_cut(take.id, 0.2, 0.8)
    project.move_cut(take.id, 0.3, 0.8)
    restored = project.restore_cut(take.id)
    assert restored.draft.cut == FOUND
    assert restored.draft.found is None
    with pytest.raises(ProjectError, match="as it was found"):
        project.restore_cut(take.id)
    project.undo()
    assert edges(project) == pytest.approx((0.3, 0.8))


async def test_each_take_keeps_its_own_cut(project: Project) -> None:
    first, second = await spoken(project), await spoken(project)
    project.move_cut(first.id, 0.2, 0.3)
    assert [take.draft.cut for take in project.row(1).takes] == [
        Cut(0.2, 0.3, by_hand=True),
        second.draft.cut,
    ]


async def test_takes_are_cut_again_in_one_action(project: Project) -> None:
    first = await spoken(project, NO_PAUSE)
    second = await speak(project, 2, duration=1.0)
    by_hand = project.move_cut(second.id, 0.3, 0.4)
    anew = replace(first.draft, cut=Cut(0.0, 0.9, "ok", 0.8), complaints=(TOO_LONG,))

    project.cut_again({first.id: anew, second.id: replace(second.draft, cut=Cut(0.0, 0.6))})

    assert now(project).draft == anew
    cut_by_hand = project.row(2).take
    assert cut_by_hand is not None
    assert cut_by_hand.draft.cut == Cut(0.0, 0.6)
    assert cut_by_hand.draft.found is None
    project.undo()
    assert (now(project), project.row(2).take) == (first, by_hand)


async def test_what_a_cut_keeps_is_checked_later_unless_it_has_moved_on(project: Project) -> None:
    take = await spoken(project, TOO_LONG)
    moved = project.move_cut(take.id, 0.2, 0.8)
    project.recheck(take.id, FOUND, ["It is something else."])
    assert now(project) == moved
    project.recheck(take.id, moved.draft.cut, [])
    assert now(project).draft.complaints == ()
    project.undo()
    assert now(project) == take


async def test_a_cut_that_is_found_later_leaves_one_by_hand_alone(project: Project) -> None:
    take = await spoken(project)
    moved = project.move_cut(take.id, 0.2, 0.8)
    with suppress(ProjectError):
        await project.recut(take.id, Cut(0.0, 0.5), [])
    assert now(project) == moved


def test_a_project_that_may_only_be_read_is_not_cut(open_project: OpenProject) -> None:
    project = open_project("하나.")
    take = speak_now(project, 1, duration=1.0, cut=FOUND)
    other = open_project("하나.", read_only=True)
    for change in (
        lambda: other.move_cut(take.id, 0.2, 0.8),
        lambda: other.restore_cut(take.id),
        lambda: other.cut_again({take.id: take.draft}),
        lambda: other.recheck(take.id, FOUND, []),
    ):
        with pytest.raises(ProjectError):
            change()
