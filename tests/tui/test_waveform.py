"""The current take as it is drawn."""

from __future__ import annotations

import asyncio
import threading

import pytest

from engine.complaints import STOPPED
from engine.domain import SpeechDone
from engine.places import config_file
from engine.settings_file import write_setting
from tests.engine.words import as_pcm, words
from tests.tui.conftest import OpenDesk
from tests.tui.desk import TEXTS, Desk, QuietPlayer, TellingEngine
from tests.tui.waves import FOUND, SPOKEN, head_of, picture_of, ruler_of, speak_first, wave_of
from tui import outlines
from tui.braille import BLANK
from tui.screens.settings import SettingsPanel


@pytest.fixture(autouse=True)
def known_words(engine: TellingEngine, player: QuietPlayer) -> None:
    engine.sound = as_pcm(SPOKEN)


def heights(d: Desk) -> list[int]:
    """How many dots each column of cells has."""
    columns = zip(*picture_of(d), strict=True)
    return [sum((ord(cell) - BLANK).bit_count() for cell in column) for column in columns]


def styles(d: Desk) -> list[str]:
    """The colour behind each cell of the wave."""
    wave = wave_of(d)
    strip = wave.render_line(1)
    return [str(part.style and part.style.bgcolor) for part in strip for _cell in part.text]


async def test_the_take_of_the_row_is_drawn_with_its_pauses_its_cut_and_a_ruler(
    desk: OpenDesk,
) -> None:
    async with desk(size=(90, 24)) as d:
        await speak_first(d)
        tall = heights(d)
        assert len(tall) == 90  # 20 ms each
        sounding = [height > 8 for height in tall]
        for first, last, sounds in (
            (0, 5, False),
            (12, 28, True),
            (32, 38, False),
            (42, 58, True),
            (62, 71, False),
        ):
            assert sounding[first:last] == [sounds] * (last - first), (first, last)
        assert FOUND in head_of(d)
        assert "1.34 s of 1.80" in head_of(d)
        assert "cut found" in head_of(d)
        assert "╵0.2" in ruler_of(d)
        assert "╵1.6" in ruler_of(d)


async def test_what_is_cut_away_is_dimmed_and_the_chosen_edge_stands_out(desk: OpenDesk) -> None:
    async with desk(size=(90, 24)) as d:
        await speak_first(d)
        behind = styles(d)
        start, end = int(0.115 / 1.8 * 90), int(1.455 / 1.8 * 90)
        away, kept, chosen = behind[0], behind[30], behind[end]
        assert len({away, kept, chosen}) == 3
        assert set(behind[:start]) == {away}
        assert set(behind[end + 1 :]) == {away}
        await d.press("backslash")
        assert styles(d)[start] == chosen
        assert styles(d)[end] != chosen


async def test_there_is_no_waveform_while_nothing_has_been_spoken_and_none_of_a_row_without_a_take(
    desk: OpenDesk,
) -> None:
    async with desk() as d:
        assert not wave_of(d).display
        await speak_first(d)
        assert wave_of(d).display
        await d.press("down")
        assert "No take yet." in head_of(d)
        await d.press("down", "down")
        assert "Not spoken." in head_of(d)
        await d.press("home")
        assert FOUND in head_of(d)


@pytest.mark.parametrize(
    ("size", "lines"), [((80, 18), 3), ((80, 24), 5), ((40, 24), 5), ((160, 50), 7)]
)
async def test_the_waveform_leaves_room_for_the_table(
    desk: OpenDesk, size: tuple[int, int], lines: int
) -> None:
    async with desk(size=size) as d:
        await speak_first(d)
        assert wave_of(d).region.height == lines
        assert wave_of(d).region.width == size[0]
        assert d.app.desk.table.region.height >= 7
        assert d.app.desk.dock.region.height >= 5


@pytest.mark.parametrize("key", ["W", "ㅉ", "ctrl+w"])
async def test_it_can_be_hidden_and_that_is_remembered(desk: OpenDesk, key: str) -> None:
    async with desk() as d:
        await speak_first(d)
        rows = d.app.desk.table.region.height
        await d.press(key)
        assert not wave_of(d).display
        assert d.app.desk.table.region.height == rows + 5
        assert "hidden" in d.key_line
    assert "waveform = false" in config_file().read_text("utf-8")
    async with desk() as d:
        assert not wave_of(d).display
        await d.press(key)
        await d.until(lambda: wave_of(d).state is not None)
        assert FOUND in head_of(d)


