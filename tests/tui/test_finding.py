"""Finding text as it is typed."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from time import perf_counter

import pytest
from rich.cells import cell_len
from textual import events

from tests.tui.conftest import OpenDesk
from tests.tui.desk import TEXTS, Desk, TellingEngine, open_desk
from tui.search import Search


def marked(d: Desk, text: str) -> list[str]:
    """What the table marks as found in the row of this text."""
    table = d.app.desk.table
    line = next(y for y in range(table.region.y, table.region.bottom) if text in d.lines[y])
    strips = d.app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]
    return [segment.text for segment in strips[line] if segment.style and segment.style.underline]


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    lines = ["One apple.", "Two pears.", "Three Apples.", "Four plums.", "Five APPLE trees."]
    path.write_text("\n\n".join(lines), "utf-8")
    return path


@pytest.mark.parametrize("key", ["slash", "ctrl+f"])
async def test_the_cursor_goes_to_the_first_match_from_here_on_as_one_types(
    words: Path, engine: TellingEngine, key: str
) -> None:
    async with open_desk(words, engine=engine) as d:
        await d.press("down", key, "p")
        assert "Two pears." in d.current_line
        await d.press("p")
        assert "Three Apples." in d.current_line
        assert "2/3" in d.key_line
        assert marked(d, "One apple") == ["pp"]
        await d.press(*"le t")
        assert "Five APPLE trees." in d.current_line
        assert "1/1" in d.key_line
        assert marked(d, "Five") == ["PPLE t"]
        assert marked(d, "One apple") == []


async def test_enter_stays_and_gives_the_keys_back_and_n_goes_on(
    words: Path, engine: TellingEngine
) -> None:
    async with open_desk(words, engine=engine) as d:
        await d.press("slash", *"apple", "enter")
        assert "One apple." in d.current_line
        assert "“apple” 1/3" in d.lines[0]
        assert "F1 Help" in d.key_line
        for key, text in (("n", "Three"), ("ctrl+n", "Five"), ("ㅜ", "One")):
            await d.press(key)
            assert text in d.current_line
        assert "Once more from the top" in d.key_line
        await d.press("ctrl+g")
        assert "Five" in d.current_line
        assert "Once more from the end" in d.key_line
        await d.press("ctrl+g")
        assert "Three" in d.current_line
        assert "“apple” 2/3" in d.lines[0]
        await d.press("up")
        assert "“apple” –/3" in d.lines[0]
        await d.press("n")
        assert "Three" in d.current_line
        await d.press("escape")
        assert "apple” " not in d.lines[0]
        assert marked(d, "One apple") == []
        await d.press("n")
        assert "Nothing is looked for yet" in d.key_line


async def test_escape_goes_back_to_where_one_was_and_leaves_no_marks(
    tmp_path: Path, engine: TellingEngine
) -> None:
    path = tmp_path / "long.txt"
    path.write_text("\n\n".join(f"Sentence {n}." for n in range(200)), "utf-8")
    async with open_desk(path, engine=engine) as d:
        await d.press("pagedown", "pagedown", "up", "up", "up")
        before = d.lines[2:-1]
        await d.press("slash", *"e 150")
        assert "Sentence 150." in d.current_line
        await d.press("escape")
        assert d.lines[2:-1] == before
        assert "F1 Help" in d.key_line
        await d.press("n")
        assert "Nothing is looked for" in d.key_line


async def test_arrows_go_through_the_matches_while_one_types(
    words: Path, engine: TellingEngine
) -> None:
    async with open_desk(words, engine=engine) as d:
        await d.press("slash", *"apple", "down", "ctrl+n")
        assert "Five" in d.current_line
        assert "3/3" in d.key_line
        await d.press("up", "ctrl+g")
        assert "One" in d.current_line
        await d.press("s")
        assert "Three Apples." in d.current_line


async def test_what_nothing_says_is_told_and_one_stays_where_one_was(
    words: Path, engine: TellingEngine
) -> None:
    async with open_desk(words, engine=engine) as d:
        await d.press("down", "slash", *"plum")
        assert "Four" in d.current_line
        await d.press(*"bus")
        assert "no match" in d.key_line
        assert "Two pears." in d.current_line
        await d.press("enter")
        assert "Nothing says “plumbus”." in d.key_line
        assert "Two pears." in d.current_line
        assert "plumbus" not in d.lines[0]


async def test_keys_of_the_desk_are_letters_while_one_types(
    desk: OpenDesk, engine: TellingEngine
) -> None:
    async with desk() as d:
        await d.press("slash", *"Rhxq", "f7", "f8", "delete", "ctrl+a", "ctrl+e", "ctrl+z")
        assert "Rhxq" in d.key_line
        assert engine.asked == []
        assert d.app.desk.table.selected_count == 0
        assert d.project.row(d.project.ids[0]).sentence.spoken
        await d.press("escape", "h")
        assert not d.project.row(d.project.ids[0]).sentence.spoken


async def test_hangul_is_found_composed_or_not_and_while_it_is_being_composed(
    desk: OpenDesk,
) -> None:
    async with desk() as d:
        await d.press("slash", *"라디오")
        assert TEXTS[4] in d.current_line
        assert "1/1" in d.key_line
        assert marked(d, TEXTS[4][:4]) == ["라디오"]
        await d.press("ctrl+u", *"라딩")
        assert TEXTS[4] in d.current_line
        assert marked(d, TEXTS[4][:4]) == ["라디오"]
        await d.press("ctrl+u", *unicodedata.normalize("NFD", "목소리"))
        assert TEXTS[1] in d.current_line
        assert marked(d, TEXTS[1][:3]) == ["목소리"]
        assert all(cell_len(line) == 80 for line in d.lines)


async def test_pronunciations_and_labels_are_found_too(desk: OpenDesk) -> None:
    async with desk() as d:
        d.project.edit(d.project.ids[2], say="are you ready")
        d.project.edit(d.project.ids[5], label="boy_asks")
        await d.press("slash", *"READY")
        assert TEXTS[2] in d.current_line
        await d.press("ctrl+u", *"boy_")
        assert TEXTS[5] in d.current_line


async def test_an_edited_sentence_is_found_by_what_it_says_now(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("slash", *"radio", "enter")
        assert "Nothing says" in d.key_line
        await d.press("end", "e", "ctrl+u", *"radio", "enter", "home", "slash", *"radio", "enter")
        assert "radio" in d.current_line
        await d.press("e", "ctrl+u", *"tv", "enter")
        await d.until(lambda: "–/0" in d.lines[0])
        await d.press("n")
        assert "Nothing says “radio”." in d.key_line


async def test_only_what_a_filter_shows_is_searched(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("g", "5", "slash", *"웃")
        assert "1/1" in d.key_line
        await d.press("ctrl+u", *"라디오")
        assert "no match" in d.key_line
        await d.press("escape")
        assert "not spoken: 1 of 6" in d.lines[0]


async def test_what_is_typed_in_one_burst_with_enter_is_found(
    words: Path, engine: TellingEngine
) -> None:
    async with open_desk(words, engine=engine) as d:
        await d.press("slash")
        for key in (*"plum", "enter"):
            d.app.post_message(events.Key(key, key if len(key) == 1 else "\r"))
        await d.until(lambda: "F1 Help" in d.key_line)
        assert "Four plums." in d.current_line
        assert "“plum” 1/1" in d.lines[0]


async def test_an_empty_table_has_nothing_to_be_found(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("end", "g", "3", "slash", *"라디오", "down", "enter")
        assert "Nothing says “라디오”." in d.key_line
        await d.press("slash", *"라디오", "escape", "n", "escape")
        assert TEXTS[5] in d.current_line


async def test_escape_lets_go_of_the_search_before_the_filter(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("g", "2", "slash", *"오", "enter", "ctrl+a")
        assert "5 rows selected" in d.lines[0]
        await d.press("escape")
        assert "selected" not in d.lines[0]
        assert "“오”" in d.lines[0]
        await d.press("escape")
        assert "“오”" not in d.lines[0]
        assert "5 of 6" in d.lines[0]
        await d.press("escape")
        assert "of 6" not in d.lines[0]


async def test_a_range_that_was_begun_reaches_to_the_match(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("v", "slash", *"준비", "enter")
        assert "3 rows selected" in d.lines[0]


async def test_a_click_on_the_table_leaves_the_line_and_keeps_what_was_found(
    desk: OpenDesk,
) -> None:
    async with desk() as d:
        await d.press("slash", *"라디오")
        await d.pilot.click(d.app.desk.table, offset=(20, 1))
        await d.until(lambda: TEXTS[0] in d.current_line)
        assert "F1 Help" in d.key_line
        assert "“라디오” –/1" in d.lines[0]
        before, _chip, _after = d.lines[0].partition("“라디오”")
        await d.pilot.click(offset=(cell_len(before) + 2, 0))
        await d.until(lambda: "Esc Back" in d.key_line)
        await d.press(*"목소리", "enter")
        assert TEXTS[1] in d.current_line


async def test_a_search_that_is_begun_again_offers_the_last_text_to_be_typed_over(
    desk: OpenDesk,
) -> None:
    async with desk() as d:
        await d.press("slash", *"라디오", "enter", "home", "slash")
        assert "라디오" in d.key_line
        await d.press("enter")
        assert "“라디오” –/1" in d.lines[0]
        await d.press("slash", *"목", "enter")
        assert "“목” 1/1" in d.lines[0]


async def test_a_keystroke_in_ten_thousand_rows_costs_less_than_fifty_milliseconds(
    tmp_path: Path, engine: TellingEngine
) -> None:
    path = tmp_path / "long.txt"
    path.write_text("\n\n".join(f"문장 번호 {n} 입니다." for n in range(10_000)), "utf-8")
    async with open_desk(path, engine=engine) as d:
        search, ids = Search(d.project), d.session.rows.ids
        search.look_for("번", ids)
        taken = []
        for query in ("번호", "번호 9", "번호 99", "없는 말"):
            begun = perf_counter()
            search.look_for(query, ids)
            taken.append(perf_counter() - begun)
        assert min(taken) < 0.05
        await d.press("slash", *"9999", "enter")
        assert "문장 번호 9999" in d.current_line
