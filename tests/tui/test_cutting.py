"""Moving the cut by keys: the table, the player, the export and undo follow."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from engine.closing import ALWAYS, PHRASES
from engine.complaints import TOO_LONG, UNSURE_CUT
from engine.domain import SAMPLE_RATE, Status, Take
from engine.settings_file import write_setting
from tests.engine.words import as_pcm, words
from tests.tui.conftest import OpenDesk
from tests.tui.desk import TEXTS, Desk, QuietPlayer, TellingEngine
from tests.tui.waves import FOUND, SPOKEN, head_of, ruler_of, speak_first, wave_of


@pytest.fixture(autouse=True)
def known_words(engine: TellingEngine, player: QuietPlayer) -> None:
    engine.sound = as_pcm(SPOKEN)


def take_of(d: Desk, row: int = 0) -> Take:
    take = d.project.row(d.project.ids[row]).take
    assert take is not None
    return take


def edges(d: Desk) -> tuple[float, float]:
    cut = take_of(d).draft.cut
    return cut.start, cut.end


async def play_to(d: Desk, player: QuietPlayer, place: float) -> None:
    """Play the take as far as this, in seconds of the raw take."""
    await d.press("space")
    await d.until(lambda: player.position is not None)
    player.position = place - take_of(d).draft.cut.start
    await d.until(lambda: f"▸ {place:.3f}" in head_of(d))


# At the playhead


async def test_the_cut_is_set_where_the_take_is_heard(desk: OpenDesk, player: QuietPlayer) -> None:
    async with desk() as d:
        await speak_first(d)
        await play_to(d, player, 1.3)
        await d.press("right_square_bracket")
        assert "[0.115 – 1.300]" in head_of(d)
        assert "cut by hand" in head_of(d)
        player.position = 0.2
        await d.until(lambda: "▸ 0.315" in head_of(d))
        await d.press("left_square_bracket")
        assert "[0.315 – 1.300]" in head_of(d)
        assert edges(d) == (0.315, 1.3)
        await d.press("space")
        await d.until(lambda: "1.0s" in d.line_with(TEXTS[0]))


async def test_arrows_put_the_playhead_where_nothing_plays(desk: OpenDesk) -> None:
    async with desk(size=(90, 24)) as d:
        await speak_first(d)
        await d.press("right_square_bracket")
        assert "put the playhead somewhere" in d.key_line
        for _press in range(5):
            await d.press("left")
        step = 1.8 / 180
        assert f"▸ {1.455 - 5 * step:.3f}" in head_of(d)
        await d.press("right")
        await d.press("right_square_bracket")
        assert edges(d)[1] == pytest.approx(1.455 - 4 * step, abs=1e-4)
        assert "▸" not in head_of(d)


async def test_the_arrows_go_by_smaller_steps_the_closer_one_looks(desk: OpenDesk) -> None:
    async with desk(size=(90, 24)) as d:
        await speak_first(d)
        await d.press("plus", "plus", "left")
        assert f"▸ {1.455 - 1.8 / 180 / 4:.3f}" in head_of(d)


async def test_space_plays_from_where_the_playhead_was_put(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk(size=(90, 24)) as d:
        await speak_first(d)
        await d.press("left", "left")
        assert wave_of(d).state is not None
        count = len(player.sounds)
        await d.press("space")
        await d.until(lambda: len(player.sounds) > count)
        assert len(player.sounds[-1].samples) == round(0.02 * SAMPLE_RATE)
        await d.press("space", "right", "right", "right", "space")
        await d.until(lambda: len(player.sounds) == count + 2)
        # Behind the cut all the rest of the take is heard.
        assert len(player.sounds[-1].samples) == round(0.335 * SAMPLE_RATE)


async def test_an_edge_is_not_set_beyond_the_other(desk: OpenDesk) -> None:
    async with desk() as d:
        await speak_first(d)
        await d.press("right", "left_square_bracket")
        assert "beyond the other edge" in d.key_line
        assert FOUND in head_of(d)


# By steps


@pytest.mark.parametrize(
    ("key", "by"),
    [("comma", -0.01), ("full_stop", 0.01), ("less_than_sign", -0.1), ("greater_than_sign", 0.1)],
)
async def test_the_chosen_edge_is_nudged(desk: OpenDesk, key: str, by: float) -> None:
    async with desk() as d:
        await speak_first(d)
        before = edges(d)
        await d.press(key)
        assert edges(d) == pytest.approx((before[0], before[1] + by), abs=1e-9)
        await d.press("backslash", key)
        assert edges(d) == pytest.approx((before[0] + by, before[1] + by), abs=1e-9)
        assert f"[{before[0] + by:.3f} – {before[1] + by:.3f}]" in head_of(d)


async def test_an_edge_goes_no_farther_than_the_take_and_the_other_edge(desk: OpenDesk) -> None:
    async with desk() as d:
        await speak_first(d)
        for _press in range(4):
            await d.press("greater_than_sign")
        assert edges(d)[1] == 1.8
        await d.press("full_stop")
        assert "can go no farther" in d.key_line
        await d.press("backslash")
        for _press in range(20):
            await d.press("greater_than_sign")
        assert edges(d) == pytest.approx((1.79, 1.8))
        assert "can go no farther" in d.key_line


async def test_the_exported_file_follows_a_nudge_to_the_sample(
    desk: OpenDesk, tmp_path: Path
) -> None:
    out = tmp_path / "out"

    def lengths() -> list[int]:
        files = sorted(out.glob("*.wav"))
        return [wave.open(str(file)).getnframes() for file in files]

    async def export(d: Desk) -> list[int]:
        await d.press("f9")
        await d.sees("Esc Close")
        await d.press("escape")
        return lengths()

    async with desk(out=out) as d:
        await speak_first(d)
        (found,) = await export(d)
        assert found == round((1.455 - 0.115 + 0.2) * SAMPLE_RATE)
        await d.press("full_stop")
        assert await export(d) == [found + 240]
        await d.press("comma", "comma", "comma")
        assert await export(d) == [found - 480]
        await d.press("backslash", "greater_than_sign")
        assert await export(d) == [found - 480 - 2400]
        await d.press("backspace")
        assert await export(d) == [found]


@pytest.mark.parametrize("key", ["z", "ㅋ", "alt+z"])
async def test_an_edge_snaps_and_it_is_said_to_what(desk: OpenDesk, key: str) -> None:
    async with desk() as d:
        await speak_first(d)
        await d.press("less_than_sign", "less_than_sign", key)  # from 1.255 to the pause at 1.2
        assert edges(d)[1] == pytest.approx(1.2, abs=0.02)
        assert "Snapped to where a pause ends or begins" in d.key_line
        for _press in range(4):
            await d.press("less_than_sign" if edges(d)[1] > 1.05 else "comma")
        await d.press(key)
        assert "Snapped" in d.key_line


async def test_in_the_midst_of_a_word_an_edge_snaps_to_a_zero_crossing(desk: OpenDesk) -> None:
    async with desk() as d:
        await speak_first(d)
        await d.press("alt+i", *"1.0012", "enter")
        await d.press("z")
        assert "Snapped to a zero crossing" in d.key_line
        at = round(edges(d)[1] * SAMPLE_RATE)
        assert (SPOKEN[at - 1] < 0) != (SPOKEN[at] < 0)


# Typed


@pytest.mark.parametrize(
    ("typed", "there"), [("1.25", 1.25), ("0:01,3", 1.3), ("+0.05", 1.505), ("-0.25", 1.205)]
)
async def test_the_time_of_the_chosen_edge_is_typed(
    desk: OpenDesk, typed: str, there: float
) -> None:
    async with desk() as d:
        await speak_first(d)
        await d.press("alt+i")
        assert "End at (s) 1.455" in d.key_line
        await d.press(*typed, "enter")
        assert edges(d) == pytest.approx((0.115, there))
        assert "Space" in d.key_line


async def test_what_is_no_time_is_told_and_can_be_left(desk: OpenDesk) -> None:
    async with desk() as d:
        await speak_first(d)
        await d.press("backslash", "alt+i")
        assert "Begin at (s) 0.115" in d.key_line
        await d.press("x", "enter")
        assert "This is no time: x" in d.key_line
        await d.press("escape", "full_stop")
        assert edges(d)[0] == pytest.approx(0.125)


# Heard


@pytest.mark.parametrize("key", ["p", "ㅔ", "alt+p"])
async def test_half_a_second_is_heard_across_the_edge(
    desk: OpenDesk, player: QuietPlayer, key: str
) -> None:
    async with desk() as d:
        await speak_first(d)
        await d.press("less_than_sign", "less_than_sign", "less_than_sign")  # to 1.155
        count = len(player.sounds)
        await d.press(key)
        await d.until(lambda: len(player.sounds) > count)
        heard = player.sounds[-1].samples
        assert len(heard) == SAMPLE_RATE // 2
        middle = slice(1000, -1000)  # without what is faded
        assert np.array_equal(heard[middle], SPOKEN[21_720 : 21_720 + 12_000][middle])
        player.position = 0.25
        await d.until(lambda: "▸ 1.155" in head_of(d))


async def test_around_the_beginning_no_more_is_heard_than_there_is(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk() as d:
        await speak_first(d)
        count = len(player.sounds)
        await d.press("backslash", "p")
        await d.until(lambda: len(player.sounds) > count)
        assert len(player.sounds[-1].samples) == round(0.365 * SAMPLE_RATE)


async def test_what_plays_goes_on_with_the_cut_that_it_has_now(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk() as d:
        await speak_first(d)
        await play_to(d, player, 0.5)
        await d.press("backslash", "less_than_sign")
        await d.until(lambda: len(player.sounds[-1].samples) == round(1.44 * SAMPLE_RATE))
        # It begins 0.1 s earlier, so the same place is 0.1 s later in it.
        assert player.starts[-1] == pytest.approx(0.485)
        await d.until(lambda: "▸ 0.500" in head_of(d))
        await d.press("u")
        await d.until(lambda: len(player.sounds[-1].samples) == round(1.34 * SAMPLE_RATE))
        await d.until(lambda: "▸ 0.500" in head_of(d))


async def test_a_loop_around_the_edge_goes_along_with_it(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk() as d:
        await speak_first(d)
        await d.press("less_than_sign", "less_than_sign", "less_than_sign", "o", "p")
        await d.until(lambda: player.position is not None)
        count = len(player.sounds)
        await d.press("less_than_sign")
        await d.until(lambda: len(player.sounds) > count)
        heard = player.sounds[-1].samples
        middle = slice(1000, -1000)
        assert np.array_equal(heard[middle], SPOKEN[19_320 : 19_320 + 12_000][middle])


# Taken back


async def test_moving_the_cut_is_undone_and_done_again(desk: OpenDesk) -> None:
    async with desk() as d:
        await speak_first(d)
        await d.press("full_stop", "u")
        assert "Undone: Move the cut" in d.key_line
        assert FOUND in head_of(d)
        assert "cut found" in head_of(d)
        await d.press("ctrl+y")
        assert "[0.115 – 1.465]" in head_of(d)


async def test_what_was_nudged_since_it_was_last_heard_is_one_step(
    desk: OpenDesk, player: QuietPlayer
) -> None:
    async with desk() as d:
        await speak_first(d)
        await d.press("full_stop", "full_stop", "greater_than_sign")
        await d.press("p")
        await d.press("comma", "comma", "u")
        assert "[0.115 – 1.575]" in head_of(d)
        await d.press("u")
        assert FOUND in head_of(d)


async def test_nudges_of_another_edge_or_after_another_row_are_another_step(
    desk: OpenDesk,
) -> None:
    async with desk() as d:
        await speak_first(d)
        await d.press("full_stop", "backslash", "full_stop", "u")
        assert "[0.115 – 1.465]" in head_of(d)
        await d.press("backslash", "full_stop", "down", "up", "full_stop", "u")
        assert "[0.115 – 1.475]" in head_of(d)


async def test_backspace_goes_back_to_the_cut_that_was_found(desk: OpenDesk) -> None:
    async with desk() as d:
        await speak_first(d)
        await d.press("backspace")
        assert "as it was found" in d.key_line
        await d.press("full_stop", "backslash", "greater_than_sign", "backspace")
        assert FOUND in head_of(d)
        await d.press("u")
        assert "[0.215 – 1.465]" in head_of(d)


async def test_a_cut_by_hand_is_there_when_the_script_is_opened_again(desk: OpenDesk) -> None:
    async with desk() as d:
        await speak_first(d)
        await d.press("greater_than_sign")
    async with desk() as d:
        await d.until(lambda: wave_of(d).state is not None)
        assert "[0.115 – 1.555]" in head_of(d)
        await d.press("backspace")
        assert FOUND in head_of(d)


async def test_what_is_wrong_with_a_take_is_seen_anew_when_its_cut_has_moved(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    engine.sound = as_pcm(words(0.5, 0.2, 12.0))
    async with desk() as d:
        await speak_first(d)
        assert d.status(0) is Status.FLAGGED
        assert take_of(d).draft.complaints == (TOO_LONG,)
        await d.press("alt+i")
        await d.press(*"0.9", "enter")
        await d.until(lambda: d.status(0) is Status.READY)
        await d.until(lambda: "!" not in ruler_of(d))
        await d.press("backspace")
        await d.until(lambda: d.status(0) is Status.FLAGGED)


# Where nothing can be cut


CUT_KEYS = (
    *("left_square_bracket", "right_square_bracket", "comma", "full_stop", "less_than_sign"),
    *("greater_than_sign", "backslash", "z", "p", "alt+i", "backspace", "semicolon"),
)


async def test_without_a_take_every_key_says_so(desk: OpenDesk) -> None:
    async with desk() as d:
        for key in CUT_KEYS:
            d.app.desk.bar.hush()
            await d.press(key)
            assert "No take yet" in d.key_line, key


async def test_a_project_of_another_studio_is_seen_and_heard_but_not_cut(
    desk: OpenDesk, player: QuietPlayer, script: Path
) -> None:
    async with desk() as d:
        await speak_first(d)
        other = desk()
        async with other as reader:
            await reader.until(lambda: wave_of(reader).state is not None)
            assert FOUND in head_of(reader)
            for key in CUT_KEYS:
                if key not in ("p", "backslash"):
                    reader.app.desk.bar.hush()
                    await reader.press(key)
                    assert "nothing can be changed" in reader.key_line, key
            await reader.press("p")
            await reader.until(lambda: player.position is not None)


async def test_a_hidden_waveform_is_shown_when_its_cut_is_moved(desk: OpenDesk) -> None:
    async with desk() as d:
        await speak_first(d)
        await d.press("W", "full_stop")
        assert wave_of(d).display
        assert "[0.115 – 1.465]" in head_of(d)


# Doubtful cuts


async def doubtful(d: Desk, engine: TellingEngine) -> None:
    """A take in which the phrase takes far less time than it should, and is not to be had alone."""
    engine.sound = as_pcm(words(6.0, 0.2, 0.3, 0.2, 0.3, 0.2, 0.3))
    engine.sounds[PHRASES["ko"]] = bytes(48_000)
    await speak_first(d)


@pytest.fixture
def closing() -> None:
    write_setting("closing", ALWAYS)


@pytest.mark.usefixtures("closing")
async def test_a_doubtful_take_opens_where_the_doubt_is_with_the_other_places_marked(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    async with desk(size=(90, 24)) as d:
        await doubtful(d, engine)
        assert "[0.000 – 6.091]" in head_of(d)
        assert "cut not sure" in head_of(d)
        assert "; Next place  p Hear the edge" in d.key_line
        assert "2.5×" in head_of(d)  # three seconds are seen of 7.5
        for number, place in (("1", 6.59), ("2", 7.09)):
            assert ruler_of(d)[int((place - 4.5) / 3 * 90)] == number
        assert ruler_of(d)[int((6.09 - 4.5) / 3 * 90)] == "!"


@pytest.mark.usefixtures("closing")
async def test_one_key_tries_the_next_place_and_lets_it_be_heard(
    desk: OpenDesk, engine: TellingEngine, player: QuietPlayer
) -> None:
    async with desk() as d:
        await doubtful(d, engine)
        before, state = take_of(d), wave_of(d).state
        assert state is not None
        assert len(state.candidates) >= 2
        for number, place in enumerate(state.candidates, start=1):
            count = len(player.sounds)
            await d.press("semicolon")
            assert edges(d)[1] == pytest.approx(place, abs=1e-4)
            assert f"Place {number} of {len(state.candidates)}" in d.key_line
            await d.until(lambda count=count: len(player.sounds) > count)
            assert len(player.sounds[-1].samples) == SAMPLE_RATE // 2
        await d.press("semicolon")
        assert "as it was found" in d.key_line
        assert take_of(d).draft.cut == before.draft.cut
        await d.press("u", "u")
        assert edges(d)[1] == pytest.approx(state.candidates[-2], abs=1e-4)


@pytest.mark.usefixtures("closing")
async def test_a_doubt_is_settled_by_hand_and_comes_back_with_the_found_cut(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    async with desk() as d:
        engine.sound = as_pcm(words(1.0))
        await speak_first(d)
        assert take_of(d).draft.complaints == (UNSURE_CUT,)
        assert d.status(0) is Status.FLAGGED
        await d.press("comma")
        assert d.status(0) is Status.READY
        await d.press("backspace")
        await d.until(lambda: d.status(0) is Status.FLAGGED)


async def test_where_no_other_place_was_weighed_it_is_said(desk: OpenDesk) -> None:
    async with desk() as d:
        await speak_first(d)
        await d.press("semicolon")
        assert "No other place was weighed" in d.key_line