async def test_the_playhead_moves_with_what_plays_and_only_then(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk() as d:
        await speak_first(d)
        clock = d.app.desk._clock  # pyright: ignore[reportPrivateUsage]
        assert clock is not None
        await d.press("space")
        await d.until(lambda: player.position is not None)
        player.position = 0.5
        await d.until(lambda: "▸ 0.615" in head_of(d))  # what is played begins at 0.115
        assert clock._active.is_set()  # pyright: ignore[reportPrivateUsage]
        player.position = 1.0
        await d.until(lambda: "▸ 1.115" in head_of(d))
        player.position = None
        await d.until(lambda: "▸" not in head_of(d))
        await d.until(lambda: not clock._active.is_set())  # pyright: ignore[reportPrivateUsage]


async def test_what_plays_of_another_row_shows_no_playhead_here(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.press("space")
        await d.until(lambda: player.position is not None)
        await d.press("down")
        await d.until(lambda: wave_of(d).state is not None)
        player.position = 0.4
        await d.until(lambda: "0.4s" in d.line_with(TEXTS[0]))
        assert "▸" not in head_of(d)


async def test_a_take_is_looked_at_once_and_off_the_event_loop(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[threading.Thread] = []
    look = outlines._look  # pyright: ignore[reportPrivateUsage]

    def noted(*args):
        looked.append(threading.current_thread())
        return look(*args)

    monkeypatch.setattr(outlines, "_look", noted)
    async with desk() as d:
        await speak_first(d)
        await d.press("down", "up", "down", "up", "full_stop")
        assert FOUND not in head_of(d)
        assert len(looked) == 1
        assert looked[0] is not threading.main_thread()


async def test_who_runs_through_the_table_has_no_take_looked_at_on_the_way(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk() as d:
        await d.speak_all()
        looked: list[str] = []
        look = outlines._look  # pyright: ignore[reportPrivateUsage]

        def noted(draft, *rest):
            looked.append(draft.asked.text)
            return look(draft, *rest)

        monkeypatch.setattr(outlines, "_look", noted)
        monkeypatch.setattr("tui.commands.seeing.SETTLED", 0.5)
        await d.press("down", "down", "down", "down", "down")
        await d.until(lambda: looked)
        assert looked == [TEXTS[5]]


async def test_a_take_whose_file_is_gone_says_so_in_place_of_its_waveform(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("down", "r")
        await d.until(lambda: not d.session.busy)
        take = d.project.row(d.project.ids[1]).take
        assert take is not None
        folder = d.project.takes_folder
    (folder / take.file).write_bytes(b"no sound")
    async with desk() as d:
        await d.press("down")
        await d.until(lambda: take.file in head_of(d))
        await d.press("full_stop")
        assert take.file in d.key_line


async def test_the_places_of_complaints_are_marked_on_the_ruler(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    async with desk(size=(90, 24)) as d:
        d.project.edit(d.project.ids[0], seed=7)  # which is not tried again with another
        engine.plan(TEXTS[0], SpeechDone("length", 7, 13))
        await speak_first(d)
        await d.sees(STOPPED[:30])
        column = ruler_of(d).index("!")
        assert column == int(1.455 / 1.8 * 90)


async def test_another_take_of_the_row_is_drawn_when_it_is_chosen(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    async with desk() as d:
        await speak_first(d)
        engine.sound = as_pcm(words(1.0))
        await d.press("r")
        await d.until(lambda: "of 1.00" in head_of(d))
        await d.press("left_parenthesis")
        await d.until(lambda: FOUND in head_of(d))


async def test_a_sentence_that_is_still_being_spoken_shows_the_take_it_has(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    async with desk() as d:
        await speak_first(d)
        event = asyncio.Event()
        engine.plan(TEXTS[0], event)
        await d.press("r")
        await d.until(lambda: engine.in_flight)
        assert FOUND in head_of(d)
        event.set()


async def test_the_setting_hides_it_from_the_start(desk: OpenDesk) -> None:
    write_setting("waveform", False)
    async with desk() as d:
        await d.press("r")
        await d.until(lambda: not d.session.busy)
        assert not wave_of(d).display


async def test_switching_the_setting_off_and_on_takes_effect_at_once(desk: OpenDesk) -> None:
    async with desk() as d:
        await speak_first(d)
        for shown in (False, True):
            await d.press("ctrl+t")
            await d.until(lambda: isinstance(d.app.screen, SettingsPanel))
            d.app._take_up("waveform", shown)  # pyright: ignore[reportPrivateUsage]
            await d.press("escape")
            await d.until(lambda shown=shown: wave_of(d).display is shown)
        assert FOUND in head_of(d)


async def test_the_head_names_the_keys_as_far_as_there_is_room(desk: OpenDesk) -> None:
    async with desk(size=(120, 30)) as d:
        await speak_first(d)
        assert "[ Begin here   ] End here   p Hear the edge" in head_of(d)
    async with desk(size=(50, 24)) as d:
        await d.until(lambda: wave_of(d).state is not None)
        assert "Begin here" not in head_of(d)
        assert FOUND in head_of(d)
        assert len(head_of(d)) == 50


# Closer and farther


async def test_the_view_closes_in_on_the_chosen_edge_and_opens_again(desk: OpenDesk) -> None:
    async with desk(size=(90, 24)) as d:
        await speak_first(d)
        await d.press("plus", "plus")
        assert "4×" in head_of(d)
        state = wave_of(d).state
        assert state is not None
        assert state.view.start < 1.455 < state.view.end
        assert state.view.seconds == pytest.approx(0.45)
        await d.press("minus")
        assert "2×" in head_of(d)
        await d.press("equals_sign")
        assert "×" not in head_of(d)
        await d.press("minus")
        assert "×" not in head_of(d)


async def test_the_edge_stays_in_view_while_it_is_moved_and_the_other_comes_into_it(
    desk: OpenDesk,
) -> None:
    async with desk(size=(90, 24)) as d:
        await speak_first(d)
        await d.press("plus", "plus", "plus", "plus")
        for _press in range(9):
            await d.press("less_than_sign")
            state = wave_of(d).state
            assert state is not None
            assert state.view.start < state.cut.end < state.view.end
        await d.press("backslash")
        state = wave_of(d).state
        assert state is not None
        assert state.view.start <= state.cut.start < state.view.end


async def test_another_row_is_seen_whole_whatever_was_looked_at_closely(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.speak_all()
        await d.until(lambda: wave_of(d).state is not None)
        await d.press("plus")
        assert "2×" in head_of(d)
        await d.press("down")
        await d.until(lambda: wave_of(d).state is not None)
        assert "×" not in head_of(d)


async def test_there_is_nothing_to_look_at_closely_without_a_take(desk: OpenDesk) -> None:
    async with desk() as d:
        for key in ("plus", "equals_sign"):
            await d.press(key)
            assert "No take yet." in d.key_line
