"""Whatever was done to the rows, the file is read again as those rows."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.errors import ScriptError
from engine.script import split_text
from engine.script.cleaning import clean
from engine.script.files import read_text_file
from engine.script.layout import Line, classified
from engine.script.placing import ScriptRow
from engine.script.rewriting import Rewritten, rewritten
from engine.script.spans import find_spans, packed

SAMPLES = Path(__file__).parents[2] / "sample_scripts"

FRAGMENTS = [
    *("물을 끓입니다.", "정말요?", "그래서 “왜요?”라고 물었습니다.", "마침표 없는 줄"),
    *("커피\u200b를 내려요!", "(웃음)", "[BGM]", "「はい。」と言う。", "お湯が沸く。", "苦い！"),
    *("The kettle sings.", "No stop here", "Dr. Lee agrees!", "(a pause)", "“Open", "‘why?’"),
    *("// a note. Not said.", "1. First", "...", "— and", "é\u0301.", "👩\u200d🍳 cooks."),
]
STRUCTURE = ["# Part one", "## 둘째", "---", "***", "", "", "   ", "title: x"]
LINE_ENDS = ["\n", "\r\n", "\r", "\u2028", "\f"]
BULLETS = ["", "", "", "- ", "  ", "\t", "> ", "・ "]

words = st.one_of(
    st.sampled_from(FRAGMENTS),
    st.text("가나다라 aB.?!。「」()\"'-#/\u200b\u00a0\u1161\u11a8\u3099", min_size=1, max_size=8),
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    line_end = st.sampled_from([draw(st.sampled_from(LINE_ENDS[:3]))] * 6 + LINE_ENDS)
    text = draw(st.sampled_from(["", "", "", "\ufeff", "---\ntitle: x\n---\n"]))
    for _ in range(draw(st.integers(1, 8))):
        if draw(st.integers(0, 3)) == 0:
            text += draw(st.sampled_from(STRUCTURE))
        else:
            text += draw(st.sampled_from(BULLETS))
            gaps = st.sampled_from([" ", " ", " ", "", "  ", "\u3000"])
            for part in draw(st.lists(words, min_size=1, max_size=4)):
                text += part + draw(gaps)
        text += draw(line_end)
    return text.rstrip("\n") if draw(st.booleans()) else text


@st.composite
def changed_rows(draw: st.DrawFn, count: int, texts_of: Callable[[int], str]) -> list[ScriptRow]:
    rows = [ScriptRow(line, texts_of(line)) for line in range(count)]
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, max(0, len(rows) - 1)))
        what = draw(st.sampled_from(["edit", "delete", "insert", "move", "split", "merge"]))
        if what == "insert" or not rows:
            rows.insert(at, ScriptRow(None, draw(words)))
            continue
        row = rows.pop(at)
        if what == "edit":
            rows.insert(at, ScriptRow(row.line, draw(words)))
        elif what == "move":
            rows.insert(draw(st.integers(0, len(rows))), row)
        elif what == "split":
            cut = draw(st.integers(0, len(row.text)))
            rows[at:at] = [ScriptRow(row.line, row.text[:cut]), ScriptRow(None, row.text[cut:])]
        elif what == "merge" and at < len(rows):
            rows[at] = ScriptRow(row.line, f"{row.text} {rows[at].text}")
    return rows


def structure(text: str) -> Iterator[str]:
    """Of the lines that are no words: headings and rules."""
    cleaned = clean(text)
    for line, kind in zip(cleaned.split("\n"), classified(cleaned), strict=True):
        if not isinstance(kind, Line) and line.strip():
            yield line


def is_marked(text: str) -> bool:
    """Whether it begins as headings, list items and directions do."""
    return clean(text).strip().startswith(("#", "-", ">", "・", "/"))


def check(text: str, data: st.DataObject, hard_wrapped: bool | None) -> Rewritten | None:
    script = split_text(text, hard_wrapped=hard_wrapped)
    sentences = [sentence.text for sentence in script.sentences]
    rows = data.draw(changed_rows(len(sentences), sentences.__getitem__))
    try:
        result = rewritten(text, script, rows)
    except ScriptError:
        assert any(is_marked(row.text) for row in rows) or not any(
            clean(row.text).strip() for row in rows
        )
        return None
    again = split_text(result.text, language=script.language, hard_wrapped=script.hard_wrapped)
    assert again.sentences == result.script.sentences
    covered = [number for numbers in result.sentences for number in numbers]
    assert covered == list(range(len(again.sentences)))
    for row, numbers in zip(rows, result.sentences, strict=True):
        found = "".join(again.sentences[number].text for number in numbers)
        assert packed(found) == packed(clean(row.text))
    assert list(structure(result.text)) == list(structure(text))
    return result


def speakable(text: str) -> str:
    try:
        split_text(text)
    except ScriptError:
        assume(False)
    return text


@settings(deadline=None, max_examples=300)
@given(texts(), st.data(), st.sampled_from([None, True]))
def test_any_script_is_read_again_as_the_rows_that_were_written(
    text: str, data: st.DataObject, hard_wrapped: bool | None
) -> None:
    check(speakable(text), data, hard_wrapped)


@settings(deadline=None, max_examples=300)
@given(texts(), st.sampled_from([None, True]))
def test_a_script_that_nothing_was_done_to_stays_as_it_is(
    text: str, hard_wrapped: bool | None
) -> None:
    script = split_text(speakable(text), hard_wrapped=hard_wrapped)
    rows = [ScriptRow(line, sentence.text) for line, sentence in enumerate(script.sentences)]
    result = rewritten(text, script, rows)
    assert result.text == text
    assert result.script == script


@settings(deadline=None, max_examples=300)
@given(texts())
def test_the_pieces_of_a_sentence_say_what_it_says(text: str) -> None:
    sentences = [sentence.text for sentence in split_text(speakable(text)).sentences]
    for sentence, pieces in zip(sentences, find_spans(text, sentences).sentences, strict=True):
        said = "".join(text[piece.start : piece.end] for piece in pieces)
        assert packed(clean(said)) == packed(sentence)


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.txt")))
@pytest.mark.parametrize("form", ["as it is", "CRLF", "NFD"])
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_a_sample_script_is_read_again_as_the_rows_that_were_written(
    name: str, form: str, data: st.DataObject
) -> None:
    text = read_text_file(SAMPLES / name).text
    if form == "CRLF":
        text = text.replace("\n", "\r\n")
    if form == "NFD":
        text = unicodedata.normalize("NFD", text)
    result = check(text, data, None)
    if result and form == "CRLF":
        assert "\n" not in result.text.replace("\r\n", "")
