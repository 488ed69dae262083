"""The waveform under the mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from tests.engine.words import as_pcm
from tests.tui.conftest import OpenDesk
from tests.tui.desk import Desk, QuietPlayer, TellingEngine
from tests.tui.waves import FOUND, SPOKEN, head_of, speak_first, wave_of

WIDTH = 91
"""Cells, so that the last of them is at the end of the take and each is 20 ms."""


@pytest.fixture(autouse=True)
def known_words(engine: TellingEngine, player: QuietPlayer) -> None:
    engine.sound = as_pcm(SPOKEN)


async def press(d: Desk, cell: int) -> None:
    await d.pilot.mouse_down("Waveform", offset=(cell, 2))
    await d.pilot.pause()


async def drag(d: Desk, start: int, *cells: int) -> None:
    """Press, move over cells, and let go on the last of them."""
    await press(d, start)
    for cell in cells:
        await d.pilot.hover("Waveform", offset=(cell, 2))
    await d.pilot.mouse_up("Waveform", offset=((start, *cells)[-1], 2))
    await d.pilot.pause()


def scrolled(d: Desk, kind: type[events.MouseScrollUp | events.MouseScrollDown], cell: int) -> None:
    """Turn the wheel one notch, up or down."""
    wave = wave_of(d)
    place = wave.region.x + cell, wave.region.y + 2
    event = kind(None, *place, 0, 0, 0, False, False, False, *place)
    d.app.screen._forward_event(event)  # pyright: ignore[reportPrivateUsage]


async def test_a_click_puts_the_playhead_there(desk: OpenDesk) -> None:
    async with desk(size=(WIDTH, 24)) as d:
        await speak_first(d)
        await d.pilot.click("Waveform", offset=(50, 2))
        assert "▸ 1.000" in head_of(d)
        assert FOUND in head_of(d)
        await d.press("right_square_bracket")
        assert "[0.115 – 1.000]" in head_of(d)


async def test_a_click_goes_to_a_place_in_what_plays(desk: OpenDesk, player: QuietPlayer) -> None:
    async with desk(size=(WIDTH, 24)) as d:
        await speak_first(d)
        await d.press("space")
        await d.until(lambda: player.position is not None)
        await d.pilot.click("Waveform", offset=(40, 2))
        assert player.position == pytest.approx(0.8 - 0.115)
        await d.until(lambda: "▸ 0.800" in head_of(d))


async def test_an_edge_is_dragged_in_one_step_and_kept_when_it_is_let_go(desk: OpenDesk) -> None:
    async with desk(size=(WIDTH, 24)) as d:
        await speak_first(d)
        await press(d, 72)  # the end lies at 1.455
        await d.pilot.hover("Waveform", offset=(66, 2))
        await d.pilot.hover("Waveform", offset=(62, 2))
        assert "[0.115 – 1.240]" in head_of(d)
        take = d.project.row(d.project.ids[0]).take
        assert take is not None
        assert not take.draft.cut.by_hand  # before it is let go
        await d.pilot.mouse_up("Waveform", offset=(62, 2))
        await d.pilot.pause()
        take = d.project.row(d.project.ids[0]).take
        assert take is not None
        assert (take.draft.cut.start, take.draft.cut.end) == pytest.approx((0.115, 1.24))
        assert take.draft.cut.by_hand
        await d.press("u")
        assert FOUND in head_of(d)


async def test_the_beginning_is_dragged_and_chosen_by_that(desk: OpenDesk) -> None:
    async with desk(size=(WIDTH, 24)) as d:
        await speak_first(d)
        await drag(d, 5, 8, 10)
        assert "[0.200 – 1.455]" in head_of(d)
        await d.press("full_stop")
        assert "[0.210 – 1.455]" in head_of(d)


async def test_an_edge_can_be_dragged_to_either_end_of_the_take_but_not_past_the_other(
    desk: OpenDesk,
) -> None:
    async with desk(size=(WIDTH, 24)) as d:
        await speak_first(d)
        await drag(d, 72, WIDTH - 1)
        assert "[0.115 – 1.800]" in head_of(d)
        await drag(d, 5, 0)
        assert "[0.000 – 1.800]" in head_of(d)
        await drag(d, WIDTH - 1, 40, 0)
        assert "[0.000 – 0.010]" in head_of(d)


async def test_an_edge_that_is_only_clicked_stays(desk: OpenDesk) -> None:
    async with desk(size=(WIDTH, 24)) as d:
        await speak_first(d)
        await d.pilot.click("Waveform", offset=(5, 2))
        assert FOUND in head_of(d)
        assert "cut found" in head_of(d)
        assert "▸" not in head_of(d)
        await d.press("u")
        assert "Nothing to undo" in d.key_line


async def test_the_wheel_looks_closer_at_what_is_under_it(desk: OpenDesk) -> None:
    async with desk(size=(WIDTH, 24)) as d:
        await speak_first(d)
        scrolled(d, events.MouseScrollUp, 45)
        await d.until(lambda: "2×" in head_of(d))
        state = wave_of(d).state
        assert state is not None
        assert (state.view.start + state.view.end) / 2 == pytest.approx(0.9)
        scrolled(d, events.MouseScrollDown, 45)
        await d.until(lambda: "×" not in head_of(d))


async def test_what_is_dragged_in_a_project_of_another_studio_falls_back(
    desk: OpenDesk, script: Path
) -> None:
    async with desk() as d:
        await speak_first(d)
        async with desk(size=(WIDTH, 24)) as reader:
            await reader.until(lambda: wave_of(reader).state is not None)
            await drag(reader, 72, 60, 50)
            assert FOUND in head_of(reader)
            assert "nothing can be changed" in reader.key_line


async def test_a_row_that_is_left_while_its_edge_is_held_keeps_its_cut_and_the_mouse_is_free(
    desk: OpenDesk,
) -> None:
    async with desk(size=(WIDTH, 24)) as d:
        await speak_first(d)
        await press(d, 72)
        await d.pilot.hover("Waveform", offset=(62, 2))
        await d.press("down")
        await d.until(lambda: wave_of(d).state is None)
        assert d.app.mouse_captured is None
        await d.pilot.mouse_up("Waveform", offset=(62, 2))
        await d.press("up")
        await d.until(lambda: wave_of(d).state is not None)
        assert FOUND in head_of(d)
