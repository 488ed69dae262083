"""Cutting takes again with other settings, after a look at what would change."""

from __future__ import annotations

import pytest

from engine.closing import ALWAYS, PHRASES
from engine.domain import Cut
from engine.settings_file import write_setting
from tests.engine.words import as_pcm, words
from tests.tui.conftest import OpenDesk
from tests.tui.desk import TEXTS, Desk, QuietPlayer, TellingEngine
from tests.tui.waves import FOUND, SPOKEN, head_of, speak_first, wave_of
from tui.screens.recut import RecutPanel


@pytest.fixture(autouse=True)
def known_words(engine: TellingEngine, player: QuietPlayer) -> None:
    engine.sound = as_pcm(SPOKEN)


def cuts(d: Desk) -> list[Cut]:
    takes = (d.project.row(sentence_id).take for sentence_id in d.project.ids)
    return [take.draft.cut for take in takes if take is not None]


def panel_is_open(d: Desk) -> bool:
    return isinstance(d.app.screen, RecutPanel)


async def spoken(d: Desk) -> list[Cut]:
    """Have all rows spoken; their cuts as found."""
    await d.speak_all()
    await d.until(lambda: wave_of(d).state is not None)
    found = cuts(d)
    assert [(cut.start, cut.end) for cut in found] == pytest.approx([(0.115, 1.455)] * 5)
    return found


async def ask_for_more_after(d: Desk) -> None:
    """Open the panel and keep 0.5 s after the last sound."""
    await d.press("alt+a", "tab", *"0.5")


async def confirm(d: Desk) -> None:
    """Have it done as it is shown."""
    await d.press("enter")
    await d.until(lambda: not panel_is_open(d) and "again" in d.key_line)


async def test_what_would_change_is_shown_before_anything_does(desk: OpenDesk) -> None:
    async with desk(size=(110, 30)) as d:
        found = await spoken(d)
        await d.press("alt+a")
        await d.sees("0 takes change.")  # with the usual settings
        await d.press("tab", *"0.5")
        await d.sees("1 take changes.")
        assert "[x]      1  0.115 – 1.455  1.34 s  cut found  안녕하세요." in d.screen
        assert "→ 0.115 – 1.705  1.59 s  cut found" in d.screen
        assert cuts(d) == found
        await d.press("escape")
        assert not panel_is_open(d)
        assert cuts(d) == found


async def test_the_current_row_is_cut_again_in_one_step(desk: OpenDesk) -> None:
    async with desk() as d:
        found = await spoken(d)
        await ask_for_more_after(d)
        await d.sees("1 take changes.")
        await confirm(d)
        assert "Cut 1 take again" in d.key_line
        assert [cut.end for cut in cuts(d)] == pytest.approx([1.705] + [1.455] * 4)
        await d.until(lambda: "[0.115 – 1.705]" in head_of(d))
        await d.press("u")
        assert "Undone: Cut again" in d.key_line
        assert cuts(d) == found
        await d.until(lambda: FOUND in head_of(d))


async def test_selected_rows_are_cut_again_but_those_that_were_taken_out(desk: OpenDesk) -> None:
    async with desk() as d:
        await spoken(d)
        await d.press("shift+down", "shift+down")
        await ask_for_more_after(d)
        await d.sees("3 takes change.")
        assert "only the 3 chosen rows" in d.screen
        await d.press("tab", "tab", "tab", "tab", "down", "space")
        await d.sees("2 takes change.  1 taken out.")
        await confirm(d)
        assert [cut.end for cut in cuts(d)] == pytest.approx([1.705, 1.455, 1.705, 1.455, 1.455])


async def test_all_rows_are_cut_again_and_undone_together(desk: OpenDesk) -> None:
    async with desk() as d:
        found = await spoken(d)
        await d.press("alt+a", *"0", "tab", "tab", "tab", "space")
        await d.sees("5 takes change.")
        await confirm(d)
        assert [cut.start for cut in cuts(d)] == pytest.approx([0.195] * 5)
        await d.press("u")
        assert cuts(d) == found


async def test_a_cut_by_hand_stays_unless_its_row_is_named_and_asked_for(desk: OpenDesk) -> None:
    async with desk() as d:
        await spoken(d)
        await d.press("greater_than_sign")
        by_hand = cuts(d)[0]
        await ask_for_more_after(d)
        await d.sees("0 takes change.  1 cut by hand stays.")
        await d.press("tab", "tab", "space")  # all rows
        await d.sees("4 takes change.  1 cut by hand stays.")
        await confirm(d)
        assert cuts(d)[0] == by_hand
        await d.press("u", "home")
        await ask_for_more_after(d)
        await d.sees("0 takes change.  1 cut by hand stays.")
        await d.press("tab", "tab", "tab", "space")  # this row, what was cut by hand too
        await d.sees("1 take changes.")
        assert "cut by hand" in d.screen
        await confirm(d)
        assert cuts(d)[0].end == pytest.approx(1.705)
        assert not cuts(d)[0].by_hand
        await d.press("u")
        assert cuts(d)[0] == by_hand


async def test_another_phrase_is_looked_for_where_it_is_typed(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    engine.sound = as_pcm(words(0.5, 0.2, 0.5, 0.2, 1.0))
    engine.sounds[PHRASES["ko"]] = bytes(48_000)  # it is not to be had alone
    write_setting("closing", ALWAYS)
    async with desk() as d:
        await speak_first(d)
        (found,) = cuts(d)
        assert found.end == pytest.approx(0.59, abs=0.01)  # twelve syllables after five
        await d.press("alt+a", "tab", "tab", *"오늘은 이만")
        await d.sees("1 take changes.")
        await confirm(d)
        assert cuts(d)[0].end == pytest.approx(1.29, abs=0.01)
        take = d.project.row(d.project.ids[0]).take
        assert take is not None
        assert take.draft.closing_phrase == PHRASES["ko"]


async def test_a_margin_that_is_none_is_told_and_changes_nothing(desk: OpenDesk) -> None:
    async with desk() as d:
        found = await spoken(d)
        await d.press("alt+a", *"x")
        await d.sees("This is no margin: x")
        await d.press("enter")
        assert panel_is_open(d)
        await d.press("backspace", *"9", "enter")
        await d.sees("This is no margin: 9")
        assert cuts(d) == found


async def test_a_take_that_cannot_be_read_is_counted(desk: OpenDesk) -> None:
    async with desk() as d:
        await spoken(d)
        take = d.project.row(d.project.ids[1]).take
        assert take is not None
        (d.project.takes_folder / take.file).write_bytes(b"no sound")
        await d.press("shift+down")
        await ask_for_more_after(d)
        await d.sees("1 take changes.  1 cannot be read.")


async def test_it_stands_in_the_menu_and_wants_a_take(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("alt+a")
        assert "No row has a take yet" in d.key_line
        await d.press("f10")
        await d.sees("Cut again")
        await d.press("alt+a")
        assert "No row has a take yet" in d.key_line


async def test_it_looks_at_nothing_that_is_not_spoken_any_more(desk: OpenDesk) -> None:
    async with desk() as d:
        await spoken(d)
        await d.press("h", "alt+a", "tab", *"0.5")
        await d.sees("4 takes change.")
        assert TEXTS[0] not in "\n".join(d.lines[8:])
